import type { FailureCode } from '../model/failure.ts';
import type { Instant } from '../model/identifiers.ts';
import type { Escrow, FailedAttempt } from '../model/state.ts';

/** Something of an object that failed in a cycle. */
export interface FailedNow {
  /** What failed, as an escrow keeps it. */
  readonly key: string;
  readonly code: FailureCode;
  readonly cycleId: string;
  readonly now: Instant;
}

/**
 * The attempts of an escrow once something failed. It joins what failed in the same cycle with the same code, so that all
 * of it is tried again together. Each key is counted once in a cycle.
 * @param isObsolete whether a write that failed in an earlier cycle is no longer wanted
 */
export function attemptsWith(
  { key, code, cycleId, now }: FailedNow,
  before: Escrow | undefined,
  isObsolete: (attempt: FailedAttempt) => boolean,
): readonly FailedAttempt[] {
  const attempts = before?.attempts ?? [];
  const earlier = attempts.find(({ failed }) => failed.some((one) => isOfSameKind(one, key)));
  const attemptCount = countOf(earlier ?? withoutAttempts(before), cycleId);
  const others = withoutKey(attempts, key);
  const isTogether = (one: FailedAttempt): boolean =>
    one.cycleId === cycleId && one.code === code && one.attemptCount === attemptCount;
  const together = others.filter(isTogether).flatMap(({ failed }) => failed);
  return [
    ...others.filter((one) => !isTogether(one) && (one.cycleId === cycleId || !isObsolete(one))),
    { cycleId, code, lastFailedAt: now, attemptCount, failed: [...together, key] },
  ];
}

/** The attempts of an escrow once something of it was written. @see attemptsWith */
export function attemptsWithout(
  key: string,
  { attempts = [] }: Escrow,
  cycleId: string,
  isObsolete: (attempt: FailedAttempt) => boolean,
): readonly FailedAttempt[] {
  return withoutKey(attempts, key).filter((one) => one.cycleId === cycleId || !isObsolete(one));
}

/** An escrow of an older state counts as one attempt. */
const withoutAttempts = (before: Escrow | undefined): Pick<Escrow, 'attemptCount' | 'cycleId'> | undefined =>
  before?.attempts === undefined ? before : undefined;

const countOf = (earlier: Pick<Escrow, 'attemptCount' | 'cycleId'> | undefined, cycleId: string): number =>
  earlier === undefined ? 1 : earlier.attemptCount + (earlier.cycleId === cycleId ? 0 : 1);

const withoutKey = (attempts: readonly FailedAttempt[], key: string): readonly FailedAttempt[] =>
  attempts.flatMap((attempt) => {
    const failed = attempt.failed.filter((one) => !isOfSameKind(one, key));
    return failed.length === 0 ? [] : [{ ...attempt, failed }];
  });

/** The same write, or a failure with the same code before anything was sent: its message may differ each time. */
const isOfSameKind = (one: string, other: string): boolean => kindOf(one) === kindOf(other);

const kindOf = (key: string): string => key.slice(0, (key.indexOf(' ') + 1 || key.length + 1) - 1);
