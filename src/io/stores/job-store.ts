/** The store of a job: what every engine offers. */
import type { Instant, SourceId } from '../../model/identifiers.ts';
import type { ProvisioningLogEntry, ProvisioningResult } from '../../model/log.ts';
import type { ProvisioningAction } from '../../model/pipeline.ts';
import type { JobReader, JobWriter } from '../../model/ports.ts';
import type { HarEntry } from '../har/har-format.ts';

/** What outlives the cycles of one job, and the questions that reports ask of it. */
export interface JobStore extends JobReader, JobWriter, LogReader, ExchangeReader, OwnerStore {
  /** What the user should know of the opening: an upgrade, and what it did. */
  readonly remarks: readonly string[];
  /** Takes an exchange with the target into the log; it is stored with what is recorded next. Never throws. */
  keepExchange(exchange: KeptExchange): void;
  /**
   * Makes sure that the file is still where it was opened: what is written to one that was moved or deleted is lost.
   * @throws {EnvironmentError}
   */
  requireInPlace(): Promise<void>;
  close(): Promise<void>;
}

/** The methods of a job store that answer in pages. */
export const JOB_PAGES = {
  linkPages: true,
  memberships: true,
  escrows: true,
  stagedObjects: true,
  logEntries: true,
  exchanges: true,
} as const;

/** Reads the provisioning log. */
export interface LogReader {
  /** Entries of the provisioning log in pages, the newest first; of one instant, the last recorded first. */
  logEntries(query: LogQuery): AsyncIterable<readonly ProvisioningLogEntry[]>;
}

/** Which entries of the provisioning log are wanted: those to which everything that is given applies. */
export interface LogQuery {
  /** The id of the source object, or its display name in the log, in any case. */
  readonly object?: string;
  readonly action?: ProvisioningAction;
  readonly status?: ProvisioningResult;
  /** The id of the cycle. */
  readonly cycle?: string;
  /** The oldest instant that is wanted. */
  readonly since?: Instant;
  /** Entries in a page. */
  readonly limit: number;
}

/** Reads the exchanges that the log keeps. */
export interface ExchangeReader {
  /**
   * The exchanges of a query in the order in which they ended. Each says its cycle, and where it is about an object,
   * which one, and the change ids of the log entries of that object in that cycle.
   */
  exchanges(query: ExchangeQuery): AsyncIterable<HarEntry>;
  /** Whether any are kept. */
  hasExchanges(): Promise<boolean>;
}

/** Which exchanges are wanted: those to which everything that is given applies. */
export interface ExchangeQuery {
  /** Ids of source objects: about one of these. */
  readonly objects?: readonly string[];
  /** About an object that the log has such an entry of, from the same cycle. */
  readonly action?: ProvisioningAction;
  readonly status?: ProvisioningResult;
  /** The id of the cycle. */
  readonly cycle?: string;
  /** The oldest instant of sending that is wanted. */
  readonly since?: Instant;
  /** How many at most, the last ones. */
  readonly limit: number;
}

/** An exchange with the target as the log keeps it: free of secrets and of redacted values before it comes here. */
export interface KeptExchange {
  /** GUID of the cycle, or of the provisioning on demand, in which it took place. */
  readonly cycleId: string;
  /** The source object for whose sake it was; null: for none, as with probes and tokens. */
  readonly about: SourceId | null;
  readonly entry: HarEntry;
}

/** Knows and changes whose a state is. */
export interface OwnerStore {
  /** Null: it is not known, as of a state that is new, of an older form, or whose links were forgotten. */
  owner(): Promise<StateOwner | null>;
  /**
   * Takes the state for a job and a target, where it has no owner, or remembers nothing of a target.
   * @param mayTake whether no other process uses the state; asked before anything is changed
   */
  claim(owner: StateOwner, mayTake: () => boolean): Promise<StateClaim>;
  /** Says that the state is of this job and target, whatever it was before. */
  adopt(owner: StateOwner): Promise<void>;
}

/** The job and the target that a state is of. */
export interface StateOwner {
  /** The id of the job. */
  readonly job: string;
  /** The tenant URL as scheme, host, port and path: without query, default port and trailing slash. */
  readonly target: string;
}

/** What came of claiming a state for a job and a target. */
export type StateClaim =
  /** It is of this job and target. */
  | { readonly kind: 'own' }
  /** It had no owner; now it has this one. `isUnused`: nothing of a target was remembered in it. */
  | { readonly kind: 'taken'; readonly isUnused: boolean }
  /** It has no owner yet, and another process uses the state, or it is open for reading only. */
  | { readonly kind: 'unowned' }
  /** It is of another job or target. */
  | { readonly kind: 'foreign'; readonly owner: StateOwner };
