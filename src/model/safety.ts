/**
 * When a job is quarantined, and for how long.
 * @see Entra "Application provisioning in quarantine status"
 */
export interface QuarantineFigures {
  /** Failures (references left out) below which their share is not looked at. */
  readonly minimumFailures: number;
  /** The share of failures above which the job is quarantined, 0 to 1. */
  readonly failureRatio: number;
  /** Failures, references left out, above which the job is quarantined whatever the share. */
  readonly maximumFailures: number;
  /** Failures, references included, above which the job is quarantined. */
  readonly maximumTotalFailures: number;
  /** The waits before the next attempts, in milliseconds; the last one is repeated. */
  readonly attemptsAfterMs: readonly number[];
  /** A job quarantined for longer is disabled. */
  readonly disabledAfterMs: number;
}

/**
 * When the failure of one object is tried again.
 * @see Entra "How provisioning works", Errors and retries
 */
export interface RetryFigures {
  /**
   * The waits before the second and later retries, each measured from the last attempt, in milliseconds; the last one is
   * repeated. The first retry comes in the next cycle.
   */
  readonly attemptsAfterMs: readonly number[];
  /** An object that has failed for so long is not tried again, unless it changes or the job is restarted. */
  readonly expiresAfterMs: number;
}

/** Limits beyond the service's own; null: off. Percentages are 0 to 100, and exceeded, not met. */
export interface Guard {
  /** How many objects a change must concern before its percentage is looked at: 1 of 3 users is 33 %, and no sign of a mistake. */
  readonly minimumObjects: number;
  /** Users, and groups, disabled or deleted in one cycle, as a share of those linked. */
  readonly maxDisablesPercent: number | null;
  /** Users updated in one cycle, as a share of those linked. */
  readonly maxUpdatesPercent: number | null;
  /** Memberships removed in one cycle, as a share of those written. */
  readonly maxMembershipsRemovedPercent: number | null;
  /** How many of the users and groups there were when the job last ran may be gone from the source, whoever came. */
  readonly maxSourceShrinkPercent: number | null;
}

/** What keeps a job from doing harm. */
export interface SafetySettings {
  readonly quarantine: QuarantineFigures;
  readonly retry: RetryFigures;
  /** Deprovisionings of one cycle above which all of them are held back; null: off, as in Entra by default. */
  readonly deletionThreshold: number | null;
  readonly guard: Guard;
}

/** A limit that a cycle's deprovisionings exceed. */
export interface ExceededLimit {
  /** What people call it, and what sets it. */
  readonly name: string;
  /** How far it is exceeded, in words. */
  readonly fact: string;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The published figures; the guard refuses a source that lost more than half of what it held, and looks at no share of fewer than 10 objects. */
export const DEFAULT_SAFETY: SafetySettings = {
  quarantine: {
    minimumFailures: 5_000,
    failureRatio: 0.4,
    maximumFailures: 40_000,
    maximumTotalFailures: 60_000,
    attemptsAfterMs: [6 * HOUR, 12 * HOUR, 24 * HOUR],
    disabledAfterMs: 28 * DAY,
  },
  retry: { attemptsAfterMs: [6 * HOUR, 12 * HOUR, 24 * HOUR], expiresAfterMs: 28 * DAY },
  deletionThreshold: null,
  guard: {
    minimumObjects: 3,
    maxDisablesPercent: null,
    maxUpdatesPercent: null,
    maxMembershipsRemovedPercent: null,
    maxSourceShrinkPercent: 50,
  },
};
