import type { CycleRecord } from '../../src/model/cycle.ts';
import { QuarantineError } from '../../src/model/errors.ts';
import type { JobSettings } from '../../src/model/job.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { type RunningTarget, startTarget } from '../../src/target/start.ts';
import { intendedTarget } from '../convergence/intended-state.ts';
import { type TargetView, viewTarget } from '../convergence/target-view.ts';
import type { GeneratedDirectory } from '../support/generated-directory.ts';
import { type Lab, openLab } from '../support/lab.ts';
import { type SharedClock, sharedClock } from '../support/shared-clock.ts';
import { hireStaff, idOf, letADayGoBy, staffedDirectory } from './staffed-directory.ts';

/** In which cycle a fault strikes, and how the job knows what the target holds. */
export interface Situation {
  readonly title: string;
  /** Not the initial cycle, but the one after a day that has some of everything. */
  readonly isLater: boolean;
  readonly state: JobSettings['target']['state'];
}

/** The cycles in which every fault strikes. */
export const SITUATIONS: readonly Situation[] = [
  { title: 'an initial cycle', isLater: false, state: 'cached' },
  { title: 'a later cycle', isLater: true, state: 'cached' },
  { title: 'a later cycle that reads live', isLater: true, state: 'live' },
];

/** The fault is there before the cycle begins, or from the first request after the probes. */
export type Onset = 'before' | 'afterTheProbes';

/** How a cycle ended: with a record in any case, and with an error where it could not continue. */
export interface EndedCycle {
  readonly record: CycleRecord;
  readonly error: QuarantineError | null;
}

/** A company, its job and its target, just before the cycle in which a fault strikes. */
export interface FaultStage {
  readonly target: RunningTarget;
  readonly lab: Lab;
  readonly clock: SharedClock;
  readonly generated: GeneratedDirectory;
  /** What the target held before the cycle, and what it should hold after it. */
  readonly before: TargetView;
  readonly intended: TargetView;
  look(): TargetView;
  /** The account that is none of the job's business. */
  stranger(): JsonObject | undefined;
  /** Runs a cycle under a fault, and lifts the fault. */
  runUnder(fault: string, onset: Onset): Promise<EndedCycle>;
  close(): Promise<void>;
}

/** Users and groups are probed. */
const PROBES = 2;
const INTERVAL_MS = 40 * 60_000;
/** A target that takes longer does not answer; short, for this is waited for in earnest. */
const PATIENCE_MS = 250;
const NEVER_ANSWERING = /^(slow|stall)\b/;

const STRANGER: JsonObject = {
  id: 'root',
  userName: 'root',
  externalId: 'root',
  displayName: 'Root',
  active: true,
};

/** An account that was created by hand before the job came to it. */
const byHand = (name: string): JsonObject => ({
  userName: `${name}@contoso.com`,
  externalId: name,
  displayName: 'Opened by hand',
  active: true,
  'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { manager: { value: 'root' } },
});

/** Sets a stage up. */
export async function setStage({ isLater, state }: Situation): Promise<FaultStage> {
  const clock = sharedClock(PATIENCE_MS);
  let toCome = 0;
  let onset = (): void => {};
  const onExchange = (): void => {
    toCome -= 1;
    if (toCome === 0) onset();
  };
  const target = await startTarget({ clock: clock.target, onExchange });
  const { baseUrl, token } = target;
  const lab = openLab({ baseUrl, token, clock: clock.world, time: clock.client, state, concurrency: 4 });
  const generated = staffedDirectory();
  const look = (): TargetView =>
    viewTarget(
      target.resources('User').filter(({ id }) => id !== STRANGER.id),
      target.resources('Group'),
    );
  const kept = () => ({ generated, store: lab.directory, now: clock.world.now() });

  target.seed('User', STRANGER);
  target.seed('User', byHand('ada'));
  target.seed('Group', { displayName: 'Sales', externalId: idOf('Sales') });
  await hireStaff(kept());
  if (isLater) {
    await lab.run();
    target.seed('User', byHand('fay'));
    await letADayGoBy(kept());
  }
  const before = look();
  return {
    target,
    lab,
    clock,
    generated,
    before,
    intended: intendedTarget(before, generated),
    look,
    stranger: () => target.resources('User').find(({ id }) => id === STRANGER.id),
    async runUnder(fault, when) {
      const patient = NEVER_ANSWERING.test(fault) ? lab.with({ timeoutMs: PATIENCE_MS }) : lab;
      onset = () => target.fault(fault);
      if (when === 'before') onset();
      else toCome = PROBES;
      const ended = await endOf(patient, clock);
      target.fault(null);
      toCome = 0;
      return ended;
    },
    async close() {
      await lab.close();
      await target.stop();
    },
  };
}

/** Runs a cycle to its end, whatever that is. */
export async function endOf(lab: Lab, clock: SharedClock, waitMs = INTERVAL_MS): Promise<EndedCycle> {
  clock.world.advance(waitMs);
  try {
    return { record: await lab.run(), error: null };
  } catch (error) {
    const [record] = await lab.state.cycles(1);
    if (!(error instanceof QuarantineError) || record === undefined) throw error;
    return { record, error };
  }
}
