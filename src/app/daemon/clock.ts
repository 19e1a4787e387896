import type { Timer } from '../../io/timer.ts';
import type { SchedulerClock } from '../../job/scheduler/scheduler.ts';

/** How soon the daemon sees what commands have decided about a job. */
const LOOK_EVERY_MS = 1_000;

/** The clock of a daemon: it returns early, so that a machine that slept or whose clock was set is noticed as well. */
export function schedulerClock(timer: Timer): SchedulerClock {
  return {
    now: () => new Date(timer.nowMs()).toISOString(),
    wait: (until, _isBusy, signal) =>
      timer.wait(
        until === null ? LOOK_EVERY_MS : Math.min(LOOK_EVERY_MS, Date.parse(until) - timer.nowMs()),
        signal,
      ),
  };
}
