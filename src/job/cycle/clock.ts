import type { CycleRecord } from '../../model/cycle.ts';
import type { Instant } from '../../model/identifiers.ts';
import type { JobReader } from '../../model/ports.ts';
import type { PlanningContext } from './planning-context.ts';

/** The clock of a cycle, compared with the one of the cycle before. */
export interface CycleClock {
  readonly now: Instant;
  /**
   * Up to when time is taken to have passed: nothing runs out after it. It is `now`, or where the clock jumped forward
   * the beginning of the last cycle that ended well, so that what runs out in between waits for the next cycle.
   */
  readonly confirmed: Instant;
  /** No cycle ended well before: nothing has confirmed the clock. */
  readonly isFirst: boolean;
}

/** How far the clock may be beyond the interval of the job since the last cycle began. */
const TOLERANCE_MS = 24 * 60 * 60 * 1000;

/**
 * Compares the clock with the last cycle that ended well; one that failed has issued no warning and postponed nothing.
 * Where none ended well, the oldest cycle is compared. A machine that was off for days looks like a clock that jumped
 * forward, and what runs out by the clock is put off by one cycle in both cases. A clock that was set back puts nothing
 * off: less time has passed, so that nothing runs out.
 * @param accepts the clock is right, whatever the last cycle says
 */
export async function cycleClock(
  { state, job, world }: Pick<PlanningContext, 'state' | 'job' | 'world'>,
  accepts = false,
): Promise<CycleClock> {
  const now = world.now();
  const lastGood = await lastCycleThat(endedWell, state);
  const last = (lastGood ?? (await state.cycles(LOOK_BACK)).at(-1))?.startedAt ?? now;
  const isAhead = Date.parse(now) - Date.parse(last) > TOLERANCE_MS + job.settings.intervalMs;
  return { now, confirmed: isAhead && !accepts ? last : now, isFirst: lastGood === undefined };
}

/** Whether a cycle completed without an error of the whole. */
export function endedWell({ endedAt, error }: CycleRecord): boolean {
  return endedAt !== null && error === null;
}

/** Cycles that are looked through for the last one of a kind. */
export const LOOK_BACK = 1_000;

/** The newest cycle of a kind. Nearly always it is the very last one: the rest is read only where it is not. */
export async function lastCycleThat(
  is: (cycle: CycleRecord) => boolean,
  state: Pick<JobReader, 'cycles'>,
): Promise<CycleRecord | undefined> {
  return (await state.cycles(1)).find(is) ?? (await state.cycles(LOOK_BACK)).find(is);
}

/** What a cycle puts off because its clock jumped forward, in words; empty where nothing is put off. */
export async function warnOfClock(
  { directory, ...context }: PlanningContext,
  accepts = false,
): Promise<readonly string[]> {
  const { now, confirmed } = await cycleClock(context, accepts);
  const count = now === confirmed ? 0 : await directory.runOutCount(confirmed, now);
  if (count === 0) return [];
  const days = Math.floor((Date.parse(now) - Date.parse(confirmed)) / TOLERANCE_MS);
  return [
    `the clock says ${now}, ${days} ${days === 1 ? 'day' : 'days'} after the last cycle that ended well began (${confirmed}): ${count === 1 ? '1 object whose' : `${count} objects whose`} 30 days in the recycle bin ended in between ${count === 1 ? 'is' : 'are'} not deleted for good in this cycle, but in the next one; correct the clock before that if it is wrong, or allow it now with --accept-clock`,
  ];
}
