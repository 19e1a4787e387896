/** One error in user input. */
export interface Issue {
  /** File name as given, or another input (`--attributes`). */
  readonly source: string;
  /** 1-based; null: no lines. */
  readonly line: number | null;
  /** 1-based. */
  readonly column: number | null;
  /** JSON path inside the source, e.g. `jobs[0].target.tenantUrl`; empty for the whole. */
  readonly path: string;
  /** The error and its remedy. */
  readonly message: string;
  /** The offending line, with the 0-based offset of a caret; null: none. */
  readonly excerpt: { readonly text: string; readonly offset: number } | null;
}

/** The job must not start: invalid configuration, schema, import file or usage. Exit code 2. */
export class ConfigurationError extends Error {
  readonly issues: readonly Issue[];

  constructor(issues: readonly Issue[]) {
    super(issues.map((issue) => issue.message).join('\n'));
    this.name = 'ConfigurationError';
    this.issues = issues;
  }
}

/**
 * The machine fails: a disk is full or read-only, a file is damaged, locked or missing. Exit code 2, or 3 once
 * requests were sent.
 */
export class EnvironmentError extends ConfigurationError {
  /** Of SQLite or of the operating system: `SQLITE_FULL`, `ENOSPC`. */
  readonly code: string;
  /** Whether requests had been sent to the target. */
  readonly hasBegun: boolean;

  constructor(issue: Issue, code: string, hasBegun = false) {
    super([issue]);
    this.name = 'EnvironmentError';
    this.code = code;
    this.hasBegun = hasBegun;
  }
}

/** The reason of a quarantine. @see Graph quarantineReason */
export type QuarantineReason =
  | 'EncounteredBaseEscrowThreshold'
  | 'EncounteredTotalEscrowThreshold'
  | 'EncounteredEscrowProportionThreshold'
  | 'EncounteredQuarantineException'
  | 'Unknown'
  | 'QuarantinedOnDemand'
  | 'TooManyDeletes'
  | 'IngestionInterrupted';

/** The job cannot continue: the cycle ends and the watermark stays. Exit code 4. */
export class QuarantineError extends Error {
  readonly reason: QuarantineReason;
  /** Entra's code of the failure behind it, e.g. `SystemForCrossDomainIdentityManagementInvalidCredentials`. */
  readonly code: string;

  /** The target gave no answer at all: it is tried again after minutes first. */
  readonly isUnreachable: boolean;

  constructor(reason: QuarantineReason, code: string, message: string, { isUnreachable = false } = {}) {
    super(message);
    this.name = 'QuarantineError';
    this.reason = reason;
    this.code = code;
    this.isUnreachable = isUnreachable;
  }
}

/** A plan found that a cycle would be quarantined; nothing was written. Exit code 4. */
export class PlannedQuarantineError extends QuarantineError {}

/** The work was interrupted and is left to the next cycle. */
export class Interruption extends Error {
  constructor() {
    super('the cycle was interrupted');
    this.name = 'Interruption';
  }
}

/** Makes an issue without a position. */
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
