import {
  createScheduler,
  type DaemonFacts,
  type ScheduledJob,
} from '../../../src/job/scheduler/scheduler.ts';
import type { Instant } from '../../../src/model/identifiers.ts';

/** When the virtual clock begins. */
export const BEGIN = '2026-03-01T00:00:00.000Z';

const MINUTE = 60_000;

/** The instant some minutes after the beginning. */
export const instantAt = (minutes: number): Instant =>
  new Date(Date.parse(BEGIN) + minutes * MINUTE).toISOString();

/** An enabled job that never ran, at 40 minutes. */
export const FACTS: DaemonFacts = {
  isEnabled: true,
  intervalMs: 40 * MINUTE,
  control: { isPaused: false, isDisabled: false, quarantine: null },
  lastStartedAt: null,
  isRequested: false,
};

/** A job whose facts a test may change. */
export interface StagedJob extends ScheduledJob {
  over: Partial<DaemonFacts>;
}

/** A scheduler on a virtual clock that leaps from one thing that happens to the next. */
export interface Stage {
  /** What happened, in its order: `40 a begins`. */
  readonly told: string[];
  readonly jobs: StagedJob[];
  /** Adds a job whose cycles take some minutes. */
  add(id: string, lastsMinutes?: number, over?: Partial<DaemonFacts>): StagedJob;
  /** Has something happen at a minute; the scheduler is woken. */
  at(minute: number, event: () => void): void;
  /** Runs until it is stopped at a minute. */
  runUntil(minute: number): Promise<void>;
}

/** Sets up a stage without jobs. */
export const aStage = (): Stage => {
  const events: { readonly minute: number; readonly event: () => void }[] = [];
  const told: string[] = [];
  const jobs: StagedJob[] = [];
  const end = new AbortController();
  let minute = 0;
  const later = (when: number, event: () => void): void => void events.push({ minute: when, event });
  /** Lets what was set off by an event come about. */
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const leapTo = async (due: number, signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      const next = events.sort((one, other) => one.minute - other.minute)[0];
      minute = Math.min(due, next?.minute ?? due);
      if (next === undefined || due <= next.minute) return;
      events.shift();
      next.event();
      await settle();
    }
  };
  const scheduler = createScheduler({
    jobs: () => jobs,
    clock: {
      now: () => instantAt(minute),
      wait: (until, _isBusy, signal) =>
        leapTo(until === null ? 1e6 : (Date.parse(until) - Date.parse(BEGIN)) / MINUTE, signal),
    },
  });
  const runCycle = (id: string, lastsMinutes: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      told.push(`${minute} ${id} begins`);
      let isOver = false;
      const finish = (): void => {
        if (!isOver) told.push(`${minute} ${id} ends${signal.aborted ? ' early' : ''}`);
        isOver = true;
        resolve();
      };
      later(minute + lastsMinutes, finish);
      signal.addEventListener('abort', finish);
    });
  return {
    told,
    jobs,
    add: (id, lastsMinutes = 1, over = {}) => {
      let lastStartedAt: Instant | null = null;
      const job: StagedJob = {
        id,
        over,
        facts: async () => ({ ...FACTS, lastStartedAt, ...job.over }),
        runCycle: (signal) => {
          lastStartedAt = instantAt(minute);
          job.over = { ...job.over, isRequested: false };
          return runCycle(id, lastsMinutes, signal);
        },
      };
      jobs.push(job);
      return job;
    },
    at: (when, event) =>
      later(when, () => {
        event();
        scheduler.wake();
      }),
    runUntil: (last) => {
      later(last, () => end.abort());
      return scheduler.run(end.signal);
    },
  };
};
