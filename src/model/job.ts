import type { Dialect } from './dialect.ts';
import type { ExpressionOptions } from './expression-options.ts';
import type { SafetySettings } from './safety.ts';

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

/** What TLS with a target and its token endpoint needs, as PEM; the certificate of the server is verified always. */
export interface TargetTls {
  /** Authorities that are trusted besides those that Node trusts. */
  readonly ca?: string;
  /** The client certificate, its own first; it comes with its key. */
  readonly cert?: string;
  /** The private key of the client certificate; a secret. */
  readonly key?: string;
}

/** The endpoint a job provisions to, and how. */
export interface TargetSettings {
  /** Base URL without query and without trailing slash. */
  readonly baseUrl: string;
  /** Names of parameters of the tenant URL that nothing follows from; absent: none. */
  readonly ignoredParameters?: readonly string[];
  readonly auth: Authentication;
  /** URL of the HTTP proxy through which the target is reached, credentials included; absent: directly. A secret. */
  readonly proxy?: string;
  /** The same for the token endpoint. */
  readonly tokenProxy?: string;
  /** Absent: the authorities that Node trusts, and no client certificate. */
  readonly tls?: TargetTls;
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
