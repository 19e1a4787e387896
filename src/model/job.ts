import type { ExpressionOptions } from './expression-options.ts';

/** Which form of PATCH the job speaks. @see Entra "Known issues and resolutions with SCIM 2.0 protocol compliance" */
export type PatchDialect = 'legacy' | 'aadOptscim062020';

/**
 * How the job speaks SCIM, where the service's behaviour is unknown or has quirks. Each option has the default
 * that the service is believed to have.
 */
export interface Dialect {
  readonly patch: PatchDialect;
  /** Members in one PATCH of a group; at least 1. Default 100. */
  readonly membersPerPatch: number;
  /** Under the flag, also a single attribute goes without a path, as Microsoft's validator does. Default false. */
  readonly pathlessSingle: boolean;
  /** The Microsoft group URN joins `schemas` on group creation, as an old documentation sample shows. Default false. */
  readonly groupSchemaMicrosoft: boolean;
  /** `members: []` is sent on group creation, as was captured. Default true. */
  readonly groupMembersOnCreate: boolean;
  /** `meta: {resourceType}` is sent on creation. Default true. */
  readonly metaOnCreate: boolean;
  /** Custom extension URNs are listed in `schemas` on creation. Default false. */
  readonly customSchemas: boolean;
  /** `$ref: null` accompanies each member value. Default false. */
  readonly memberRef: boolean;
  /** `Accept: application/scim+json` is sent. Default false: the service sends no Accept header. */
  readonly sendAccept: boolean;
  /** The value of the private `ADSCIMVersion` header; null, the default: it is not sent. */
  readonly adScimVersion: string | null;
  /** The feature flag travels in the query of each request. Default false: it is parsed and stripped. */
  readonly sendFlagInUrl: boolean;
  /** A `Retry-After` is honoured when a request is retried inside the run. Default true. */
  readonly honourRetryAfter: boolean;
  /** A stale link (404 by id) is dropped and the object matched anew. Default false. */
  readonly rematchOn404: boolean;
}

/** The dialect the service is believed to speak, before the tenant URL's flag. */
export const DEFAULT_DIALECT: Dialect = {
  patch: 'legacy',
  membersPerPatch: 100,
  pathlessSingle: false,
  groupSchemaMicrosoft: false,
  groupMembersOnCreate: true,
  metaOnCreate: true,
  customSchemas: false,
  memberRef: false,
  sendAccept: false,
  adScimVersion: null,
  sendFlagInUrl: false,
  honourRetryAfter: true,
  rematchOn404: false,
};

/** Who is considered: assigned users and groups only, or the whole directory. */
export type ScopeMode = 'assigned' | 'all';

/** Where the current state of a linked target object is taken from. */
export type StateMode = 'cached' | 'live';

/** How the job authenticates. Values are secrets. */
export type Authentication =
  | { readonly type: 'bearer'; readonly secretToken: string }
  | { readonly type: 'basic'; readonly username: string; readonly password: string }
  | OAuth2ClientCredentials;

/**
 * The OAuth 2.0 client credentials grant.
 * @see RFC 6749 §4.4, and Graph connectivityParameters OAuth2ClientCredentialsGrant
 */
export interface OAuth2ClientCredentials {
  readonly type: 'oauth2';
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Null: no scope is asked for. */
  readonly scope: string | null;
  /** Where client id and secret travel: an Authorization header, or the form. */
  readonly credentialLocation: 'header' | 'body';
}

/** Whether what was written is compared with what the target answered, or with what is read back. */
export type VerifyMode = 'off' | 'response' | 'read';

/** The endpoint a job provisions to, and how. */
export interface TargetSettings {
  /** Base URL without query and without trailing slash. */
  readonly baseUrl: string;
  readonly auth: Authentication;
  /** Requests a second, reads included; 0 = no limit. */
  readonly requestsPerSecond: number;
  /** Requests under way at once; at least 1. */
  readonly concurrency: number;
  readonly timeoutMs: number;
  readonly state: StateMode;
  /** A value that did not take is a warning; what is sent does not change. */
  readonly verify: VerifyMode;
  readonly dialect: Dialect;
}

/** A synchronization job as configured; its schema is read apart. */
export interface JobSettings {
  /** `[a-z0-9-]+`. */
  readonly id: string;
  readonly enabled: boolean;
  /** Absolute path of the synchronization schema. */
  readonly schemaFile: string;
  readonly scope: ScopeMode;
  /** Where the application has roles of its own, holders of Default Access only are not provisioned. */
  readonly excludeDefaultAccess: boolean;
  readonly target: TargetSettings;
  /** How expressions are read where the service's documentation leaves a choice. */
  readonly expressions: ExpressionOptions;
  readonly skipOutOfScopeDeletions: boolean;
  readonly intervalMs: number;
  /** Absolute path of the job state. */
  readonly stateFile: string;
}

/** The whole configuration. */
export interface Configuration {
  /** Absolute path of the file it was read from. */
  readonly file: string;
  /** Absolute path of the directory store. */
  readonly directoryFile: string;
  readonly jobs: readonly JobSettings[];
}
