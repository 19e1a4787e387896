import type { FailureCode } from '../model/failure.ts';
import type { Instant } from '../model/identifiers.ts';
import type { RetryFigures } from '../model/safety.ts';
import type { Escrow, FailedAttempt } from '../model/state.ts';

/** Failures that wait for another object, however long that takes: neither the ladder nor the expiry is for them. */
export const WAITING_FOR_ANOTHER: readonly FailureCode[] = [
  'UnableToResolveReferenceAttributeValue',
  'EntryConflict',
];

/** Failures that each cycle tries again. @see Entra "Analyze the provisioning logs", Error codes */
const TRIED_IN_EACH_CYCLE: ReadonlySet<FailureCode> = new Set<FailureCode>([
  'InternalServerError',
  'WebExceptionProtocolError',
  'InternalError',
  'Timeout',
  'TooManyRequests',
  ...WAITING_FOR_ANOTHER,
]);

type Attempt = Pick<FailedAttempt, 'code' | 'lastFailedAt' | 'attemptCount'>;

/** The attempts of an escrow; one of an older state counts as one attempt. */
const attemptsOf = ({ attempts, failure, lastFailedAt, attemptCount }: Escrow): readonly Attempt[] =>
  attempts ?? [{ code: failure.code, lastFailedAt, attemptCount }];

/**
 * When a failure of an object is tried again: the first time in the next cycle, then 6, 12 and 24 hours after the last
 * attempt, then daily, until 28 days after the first failure; a passing failure in each cycle. Where several writes of
 * the object failed, the earliest time counts.
 * @returns its `lastFailedAt` for the next cycle; null: it is not tried any more
 * @see Entra "How provisioning works", Errors and retries
 */
export function nextAttemptAt(escrow: Escrow, figures: RetryFigures): Instant | null {
  const attempts = attemptsOf(escrow);
  if (attempts.some((attempt) => waitOf(attempt, figures) === 0)) return escrow.lastFailedAt;
  const times = attempts.flatMap((attempt) => timeOf(attempt, escrow, figures) ?? []);
  return times.length === 0 ? null : new Date(Math.min(...times)).toISOString();
}

/** How long an attempt waits after it failed; 0: until the next cycle. */
function waitOf({ code, attemptCount }: Attempt, { attemptsAfterMs: waits }: RetryFigures): number {
  if (attemptCount <= 1 || TRIED_IN_EACH_CYCLE.has(code)) return 0;
  return waits[Math.min(attemptCount, waits.length + 1) - 2] ?? 0;
}

/** When an attempt is made again, in milliseconds since 1970; null: not any more. */
function timeOf(attempt: Attempt, { firstFailedAt }: Escrow, figures: RetryFigures): number | null {
  const time = Date.parse(attempt.lastFailedAt) + waitOf(attempt, figures);
  return time - Date.parse(firstFailedAt) > figures.expiresAfterMs ? null : time;
}

/**
 * Whether something of an escrow is to be tried again in a cycle. A failure that lies ahead of the clock says that the
 * clock was set back: then it is. What waits for the next cycle does not wait for a clock that is not trusted.
 * @param confirmed up to when time is taken to have passed; see `cycleClock`
 * @param now what the clock says, where it is not trusted
 */
export function isDue(
  escrow: Escrow,
  confirmed: Instant,
  figures: RetryFigures,
  now: Instant = confirmed,
): boolean {
  return attemptsOf(escrow).some((attempt) => {
    const time = timeOf(attempt, escrow, figures);
    const isAhead = Date.parse(attempt.lastFailedAt) > Date.parse(now);
    const hasCome = waitOf(attempt, figures) === 0 || (time !== null && time <= Date.parse(confirmed));
    return isAhead || hasCome;
  });
}

/** When a cycle began, and whether it tries everything. */
export interface RetryTime {
  readonly now: Instant;
  /** Its `now` is the time that is confirmed. @see cycleClock */
  readonly view: { readonly now: Instant };
  /** All failures are tried, also those whose time has not come. */
  readonly retriesAll: boolean;
}

/** Whether a failure waits in a cycle: its time has not come, as far as the cycle trusts the clock. */
export function isWaiting(
  escrow: Escrow,
  figures: RetryFigures,
  { now, view, retriesAll }: RetryTime,
): boolean {
  return !retriesAll && !isDue(escrow, view.now, figures, now);
}

/**
 * The first rung of a ladder that lies above a time; beyond the last rung the steps are equal.
 * @param rungs ascending, in milliseconds, at least one
 * @param stepMs between the rungs beyond the last one
 */
export function nextRung(rungs: readonly number[], elapsedMs: number, stepMs: number): number {
  const rung = rungs.find((one) => one > elapsedMs);
  if (rung !== undefined) return rung;
  const last = rungs.at(-1) ?? 0;
  const step = Math.max(1, stepMs);
  return last + (Math.floor((elapsedMs - last) / step) + 1) * step;
}
