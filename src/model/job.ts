import type { CsvReading } from './csv-reading.ts';
import type { Dialect } from './dialect.ts';
import type { ExpressionOptions } from './expression-options.ts';
import type { SafetySettings } from './safety.ts';

/** Assigned users and groups only, or the whole directory. */
export type ScopeMode = 'assigned' | 'all';

/** Where the state of a linked target object comes from. */
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
  /** Null: no scope. */
  readonly scope: string | null;
  /** Client id and secret in an Authorization header, in the form, or in both. */
  readonly credentialLocation: 'header' | 'body' | 'both';
}

/** Whether writes are compared with the target's answer, or read back. */
export type VerifyMode = 'off' | 'response' | 'read';

/** TLS settings of a target and its token endpoint, in PEM; server certificates are always verified. */
export interface TargetTls {
  /** CA certificates in addition to Node's. */
  readonly ca?: string;
  /** The client certificate chain, leaf first; requires `key`. */
  readonly cert?: string;
  /** The private key of the client certificate; a secret. */
  readonly key?: string;
}

/** The endpoint a job provisions to, and how. */
export interface TargetSettings {
  /** Base URL without query and trailing slash. */
  readonly baseUrl: string;
  /** Ignored parameters of the tenant URL; absent: none. */
  readonly ignoredParameters?: readonly string[];
  readonly auth: Authentication;
  /** URL of the HTTP proxy, credentials included; absent: direct. A secret. */
  readonly proxy?: string;
  /** The same for the token endpoint. */
  readonly tokenProxy?: string;
  /** Absent: Node's CA certificates, and no client certificate. */
  readonly tls?: TargetTls;
  /** Requests a second, reads included; 0 = no limit. */
  readonly requestsPerSecond: number;
  /** Concurrent requests; at least 1. */
  readonly concurrency: number;
  readonly timeoutMs: number;
  readonly state: StateMode;
  /** `initial`: an initial cycle reads the members of linked groups and sends the difference only. */
  readonly readMembers: 'never' | 'initial';
  /** A value that did not take is a warning; requests do not change. */
  readonly verify: VerifyMode;
  readonly dialect: Dialect;
}

/** HTTP exchanges kept with the provisioning log: none, failed ones (refused, unanswered or implausible), or all. */
export type KeptExchanges = 'none' | 'failed' | 'all';

/** What the provisioning log keeps besides its entries. */
export interface LogSettings {
  readonly exchanges: KeptExchanges;
  /** Maximum, at least 1; the oldest are removed first, and with the log entries of their time. */
  readonly exchangeLimit: number;
}

/** The default: a cycle without failures stores nothing and is not slowed. */
export const DEFAULT_LOG: LogSettings = { exchanges: 'failed', exchangeLimit: 100_000 };

/** How matches are recognised in answers. */
export interface MatchingSettings {
  /** `strict`: a match must show the value asked for. `off`: any answer matches. */
  readonly confirm: 'strict' | 'off';
}

/** The default. */
export const DEFAULT_MATCHING: MatchingSettings = { confirm: 'strict' };

/** A configured synchronization job; its schema is read separately. */
export interface JobSettings {
  /** `[a-z0-9-]+`. */
  readonly id: string;
  readonly enabled: boolean;
  /** Absolute path of the synchronization schema. */
  readonly schemaFile: string;
  readonly scope: ScopeMode;
  /** Whether holders of Default Access only are not provisioned, where the application has roles. */
  readonly excludeDefaultAccess: boolean;
  readonly target: TargetSettings;
  readonly matching: MatchingSettings;
  /** Readings of expressions where the documentation is ambiguous. */
  readonly expressions: ExpressionOptions;
  /** What DefaultDomain() gives; absent: it fails. The same for every job of a configuration. */
  readonly defaultDomain?: string;
  readonly skipOutOfScopeDeletions: boolean;
  readonly safety: SafetySettings;
  /** Address for quarantine notifications; null: none. */
  readonly notificationEmail: string | null;
  readonly intervalMs: number;
  readonly log: LogSettings;
  /** Absolute path of the job state. */
  readonly stateFile: string;
  /** `normal`: survives a kill of the process. `full`: survives a power loss too. */
  readonly durability: 'normal' | 'full';
}

/** The mail server and sender. */
export interface MailSettings {
  /** `smtp:` or `smtps:`; a secret where it has credentials. */
  readonly smtpUrl: string;
  /** The sender's address. */
  readonly from: string;
}

/** How much one import may remove. */
export interface RemovalLimits {
  /** Share of the objects of one kind; 100: no limit. */
  readonly removedPercent: number;
  readonly removedMembershipsPercent: number;
  /** Where there are fewer of a kind, half of them may go. */
  readonly minimumKnown: number;
  /** Objects of one kind, memberships excluded; 0: no limit. */
  readonly removed: number;
}

/** Files that a daemon imports into the directory store. */
export interface WatchedSource {
  /** Absolute paths. */
  readonly files: readonly string[];
  /** Null: detected by name and shape of each file. */
  readonly format: 'json' | 'csv' | 'graph' | null;
  /** How each CSV file is read, in the order of `files`. Absent: as users, by the names of the columns. */
  readonly csv?: readonly CsvReading[];
  /** Removes from the directory what the files lack. */
  readonly mirror: boolean;
  /** Absent: half of each kind. */
  readonly limits?: RemovalLimits;
  /** Accepts attributes whose names are close to known ones. */
  readonly allowUnknown: boolean;
}

/** The HTTP endpoint of a daemon. */
export interface EndpointSettings {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Required by `/metrics`; null only on loopback. A secret. */
  readonly token: string | null;
}

/** A configuration. */
export interface Configuration {
  /** Absolute path of its file. */
  readonly file: string;
  /** Absolute path of the directory store. */
  readonly directoryFile: string;
  /** The default verified domain of the tenant; absent: not known. */
  readonly defaultDomain?: string;
  /** Whether commands accept attributes whose names are close to known ones. Absent: false. */
  readonly allowUnknown?: boolean;
  readonly jobs: readonly JobSettings[];
  /** Null: notifications appear only where the job runs. */
  readonly mail: MailSettings | null;
  /** Absent: only commands fill the directory store. */
  readonly source?: WatchedSource;
  /** Absent: none. */
  readonly endpoint?: EndpointSettings;
  /** How endpoints are verified; absent: those of this machine alone are written to. */
  readonly verify?: {
    /** Names of hosts beyond this machine that checks may write to. */
    readonly allow: readonly string[];
  };
  /** What a user should know about the files it was read from. Absent: nothing. */
  readonly remarks?: readonly string[];
}
