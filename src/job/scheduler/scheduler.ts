import type { JobControl } from '../../model/control.ts';
import type { CycleRecord } from '../../model/cycle.ts';
import type { Instant } from '../../model/identifiers.ts';
import type { JobSettings } from '../../model/job.ts';

/** What decides when a job of the daemon runs next. */
export interface DaemonFacts extends ScheduleFacts {
  /** Somebody asked for a cycle now. */
  readonly isRequested: boolean;
}

/** A job as the scheduler sees it. */
export interface ScheduledJob {
  readonly id: string;
  /** Read again at each turn: commands change them while the daemon waits. */
  facts(): Promise<DaemonFacts>;
  /**
   * Runs one cycle to its end, and takes back the request for it. Must not reject for what may happen in a cycle.
   * @param signal once aborted, what is under way is finished and recorded, and nothing more is begun
   */
  runCycle(signal: AbortSignal): Promise<void>;
}

/** The time of the scheduler: the machine's, or a virtual one. */
export interface SchedulerClock {
  now(): Instant;
  /**
   * Waits until an instant (null: without end), or until the signal is aborted. It may return early: due times are
   * read again whenever it returns.
   * @param isBusy cycles are under way: a virtual clock must not jump ahead of them
   */
  wait(until: Instant | null, isBusy: boolean, signal: AbortSignal): Promise<void>;
}

/** What the scheduler works with. */
export interface SchedulerPorts {
  /**
   * Read again at each turn; the same objects while nothing changes. A job that is gone comes to the end of its cycle and
   * begins no other.
   */
  jobs(): readonly ScheduledJob[];
  readonly clock: SchedulerClock;
}

/** Runs the cycles of several jobs, each when it is due. */
export interface Scheduler {
  /** Runs until the signal is aborted and the cycles under way have ended. @throws what a job's `runCycle` threw */
  run(signal: AbortSignal): Promise<void>;
  /** Looks at jobs and due times at once, because something has changed. */
  wake(): void;
}

/**
 * When the next cycle of a job is due. A request makes it due at once, also in quarantine, but not while the job is off,
 * paused or disabled. A start that lies ahead says that the clock was set back: it is no reason to wait.
 */
export function dueAt(facts: DaemonFacts, startedHere: Instant | null, now: Instant): Instant | null {
  const starts = [facts.lastStartedAt, startedHere].filter((start) => start !== null && start <= now);
  const due = nextCycleAt({ ...facts, lastStartedAt: starts.sort().at(-1) ?? null }, now);
  return due !== null && facts.isRequested ? now : due;
}

/**
 * Makes the scheduler of a daemon: jobs run side by side, and a job never has two cycles at once; one that overran its
 * interval is followed by the next at once.
 * @see Entra "How provisioning works", Incremental cycles
 */
export function createScheduler({ jobs, clock }: SchedulerPorts): Scheduler {
  const running = new Map<string, { readonly ended: Promise<void>; readonly stop: AbortController }>();
  // A cycle that failed before it left a record counts as well, or it would be begun again and again.
  const startedAt = new Map<string, Instant>();
  const failures: unknown[] = [];
  let turn = new AbortController();
  const wake = (): void => turn.abort();

  const runOne = async (job: ScheduledJob, signal: AbortSignal): Promise<void> => {
    try {
      await job.runCycle(signal);
    } catch (error) {
      failures.push(error);
    } finally {
      running.delete(job.id);
      wake();
    }
  };

  /** Begins what is due. @returns when the next one will be */
  const beginDue = async (signal: AbortSignal): Promise<Instant | null> => {
    const now = clock.now();
    const ahead: Instant[] = [];
    for (const job of jobs().filter(({ id }) => !running.has(id))) {
      const due = dueAt(await job.facts(), startedAt.get(job.id) ?? null, now);
      // A job may be gone, or the scheduler stopped, by the time its facts are known.
      if (signal.aborted) return null;
      if (due === null || !jobs().includes(job)) continue;
      if (due > now) ahead.push(due);
      else {
        startedAt.set(job.id, now);
        // A signal of its own: thousands of cycles must not leave listeners on the one of the daemon.
        const stop = new AbortController();
        running.set(job.id, { ended: runOne(job, stop.signal), stop });
      }
    }
    return ahead.sort()[0] ?? null;
  };

  return {
    wake,
    run: async (signal) => {
      const stopAll = (): void => {
        for (const { stop } of running.values()) stop.abort();
        wake();
      };
      signal.addEventListener('abort', stopAll);
      while (!signal.aborted && failures.length === 0) {
        turn = new AbortController();
        const next = await beginDue(signal);
        await clock.wait(next, running.size > 0, turn.signal);
      }
      await Promise.all([...running.values()].map(({ ended }) => ended));
      signal.removeEventListener('abort', stopAll);
      if (failures.length > 0) throw failures[0];
    },
  };
}

/** What decides when the next cycle of a job is due. */
export interface ScheduleFacts {
  /** Provisioning Status is On. */
  readonly isEnabled: boolean;
  readonly intervalMs: number;
  readonly control: Pick<JobControl, 'isPaused' | 'isDisabled' | 'quarantine'>;
  /** When the last cycle began; null: none ever did. */
  readonly lastStartedAt: Instant | null;
}

/**
 * What decides when the next cycle of a job is due, from what is kept of it. A cycle that was interrupted is no reason
 * to wait for the next one.
 * @param last the newest cycle
 */
export function scheduleFacts(
  { enabled, intervalMs }: Pick<JobSettings, 'enabled' | 'intervalMs'>,
  control: JobControl,
  last: CycleRecord | undefined,
): ScheduleFacts {
  return {
    isEnabled: enabled,
    intervalMs,
    control,
    lastStartedAt: last === undefined || last.endedAt === null ? null : last.startedAt,
  };
}

/**
 * When the next cycle is due, measured from start to start: at once for a job that never ran or whose last cycle
 * overran its interval; in quarantine not before the next attempt, and at it where the target gave no answer. Null: not
 * until an administrator acts.
 * @see Entra "How provisioning works", and "Application provisioning in quarantine status"
 */
export function nextCycleAt(facts: ScheduleFacts, now: Instant): Instant | null {
  const { isEnabled, control, lastStartedAt, intervalMs } = facts;
  if (!isEnabled || control.isPaused || control.isDisabled) return null;
  const interval = lastStartedAt === null ? 0 : Date.parse(lastStartedAt) + intervalMs;
  const { quarantine } = control;
  // A quarantine that was imposed ahead of now says that the clock was set back: it is no reason to wait.
  const isAhead = quarantine !== null && Date.parse(quarantine.currentBegan) > Date.parse(now);
  const attempt = quarantine === null || isAhead ? 0 : Date.parse(quarantine.nextAttempt);
  const due = quarantine?.isUnreachable && !isAhead ? attempt : Math.max(interval, attempt);
  return new Date(Math.max(Date.parse(now), due)).toISOString();
}
