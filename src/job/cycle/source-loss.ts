import type { SourceLoss } from '../../model/directory.ts';
import type { QuarantineError } from '../../model/errors.ts';
import { judgeSource } from '../../planning/safety.ts';
import { endedWell, lastCycleThat } from './clock.ts';
import { meetsOtherDirectory } from './other-directory.ts';
import type { PlanningContext } from './planning-context.ts';
import type { CycleStart } from './start.ts';

/**
 * Compares the source with what it was when a cycle last ended well, by what its feed says of each object. Where the feed
 * does not reach back so far, only the numbers show it; where the cycles are forgotten, the source held at least what is
 * linked.
 * @returns why the cycle is refused; null: the source is plausible
 */
export async function judgeLoss(
  { state, directory, job }: Pick<PlanningContext, 'state' | 'directory' | 'job'>,
  start: CycleStart,
): Promise<QuarantineError | null> {
  const last = await lastCycleThat(endedWell, state);
  const { User: users, Group: groups } = await state.linkCounts();
  const isInFeed =
    last !== undefined &&
    (last.directoryId ?? (await state.position())?.directoryId) === (await directory.directoryId()) &&
    last.until >= (await directory.oldestWatermark()) &&
    last.until <= start.until;
  const loss = isInFeed
    ? await directory.loss(last.until, start.until)
    : netLoss(last?.sourceCount ?? users + groups, start.sourceCount);
  return judgeSource(loss, job.settings.safety, await meetsOtherDirectory({ state, directory }));
}

const netLoss = (before: number, now: number): SourceLoss => ({ lost: Math.max(0, before - now), before });
