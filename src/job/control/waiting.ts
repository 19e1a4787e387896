import type { JobReader } from '../../model/ports.ts';
import type { RetryFigures } from '../../model/safety.ts';
import type { WaitingFailures } from '../../model/state.ts';
import { nextAttemptAt } from '../../recording/escrow.ts';

const PAGE = 1_000;

/**
 * How many failures are kept for retry, and when the first of them is tried again, as the scheduler does it.
 * @see nextAttemptAt
 */
export async function waitingFailures(
  state: Pick<JobReader, 'escrows'>,
  figures: RetryFigures,
): Promise<WaitingFailures> {
  let count = 0;
  let isDue = false;
  let nextAttempt: string | null = null;
  for (const type of ['User', 'Group'] as const)
    for await (const page of state.escrows(type, PAGE)) {
      count += page.length;
      for (const escrow of page) {
        const next = nextAttemptAt(escrow, figures);
        if (next === null) continue;
        isDue ||= next === escrow.lastFailedAt;
        if (nextAttempt === null || next < nextAttempt) nextAttempt = next;
      }
    }
  return { count, nextAttempt, isInNextCycle: isDue };
}
