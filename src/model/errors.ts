/** One thing that is wrong in what the user wrote. */
export interface Issue {
  /** File name as the user gave it, or what else was read (`--attributes`). */
  readonly source: string;
  /** 1-based; null where the format has no lines. */
  readonly line: number | null;
  /** 1-based. */
  readonly column: number | null;
  /** JSON path inside the source, e.g. `jobs[0].target.tenantUrl`; empty for the whole. */
  readonly path: string;
  /** What is wrong, and what would be right. */
  readonly message: string;
  /** The offending text, with the 0-based offset of a caret under it; null where it adds nothing. */
  readonly excerpt: { readonly text: string; readonly offset: number } | null;
}

/** The job must not start: configuration, schema, import file or usage are wrong. Exit code 2. */
export class ConfigurationError extends Error {
  readonly issues: readonly Issue[];

  constructor(issues: readonly Issue[]) {
    super(issues.map((issue) => issue.message).join('\n'));
    this.name = 'ConfigurationError';
    this.issues = issues;
  }
}

/**
 * The machine does not do what is needed: a disk is full or read-only, a file is damaged, locked or gone. Exit code 2, or
 * 3 once requests were sent.
 */
export class EnvironmentError extends ConfigurationError {
  /** Of SQLite or of the operating system: `SQLITE_FULL`, `ENOSPC`. */
  readonly code: string;
  /** Requests were sent to the target before it happened. */
  readonly hasBegun: boolean;

  constructor(issue: Issue, code: string, hasBegun = false) {
    super([issue]);
    this.name = 'EnvironmentError';
    this.code = code;
    this.hasBegun = hasBegun;
  }
}

/** Why a job is held back. @see Graph quarantineReason */
export type QuarantineReason =
  | 'EncounteredBaseEscrowThreshold'
  | 'EncounteredTotalEscrowThreshold'
  | 'EncounteredEscrowProportionThreshold'
  | 'EncounteredQuarantineException'
  | 'Unknown'
  | 'QuarantinedOnDemand'
  | 'TooManyDeletes'
  | 'IngestionInterrupted';

/** The job cannot go on: the cycle ends and the watermark stays. Exit code 4. */
export class QuarantineError extends Error {
  readonly reason: QuarantineReason;
  /** Entra's code of the failure behind it, e.g. `SystemForCrossDomainIdentityManagementInvalidCredentials`. */
  readonly code: string;

  constructor(reason: QuarantineReason, code: string, message: string) {
    super(message);
    this.name = 'QuarantineError';
    this.reason = reason;
    this.code = code;
  }
}

/** A cycle could not go on, as a plan found out; nothing was written, the job least of all. Exit code 4. */
export class PlannedQuarantineError extends QuarantineError {}

/** What was under way was told to stop, and stopped before it was done: it is left for the next cycle. */
export class Interruption extends Error {
  constructor() {
    super('the cycle was interrupted');
    this.name = 'Interruption';
  }
}

/** Makes an issue about a whole source, without a place in it. */
export function issueOf(source: string, message: string, path = ''): Issue {
  return {
    source,
    line: null,
    column: null,
    path,
    message,
    excerpt: null,
  };
}
