import type { FailureCode } from '../model/failure.ts';
import type { Instant } from '../model/identifiers.ts';
import type { Escrow } from '../model/ports.ts';
import type { RetryFigures } from '../model/safety.ts';

/** Failures that the next cycle tries again, the first time. @see Entra "Analyze the provisioning logs", Error codes */
const RETRIED_AT_ONCE: ReadonlySet<FailureCode> = new Set<FailureCode>([
  'InternalServerError',
  'WebExceptionProtocolError',
  'InternalError',
  'Timeout',
  'TooManyRequests',
]);

/**
 * When the failure of an object is tried again. A passing failure is tried again in the next cycle; others, and those
 * that failed again, after 6, 12, 24 hours and then daily, counted from the first failure. A reference waits for
 * another object and not for the clock, so that it is due in each cycle. Null: not any more.
 * @see Entra "Application provisioning in quarantine status", retry ladder
 */
export function nextAttemptAt(escrow: Escrow, figures: RetryFigures): Instant | null {
  const { firstFailedAt, lastFailedAt, failure, attemptCount } = escrow;
  if (failure.code === 'UnableToResolveReferenceAttributeValue') return lastFailedAt;
  const isFirst = attemptCount <= 1;
  if (isFirst && RETRIED_AT_ONCE.has(failure.code)) return lastFailedAt;
  const began = Date.parse(firstFailedAt);
  const rungs = figures.attemptsAfterMs;
  const distance = (rungs.at(-1) ?? 0) - (rungs.at(-2) ?? 0);
  const wait = nextRung(rungs, Date.parse(lastFailedAt) - began, distance);
  return wait > figures.expiresAfterMs ? null : new Date(began + wait).toISOString();
}

/** Whether a failure is to be tried again by an instant. */
export function isDue(escrow: Escrow, now: Instant, figures: RetryFigures): boolean {
  const next = nextAttemptAt(escrow, figures);
  return next !== null && Date.parse(next) <= Date.parse(now);
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
