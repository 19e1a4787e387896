/** Limits and times of quarantines. @see Entra "Application provisioning in quarantine status" */
export interface QuarantineFigures {
  /** Failures (without references) below which their share is not evaluated. */
  readonly minimumFailures: number;
  /** The share of failures above which the job is quarantined, 0 to 1. */
  readonly failureRatio: number;
  /** Failures (without references) above which the job is quarantined, whatever their share. */
  readonly maximumFailures: number;
  /** Failures (with references) above which the job is quarantined. */
  readonly maximumTotalFailures: number;
  /** Waits before the next attempts, in milliseconds; the last repeats. */
  readonly attemptsAfterMs: readonly number[];
  /** The attempts before those, from the beginning, where the target gave no answer at all; empty: none. */
  readonly unreachableAttemptsAfterMs: readonly number[];
  /** A longer quarantine disables the job. */
  readonly disabledAfterMs: number;
}

/** When a failed object is retried. @see Entra "How provisioning works", Errors and retries */
export interface RetryFigures {
  /**
   * Waits before the second and later retries, from the last attempt, in milliseconds; the last repeats. The first
   * retry is in the next cycle.
   */
  readonly attemptsAfterMs: readonly number[];
  /** After this time an object is not retried until it changes or the job is restarted. */
  readonly expiresAfterMs: number;
  /** A creation is repeated only after the target was asked again by the matching attributes. */
  readonly requery: boolean;
}

/** Limits beyond the service's; null: off. Percentages are 0 to 100; a limit must be exceeded. */
export interface Guard {
  /** Minimum objects concerned before a percentage is evaluated: 1 of 3 users is 33 %, and no sign of a mistake. */
  readonly minimumObjects: number;
  /** Users, and groups, disabled or deleted in one cycle, as a share of the linked ones. */
  readonly maxDisablesPercent: number | null;
  /** Users updated in one cycle, as a share of the linked ones. */
  readonly maxUpdatesPercent: number | null;
  /** Memberships removed in one cycle, as a share of the written ones. */
  readonly maxMembershipsRemovedPercent: number | null;
  /** Users and groups gone since the last run, as a share of those then; additions do not offset them. */
  readonly maxSourceShrinkPercent: number | null;
}

/** Safety settings of a job. */
export interface SafetySettings {
  readonly quarantine: QuarantineFigures;
  readonly retry: RetryFigures;
  /** Deprovisionings in one cycle above which all are staged; null: off, as in Entra by default. */
  readonly deletionThreshold: number | null;
  readonly guard: Guard;
}

/** An exceeded limit of deprovisionings. */
export interface ExceededLimit {
  /** Its name, and its setting. */
  readonly name: string;
  /** By how much it is exceeded. */
  readonly fact: string;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The published figures; the guard refuses a source that lost more than half of its objects. */
export const DEFAULT_SAFETY: SafetySettings = {
  quarantine: {
    minimumFailures: 5_000,
    failureRatio: 0.4,
    maximumFailures: 40_000,
    maximumTotalFailures: 60_000,
    attemptsAfterMs: [6 * HOUR, 12 * HOUR, 24 * HOUR],
    unreachableAttemptsAfterMs: [MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE],
    disabledAfterMs: 28 * DAY,
  },
  retry: { attemptsAfterMs: [6 * HOUR, 12 * HOUR, 24 * HOUR], expiresAfterMs: 28 * DAY, requery: true },
  deletionThreshold: null,
  guard: {
    minimumObjects: 3,
    maxDisablesPercent: null,
    maxUpdatesPercent: null,
    maxMembershipsRemovedPercent: null,
    maxSourceShrinkPercent: 50,
  },
};
