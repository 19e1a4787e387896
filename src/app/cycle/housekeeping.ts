import type { JobStore } from '../../io/stores/job-store.ts';
import { systemWorld } from '../../io/world.ts';
import { restarted } from '../../job/control/quarantine.ts';
import { cycleClock } from '../../job/cycle/clock.ts';
import type { JobControl } from '../../model/control.ts';
import { instantBefore } from '../../model/identifiers.ts';
import type { MailSettings } from '../../model/job.ts';
import type { Session } from '../session/session.ts';
import { notifyPeople } from './notify.ts';

/** How long the provisioning log is kept. */
const LOG_RETENTION_MS = 30 * 24 * 60 * 60 * 1000;

/** What surrounds a cycle. */
export interface CycleHousekeeping {
  readonly session: Session;
  /** Null: there is no mail server. */
  readonly mail: MailSettings | null;
  /** What the cycle was asked for, as it was read before; null: nothing was. Absent: it takes up whatever was asked. */
  readonly requested?: JobControl['requested'] | null;
  /** The clock is right, however far it is beyond the last cycle; absent: it is compared. */
  readonly acceptsClock?: boolean;
  /** Reports to the user. */
  readonly note: (text: string) => void;
  /** Writes to the directory store while no other part of this process does. */
  readonly exclusively: (write: () => Promise<unknown>) => Promise<unknown>;
}

/**
 * Does what belongs to every cycle around it: before, old entries of the log are forgotten, and what was asked for is
 * taken back; after, notifications are sent, and what has been in the recycle bin for too long is purged: not where
 * the clock is not trusted, and not in the first cycle of a state, which has nothing to compare it with.
 * @param cycle runs the cycle
 */
export async function withHousekeeping<Result>(
  { session, mail, note, exclusively, requested, acceptsClock = false }: CycleHousekeeping,
  cycle: () => Promise<Result>,
): Promise<Result> {
  const { state, job, directory } = session;
  const { confirmed, isFirst } = await cycleClock({ state, job, world: systemWorld }, acceptsClock);
  await state.forgetBefore(instantBefore(confirmed, LOG_RETENTION_MS));
  const forgotten = await repeatRestart(state);
  await state.updateControl((control) => takenUp(control, { requested, forgotten }));
  try {
    const result = await cycle();
    // Only now: until then a cycle and the plan of it see the same directory.
    if (!isFirst) await exclusively(() => directory.purgeExpired(confirmed));
    return result;
  } finally {
    await repeatRestart(state);
    await notifyPeople({ settings: job.settings, mail, state, note });
  }
}

/**
 * The cycle wrote its own end over what a restart decided while it was under way: that is decided once more. It is before
 * the next cycle as well, where the process was killed in between; what is forgotten already stays so.
 */
async function repeatRestart(state: JobStore): Promise<JobControl['forgotten']> {
  const { forgotten } = await state.control();
  if (forgotten === undefined) return undefined;
  const owner = await state.owner();
  await state.reset(forgotten);
  // This process runs the job on the target that it has.
  if (owner !== null) await state.adopt(owner);
  // A pause may have come after the restart, but not before it; a newer restart is for the next cycle.
  await state.updateControl((control) =>
    isSame(control.forgotten, forgotten)
      ? { ...restarted(control, forgotten), isPaused: control.isPaused }
      : control,
  );
  return forgotten;
}

type Taken = Pick<CycleHousekeeping, 'requested'> & Pick<JobControl, 'forgotten'>;

/** A job once a cycle has taken up what was asked of it; what was asked since is for the next cycle. */
function takenUp(control: JobControl, taken: Taken): JobControl {
  const { requested, forgotten, ...rest } = control;
  const isTaken = taken.requested === undefined || isSame(requested ?? null, taken.requested);
  return {
    ...rest,
    ...(requested === undefined || isTaken ? {} : { requested }),
    ...(forgotten === undefined || isSame(forgotten, taken.forgotten) ? {} : { forgotten }),
  };
}

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
