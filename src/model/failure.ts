/** The kind of a request to the target, or of the question that a failure came from. */
export type Step = 'probe' | 'find' | 'read' | 'create' | 'update' | 'disable' | 'delete';

/** What a failure is about: the limit it met, and the way out. Clauses without an end; neither names a time. */
export interface Advice {
  readonly limit: string;
  readonly wayOut: string;
}

/** What is known of one code of failures. */
interface CatalogueEntry extends Advice {
  /** Where the kind of the request calls for other advice. */
  readonly at?: Partial<Readonly<Record<Step, Advice>>>;
}

const UNIQUE_VALUE: Advice = {
  limit: 'another resource holds a value that must be unique, and matching did not find it',
  wayOut: 'correct that resource, or match by the attribute in conflict',
};

const UPDATE_METHOD: Advice = {
  limit: 'the endpoint does not take this method for updates',
  wayOut: 'let the target take what target.dialect.updateMethod names: PATCH by default, or PUT',
};

const RIGHTS: Advice = {
  limit: 'the target knows the credentials but does not allow this',
  wayOut: 'grant them the right to read and write users and groups',
};

const CREDENTIALS: Advice = {
  limit: 'the target does not accept the credentials',
  wayOut: 'check whether those of the job are right and not expired',
};

const MISSING: Advice = {
  limit: 'a value that is required is missing',
  wayOut: 'fill the source attribute, give the mapping a default value, or correct the matching',
};

const REFUSED_VALUE: Advice = {
  limit: 'the target does not take the request as it is',
  wayOut: 'correct the value in the source or its mapping',
};

/** What every filter must be answered with. @see RFC 7644 §3.4.2 */
export const FILTER_LIMIT = 'a filter must be answered 200, with an empty list when nothing matches';

const FILTERING: Advice = {
  limit: FILTER_LIMIT,
  wayOut: 'check that the target filters by this attribute',
};

const INCOMPATIBLE: Advice = {
  limit: 'the target does not answer as SCIM 2.0 asks',
  wayOut: 'check the tenant URL, and correct the endpoint',
};

/**
 * Entra's codes for an object that could not be provisioned: what each means, and what to do. Messages, the log's
 * recommended actions and the documentation are made from it.
 * @see Entra "Analyze the provisioning logs", Error codes
 */
export const FAILURE_CATALOGUE = {
  Conflict: UNIQUE_VALUE,
  EntryConflict: {
    limit: 'the target still holds the account of a deleted object under the value',
    wayOut: 'nothing is to be done where that account is deleted or renamed; else remove it in the target',
  },
  TooManyRequests: {
    limit: 'the target accepts fewer requests than were sent',
    wayOut: 'lower target.requestsPerSecond if it happens again',
  },
  InternalServerError: {
    limit: 'the fault is the target’s own',
    wayOut: 'look into its log, and ask its vendor if it happens again',
  },
  InsufficientRights: RIGHTS,
  MethodNotAllowed: {
    limit: 'the endpoint does not take this method; GET, POST, PATCH and DELETE are needed',
    wayOut: 'let the target support it, or switch the target object action off',
    at: { update: UPDATE_METHOD, disable: UPDATE_METHOD },
  },
  NotPermitted: RIGHTS,
  Unauthorized: CREDENTIALS,
  UnprocessableEntity: {
    limit: 'the target understood the request and refuses the values',
    wayOut: REFUSED_VALUE.wayOut,
  },
  WebExceptionProtocolError: {
    limit: 'HTTP failed between here and the target',
    wayOut: 'check the connection if it happens again',
  },
  InvalidAnchor: {
    limit: 'the linked resource is gone, and it is not created again by itself',
    wayOut: 'restore it in the target, or give up the links with "entrain restart --reset-scope Full"',
  },
  NotImplemented: {
    limit: 'the target does not support this request',
    wayOut: 'check what the endpoint supports, the dialect, and the tenant URL',
  },
  MandatoryFieldsMissing: MISSING,
  MissingValues: MISSING,
  SchemaAttributeNotFound: {
    limit: 'the target does not know a mapped attribute',
    wayOut: 'remove the mapping, or map to an attribute that the target has',
  },
  InternalError: {
    limit: 'the fault is entrain’s own',
    wayOut: 'report it if it happens again',
  },
  InvalidDomain: {
    limit: 'a value is of a domain that the target does not accept',
    wayOut: 'change the value, or allow the domain in the target',
  },
  Timeout: {
    limit: 'the target took too long',
    wayOut: 'raise target.timeout if it happens again',
  },
  LicenseLimitExceeded: {
    limit: 'no licence is left in the target',
    wayOut: 'buy licences there, or assign fewer users to the application',
  },
  DuplicateTargetEntries: {
    limit: 'several resources of the target match, or one that belongs to another source object',
    wayOut: 'remove the duplicates in the target, or match by another attribute',
  },
  DuplicateSourceEntries: {
    limit: 'several objects of the source have the same matching value',
    wayOut: 'make the value unique in the source, or match by another attribute',
  },
  AttributeValidationFailed: {
    limit: 'a mapping yields no value that can be sent',
    wayOut: 'correct the mapping expression or the source value',
  },
  UnableToResolveReferenceAttributeValue: {
    limit: 'the object that is referred to is not provisioned',
    wayOut: 'correct the failure of that object',
  },
  SchemaPropertyCanOnlyAcceptValue: {
    limit: 'several values were mapped to an attribute that takes one',
    wayOut: 'map one value only',
  },
  SystemForCrossDomainIdentityManagementBadRequest: REFUSED_VALUE,
  SystemForCrossDomainIdentityManagementInvalidCredentials: CREDENTIALS,
  SystemForCrossDomainIdentityManagementServiceIncompatible: {
    ...INCOMPATIBLE,
    at: { create: REFUSED_VALUE, update: REFUSED_VALUE, disable: REFUSED_VALUE, delete: REFUSED_VALUE },
  },
  SystemForCrossDomainIdentityManagementServiceIncompatibleFiltering: {
    ...FILTERING,
    at: {
      create: UNIQUE_VALUE,
      update: {
        limit: 'what is written is in conflict with what the target holds or allows',
        wayOut: 'correct the value in the source or the resource in the target',
      },
      disable: {
        limit: 'active: false can be in conflict with nothing',
        wayOut: 'look into the log of the target',
      },
      delete: {
        limit: 'the target keeps the resource',
        wayOut: 'remove there what depends on it, or do not delete: skip the target object action Delete',
      },
    },
  },
  SystemForCrossDomainIdentityManagementMultipleEntriesInResponse: {
    limit: 'the target answered with several resources where one belongs',
    wayOut: 'correct the endpoint: it must honour excludedAttributes and answer one resource by id',
  },
} satisfies Readonly<Record<string, CatalogueEntry>>;

/** A code of the catalogue. */
export type FailureCode = keyof typeof FAILURE_CATALOGUE;

/** All codes. */
export const FAILURE_CODES = Object.keys(FAILURE_CATALOGUE) as readonly FailureCode[];

/** The kinds of requests for which a code has advice of its own. */
export function stepsWithAdvice(code: FailureCode): readonly Step[] {
  const { at = {} }: CatalogueEntry = FAILURE_CATALOGUE[code];
  return Object.keys(at) as Step[];
}

/** Codes that only states and logs of older versions hold: the service answers 400 and 409 with others. */
export const FORMER_CODES: ReadonlySet<FailureCode> = new Set<FailureCode>([
  'Conflict',
  'SystemForCrossDomainIdentityManagementBadRequest',
]);

/**
 * Whether an object waits for another one, whose account gives up its place in the target, and is at fault in nothing: it
 * is tried again in each cycle.
 */
export function waitsForAnother({ code }: Pick<Failure, 'code'>): boolean {
  return code === 'EntryConflict';
}

/** What a failure is about, by its code and the kind of the request. @param during null: nothing was sent */
export function adviceOn(code: FailureCode, during: Step | null): Advice {
  const entry: CatalogueEntry = FAILURE_CATALOGUE[code];
  return (during === null ? undefined : entry.at?.[during]) ?? entry;
}

/** What the log recommends, in a sentence. @see Graph provisioningErrorInfo, recommendedAction */
export function recommendedAction(code: FailureCode, during: Step | null): string {
  const { wayOut } = adviceOn(code, during);
  return `${wayOut.slice(0, 1).toUpperCase()}${wayOut.slice(1)}.`;
}

/** Whether a text is a {@link FailureCode}. */
export function isFailureCode(text: string): text is FailureCode {
  return Object.hasOwn(FAILURE_CATALOGUE, text);
}

/** The failure of one object: a value, not an exception. */
export interface Failure {
  readonly code: FailureCode;
  /** Fact, limit and way out. */
  readonly message: string;
  /** HTTP status of its answer; null: none. */
  readonly status: number | null;
  /** The beginning of the body of its answer, without secrets; absent: there is none to be shown, or it is not kept. */
  readonly body?: string;
}

/** Why an object was skipped. @see Graph provisioningStep SkipReason */
export type SkipReason =
  | 'NotEffectivelyEntitled'
  | 'RedundantExport'
  | 'ImportSkipped'
  | 'EntrySynchronizationSkipped'
  | 'UnableToResolveReferenceAttributeValue';
