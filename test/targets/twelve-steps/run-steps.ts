import type { ProvisioningLogEntry } from '../../../src/model/log.ts';
import { externalIdOf, intendedTarget } from '../../convergence/intended-state.ts';
import { EMPTY_TARGET, type TargetView, viewTarget } from '../../convergence/target-view.ts';
import type { FakeWorld } from '../../support/fake-world.ts';
import type { Lab } from '../../support/lab.ts';
import type { ForeignTarget } from '../foreign-target.ts';
import { type Difference, differencesBetween, isAbout } from './differences.ts';
import { driftMember, driftTitle } from './drift.ts';
import { type Office, openOffice } from './office.ts';
import { STEPS, type Step } from './steps.ts';

const INTERVAL_MS = 40 * 60_000;

/** How the log tells a difference: the target refused it, or took it and does not hold it. */
export type Telling = 'refused' | 'reported';

/** What the log said of an attribute of an object. */
interface Told {
  readonly name: string;
  /** As the log names it; empty: the object as a whole. */
  readonly attribute: string;
  readonly telling: Telling;
}

/**
 * A difference that stands after a step, and how it is told. `unread`: members that were changed by hand, and that the
 * job, like the service, never reads. `unreported`: not at all.
 */
export interface JudgedDifference extends Difference {
  readonly telling: Telling | 'unread' | 'unreported';
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
  const drifted = new Set<string>();
  let held = EMPTY_TARGET;
  for (const step of STEPS) {
    await step.happens(office);
    const intended = intendedFor(target, intendedTarget(held, office.directory));
    if (step.drift === undefined) await runCycles(context);
    else {
      drifted.add(office.externalId(step.drift.member[0]));
      await driftAndRepair(context, office, step.drift);
    }
    held = viewTarget(await target.users(), await target.groups());
    const told = await toldBy(lab, office);
    const differences = differencesBetween(intended, held).map((difference) => ({
      ...difference,
      telling: tellingOf(told, difference) ?? unread(drifted, difference),
    }));
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

async function driftAndRepair(
  { lab, clock, target }: StepsContext,
  office: Office,
  drift: NonNullable<Step['drift']>,
): Promise<void> {
  await driftTitle(target, office.externalId(drift.title.of), drift.title.to);
  const [group, member] = drift.member;
  await driftMember(target, office.externalId(group), office.externalId(member));
  clock.advance(INTERVAL_MS);
  await lab.with({ state: 'live' }).run(true);
}

async function toldBy(lab: Lab, office: Office): Promise<readonly Told[]> {
  const { users, groups } = office.directory;
  const names = new Map(
    [...users.values(), ...groups.values()].map((object) => [object.id as string, externalIdOf(object)]),
  );
  return (await lab.log()).flatMap((entry) =>
    tellingsOf(entry).map((told) => ({ ...told, name: names.get(entry.sourceIdentity.id) ?? '' })),
  );
}

function tellingsOf(entry: ProvisioningLogEntry): readonly Omit<Told, 'name'>[] {
  const { modifiedProperties, provisioningSteps, provisioningStatusInfo } = entry;
  const isRefused = provisioningStatusInfo.status === 'failure';
  const refused = isRefused && modifiedProperties.length === 0 ? [{ displayName: '' }] : modifiedProperties;
  const verification = provisioningSteps.find(
    ({ name, status }) => name === 'EntryExportVerification' && status === 'warning',
  );
  const { ReportableIdentifier: _, ...reported } = verification?.details ?? {};
  return [
    ...(isRefused ? refused : []).map(({ displayName }) => ({
      attribute: displayName,
      telling: 'refused' as const,
    })),
    ...Object.keys(reported).map((attribute) => ({ attribute, telling: 'reported' as const })),
    ...(verification?.description.includes('more than once')
      ? [{ attribute: 'members', telling: 'reported' as const }]
      : []),
  ];
}

const tellingOf = (told: readonly Told[], difference: Difference): Telling | undefined =>
  told.findLast(({ name, attribute }) => name === difference.name && isAbout(attribute, difference))?.telling;

const unread = (drifted: ReadonlySet<string>, { name, attribute }: Difference): 'unread' | 'unreported' =>
  attribute === 'members' && drifted.has(name) ? 'unread' : 'unreported';
