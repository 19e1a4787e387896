import type { FailureCode } from '../model/failure.ts';
import type { Instant } from '../model/identifiers.ts';
import type { Escrow } from '../model/ports.ts';
import type { RetryFigures } from '../model/safety.ts';

/** Failures that each cycle tries again. @see Entra "Analyze the provisioning logs", Error codes */
const TRIED_IN_EACH_CYCLE: ReadonlySet<FailureCode> = new Set<FailureCode>([
  'InternalServerError',
  'WebExceptionProtocolError',
  'InternalError',
  'Timeout',
  'TooManyRequests',
  // It waits for another object and not for the clock.
  'UnableToResolveReferenceAttributeValue',
]);

/**
 * When the failure of an object is tried again: the first time in the next cycle, then 6, 12 and 24 hours after the last
 * attempt, then daily, until 28 days after the first failure; a passing failure in each cycle.
 * @returns an instant that has passed for the next cycle; null: it is not tried any more
 * @see Entra "How provisioning works", Errors and retries
 */
export function nextAttemptAt(escrow: Escrow, figures: RetryFigures): Instant | null {
  const { firstFailedAt, lastFailedAt, failure, attemptCount } = escrow;
  if (attemptCount <= 1 || TRIED_IN_EACH_CYCLE.has(failure.code)) return lastFailedAt;
  const waits = figures.attemptsAfterMs;
  const wait = waits[Math.min(attemptCount, waits.length + 1) - 2] ?? 0;
  const next = Date.parse(lastFailedAt) + wait;
  return next - Date.parse(firstFailedAt) > figures.expiresAfterMs ? null : new Date(next).toISOString();
}

/**
 * Whether a failure is to be tried again by an instant. One that lies ahead says that the clock was set back: then it is.
 */
export function isDue(escrow: Escrow, now: Instant, figures: RetryFigures): boolean {
  const next = nextAttemptAt(escrow, figures);
  const isAhead = Date.parse(escrow.lastFailedAt) > Date.parse(now);
  return isAhead || (next !== null && Date.parse(next) <= Date.parse(now));
}

/**
 * The first rung of a ladder that lies above a time; beyond the last rung it goes on in even steps.
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
