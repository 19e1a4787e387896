import type { Instant } from '../../model/identifiers.ts';
import { createScheduler, type ScheduledJob, type SchedulerClock } from './scheduler.ts';
import type { VirtualTime } from './virtual-time.ts';

/** Something that happens at an instant of a simulation. */
export interface SimulatedEvent {
  readonly at: Instant;
  /** Makes it happen, before the cycle that is due at the same instant. */
  happen(): void | Promise<void>;
  /** Checks the result once the cycle that was due at the same instant has ended. */
  check?(): void | Promise<void>;
}

/** What a simulation is made of. */
export interface Simulation {
  readonly time: VirtualTime;
  /** Read again at each turn, as the daemon does. */
  jobs(): readonly ScheduledJob[];
  /** In the order of their instants; taken one by one, so that there may be many. */
  readonly events: Iterable<SimulatedEvent>;
  /** The last instant; a cycle that is due then still runs. */
  readonly endsAt: Instant;
  /** Once aborted, the cycle under way is finished and nothing more happens. */
  readonly signal: AbortSignal;
}

/**
 * Runs the daemon's scheduler on a virtual time: what lies between two cycles or events passes at once.
 * @throws what an event or a cycle threw; nothing happens after it
 */
export async function simulate({ time, jobs, events, endsAt, signal }: Simulation): Promise<void> {
  const course = courseOf(events, time);
  const end = new AbortController();
  let failure: { readonly error: unknown } | null = null;

  /** Goes on to what comes next; a cycle may have taken so long that it is past. */
  const goOn = async (due: Instant | null): Promise<void> => {
    await course.check();
    if (time.now() >= endsAt) {
      end.abort();
      return;
    }
    const instants = [due, course.nextAt(), endsAt].filter((instant) => instant !== null);
    time.advanceTo(instants.sort()[0] ?? endsAt);
    await course.happen();
  };

  const clock: SchedulerClock = {
    now: time.now,
    wait: async (due, isBusy, turn) => {
      if (isBusy) await untilAborted(turn);
      try {
        // After a cycle the scheduler has to look first: another one may be due at once.
        await goOn(isBusy ? time.now() : due);
      } catch (error) {
        failure = { error };
        end.abort();
      }
    },
  };

  await course.happen();
  await createScheduler({ jobs, clock }).run(AbortSignal.any([signal, end.signal]));
  if (failure !== null) throw (failure as { readonly error: unknown }).error;
}

/** The events that are still to come, and those that are still to be checked. */
interface Course {
  /** When the next event happens; null: there is none left. */
  nextAt(): Instant | null;
  /** Makes all that is due happen. */
  happen(): Promise<void>;
  /** Checks what has happened since this was last done. */
  check(): Promise<void>;
}

function courseOf(events: Iterable<SimulatedEvent>, time: VirtualTime): Course {
  const coming = events[Symbol.iterator]();
  let next = coming.next();
  let unchecked: SimulatedEvent[] = [];
  return {
    nextAt: () => (next.done ? null : next.value.at),
    happen: async () => {
      while (!next.done && next.value.at <= time.now()) {
        const event = next.value;
        await event.happen();
        unchecked.push(event);
        next = coming.next();
      }
    },
    check: async () => {
      const happened = unchecked;
      unchecked = [];
      for (const event of happened) await event.check?.();
    },
  };
}

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
