import { externalIdOf, intendedTarget } from '../../convergence/intended-state.ts';
import { EMPTY_TARGET, type TargetView, viewTarget } from '../../convergence/target-view.ts';
import type { FakeWorld } from '../../support/fake-world.ts';
import type { Lab } from '../../support/lab.ts';
import type { ForeignTarget } from '../foreign-target.ts';
import { type Difference, differencesBetween } from './differences.ts';
import { driftMember, driftTitle } from './drift.ts';
import { type Office, openOffice } from './office.ts';
import { STEPS, type Step } from './steps.ts';
import { type Telling, tellingsOf } from './tellings.ts';

const INTERVAL_MS = 40 * 60_000;

/** A difference that stands after a step, and how it is told. `unreported`: not at all. */
export interface JudgedDifference extends Difference {
  readonly telling: Telling | 'unreported';
}

/** A step and what it came to. */
export interface FinishedStep {
  readonly title: string;
  readonly differences: readonly JudgedDifference[];
  /** Writes of two further cycles that were answered with success although nothing had changed. */
  readonly rewriteCount: number;
}

/** What the twelve steps are run on. */
export interface StepsContext {
  readonly lab: Lab;
  readonly clock: FakeWorld;
  readonly target: ForeignTarget;
}

/**
 * Runs the twelve steps, each with an incremental and a full cycle, and then two further cycles that have nothing to do.
 * What a step comes to is what the server holds by its own account, and what the provisioning log says of it.
 */
export async function runSteps(context: StepsContext): Promise<readonly FinishedStep[]> {
  const { lab, clock, target } = context;
  const office = openOffice(lab.directory, () => clock.now());
  const finished: FinishedStep[] = [];
  let held = EMPTY_TARGET;
  for (const step of STEPS) {
    await step.happens(office);
    const intended = intendedFor(target, intendedTarget(held, office.directory));
    if (step.drift === undefined) await runCycles(context);
    else await driftAndRepair(context, office, step.drift);
    held = viewTarget(await target.users(), await target.groups());
    const tellingOf = await readTellings(lab, office);
    const differences = differencesBetween(intended, held).map(
      (difference): JudgedDifference => ({
        ...difference,
        telling: tellingOf(difference) ?? 'unreported',
      }),
    );
    finished.push({ title: step.title, differences, rewriteCount: await runCycles(context) });
  }
  return finished;
}

/** A server without groups is to hold none: the job has no mapping of groups there. */
const intendedFor = ({ hasGroups }: ForeignTarget, intended: TargetView): TargetView =>
  hasGroups ? intended : { ...intended, groups: {} };

/** Runs an incremental and a full cycle. @returns how many writes were answered with success */
async function runCycles({ lab, clock }: StepsContext): Promise<number> {
  let successCount = 0;
  for (const isFull of [false, true]) {
    clock.advance(INTERVAL_MS);
    await lab.run(isFull);
    successCount += lab.outcomes().filter(({ result }) => result === 'success').length;
  }
  return successCount;
}

/** A restart looks at every object, reads the target states, and sends all members again, or what they lack. */
async function driftAndRepair(
  { lab, clock, target }: StepsContext,
  office: Office,
  drift: NonNullable<Step['drift']>,
): Promise<void> {
  await driftTitle(target, office.externalId(drift.title.of), drift.title.to);
  const [group, member] = drift.member;
  await driftMember(target, office.externalId(group), office.externalId(member));
  clock.advance(INTERVAL_MS);
  await lab.restart('Watermark');
  await lab.with({ state: 'live' }).run(true);
}

async function readTellings(
  lab: Lab,
  { directory: { users, groups } }: Office,
): Promise<(difference: Difference) => Telling | undefined> {
  const names = new Map<string, string>(
    [...users.values(), ...groups.values()].map((object) => [object.id, externalIdOf(object)]),
  );
  return tellingsOf(await lab.log(), (id) => names.get(id));
}
