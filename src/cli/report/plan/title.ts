import type { CycleStart } from '../../../job/cycle/start.ts';

/** The first line of a report. */
export const titleOf = (job: string, start: CycleStart, word = 'Plan'): string =>
  start.since === null
    ? `${word} for job ${job} · initial cycle (${start.why})`
    : `${word} for job ${job} · incremental cycle from watermark ${start.since}`;
