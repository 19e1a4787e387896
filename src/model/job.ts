import type { ExpressionOptions } from './expression-options.ts';
import type { SafetySettings } from './safety.ts';

/** Which form of PATCH the job speaks. @see Entra "Known issues and resolutions with SCIM 2.0 protocol compliance" */
export type PatchDialect = 'legacy' | 'aadOptscim062020';

/**
 * How the removal of a manager is said: not at all; by `remove` with its path, or with a filter for the manager who is
 * removed; by `replace` with the empty text, or with a reference to nobody.
 */
export type ManagerRemoval = 'none' | 'remove' | 'filter' | 'emptyText' | 'emptyObject';

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
  /**
   * Under the flag, how attributes that share an operation are keyed: `name.givenName` and a whole URN path as one key,
   * or as nested objects. Default `flat`.
   */
  readonly pathlessKeys: 'flat' | 'nested';
  /** Under the flag, operations with a value filter stand before those that share one. Default true. */
  readonly valuePathsFirst: boolean;
  /** What the target holds is written by `add` too, as was seen of single-valued attributes. Default false. */
  readonly addExisting: boolean;
  /** In the legacy dialect, booleans and integers of a PATCH are text, or of their own type. Default `text`. */
  readonly legacyScalars: 'text' | 'typed';
  /** In the legacy dialect, `active` alone is a boolean, as one documentation sample shows. Default false. */
  readonly activeAsBoolean: boolean;
  /**
   * How a PATCH adds roles: as JSON documents in text, or as the objects that a creation sends. Default `dialect`: text
   * in the legacy one, objects under the flag. Assertive roles are objects always.
   */
  readonly rolesForm: 'dialect' | 'text' | 'object';
  /** A manager is set by its bare id, or by `{value: <id>}` as Microsoft's validator does. Default `id`. */
  readonly managerValue: 'id' | 'object';
  /** Default `none`: nulls never flow, so a manager who is removed in the source stays in the target. */
  readonly managerRemoval: ManagerRemoval;
  /** The Microsoft group URN joins `schemas` on group creation, as an old documentation sample shows. Default false. */
  readonly groupSchemaMicrosoft: boolean;
  /** `members: []` is sent on group creation, as was captured. Default true. */
  readonly groupMembersOnCreate: boolean;
  /** The object id of the source is sent as `id` on group creation, as in 2018. Default false. */
  readonly groupIdOnCreate: boolean;
  /** `meta: {resourceType}` is sent on creation. Default true. */
  readonly metaOnCreate: boolean;
  /** Custom extension URNs are listed in `schemas` on creation. Default false. */
  readonly customSchemas: boolean;
  /** `$ref: null` accompanies each member value. Default false. */
  readonly memberRef: boolean;
  /**
   * Members are removed by a list of values, or by a filter each. Default `dialect`: by values in the legacy one, by
   * filters under the flag.
   */
  readonly memberRemoval: 'dialect' | 'value' | 'filter';
  /**
   * Members are added by a `replace` that holds only the new ones, as the service does of a target that shows members
   * it was asked to leave out: whoever was a member before is lost. Default false.
   */
  readonly quirkReplaceMembers: boolean;
  /** The target is asked whether it holds a reference before it is written, as in 2018. Default false. */
  readonly referenceCheck: boolean;
  /** `Accept: application/scim+json` is sent. Default false: the service sends no Accept header. */
  readonly sendAccept: boolean;
  /** The value of the private `ADSCIMVersion` header; null, the default: it is not sent. */
  readonly adScimVersion: string | null;
  /** The feature flag travels in the query of each request. Default false: it is parsed and stripped. */
  readonly sendFlagInUrl: boolean;
  /** A `Retry-After` is honoured when a request is retried inside the run. Default true. */
  readonly honourRetryAfter: boolean;
  /**
   * What becomes of a matching value with `"` or `\`: its object fails, the value is escaped in the filter, or it is
   * sent as the service does, unescaped. Default `fail`.
   */
  readonly filterQuotes: 'fail' | 'escape' | 'raw';
  /** A stale link (404 by id) is dropped and the object matched anew. Default false. */
  readonly rematchOn404: boolean;
  /**
   * Users are deleted where others would be disabled, as the service does with applications known to have no soft
   * delete. Default false.
   */
  readonly hardDeleteOnDeprovision: boolean;
  /**
   * Whether an account is deleted with its source object although that had left scope before: when it is gone for good,
   * or never. Default `hardDelete`.
   */
  readonly deleteAfterUnassignment: 'hardDelete' | 'never';
}

/** The dialect the service is believed to speak, before the tenant URL's flag. */
export const DEFAULT_DIALECT: Dialect = {
  patch: 'legacy',
  membersPerPatch: 100,
  pathlessSingle: false,
  pathlessKeys: 'flat',
  valuePathsFirst: true,
  addExisting: false,
  legacyScalars: 'text',
  activeAsBoolean: false,
  rolesForm: 'dialect',
  managerValue: 'id',
  managerRemoval: 'none',
  groupSchemaMicrosoft: false,
  groupMembersOnCreate: true,
  groupIdOnCreate: false,
  metaOnCreate: true,
  customSchemas: false,
  memberRef: false,
  memberRemoval: 'dialect',
  quirkReplaceMembers: false,
  referenceCheck: false,
  sendAccept: false,
  adScimVersion: null,
  sendFlagInUrl: false,
  honourRetryAfter: true,
  filterQuotes: 'fail',
  rematchOn404: false,
  hardDeleteOnDeprovision: false,
  deleteAfterUnassignment: 'hardDelete',
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
  /** Names of parameters of the tenant URL that nothing follows from; absent: none. */
  readonly ignoredParameters?: readonly string[];
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

/**
 * Which HTTP exchanges with the target the provisioning log keeps: none, those that failed (refused, unanswered, or
 * answered with what cannot be what was asked for), or all.
 */
export type KeptExchanges = 'none' | 'failed' | 'all';

/** What the provisioning log keeps besides its entries. */
export interface LogSettings {
  readonly exchanges: KeptExchanges;
  /** How many, at least 1; the oldest go first, and all go with the log entries of their time. */
  readonly exchangeLimit: number;
}

/** What is kept where nothing is said: a cycle without failures keeps nothing, and is not slowed. */
export const DEFAULT_LOG: LogSettings = { exchanges: 'failed', exchangeLimit: 100_000 };

/** How a counterpart is recognised in the answers of the target. */
export interface MatchingSettings {
  /**
   * `strict`: a resource is taken over only if it shows the value it was asked for. `off`: as the target answers.
   */
  readonly confirm: 'strict' | 'off';
}

/** What holds where nothing is said. */
export const DEFAULT_MATCHING: MatchingSettings = { confirm: 'strict' };

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
  readonly matching: MatchingSettings;
  /** How expressions are read where the service's documentation leaves a choice. */
  readonly expressions: ExpressionOptions;
  readonly skipOutOfScopeDeletions: boolean;
  readonly safety: SafetySettings;
  /** Where people are told of a quarantine; null: nowhere. */
  readonly notificationEmail: string | null;
  readonly intervalMs: number;
  readonly log: LogSettings;
  /** Absolute path of the job state. */
  readonly stateFile: string;
  /** What the state survives. `normal`: a kill of the process at any moment. `full`: a loss of power too. */
  readonly durability: 'normal' | 'full';
}

/** Through which server mail goes out, and who it is from. */
export interface MailSettings {
  /** `smtp:` or `smtps:`; may hold a user name and a password, and is a secret then. */
  readonly smtpUrl: string;
  /** The sender's address. */
  readonly from: string;
}

/** Files that a daemon keeps the directory store in step with. */
export interface WatchedSource {
  /** Absolute paths. */
  readonly files: readonly string[];
  /** Null: by the name of each file and its shape. */
  readonly format: 'json' | 'csv' | 'graph' | null;
  /** What the files lack is removed from the directory. */
  readonly mirror: boolean;
  /** Attributes whose names are close to known ones are taken as attributes of their own. */
  readonly allowUnknown: boolean;
}

/** Where a daemon answers about itself over HTTP. */
export interface EndpointSettings {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Asked for by what tells more than that the daemon is alive; null only on loopback. A secret. */
  readonly token: string | null;
}

/** The whole configuration. */
export interface Configuration {
  /** Absolute path of the file it was read from. */
  readonly file: string;
  /** Absolute path of the directory store. */
  readonly directoryFile: string;
  /** Commands take attributes whose names are close to known ones as attributes of their own. Absent: false. */
  readonly allowUnknown?: boolean;
  readonly jobs: readonly JobSettings[];
  /** Null: notifications are told where the job runs, and nowhere else. */
  readonly mail: MailSettings | null;
  /** Absent: the directory store is filled by commands only. */
  readonly source?: WatchedSource;
  /** Absent: the daemon listens nowhere. */
  readonly endpoint?: EndpointSettings;
}
