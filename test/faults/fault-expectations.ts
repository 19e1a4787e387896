import { expect } from 'vitest';
import { sourceId } from '../../src/model/identifiers.ts';
import { explanationOf, type ProvisioningLogEntry } from '../../src/model/log.ts';
import { expectNothingToDo, writesOf } from '../convergence/convergence-script.ts';
import type { GroupView, TargetView, UserView } from '../convergence/target-view.ts';
import { seededRandom } from '../support/seeded-random.ts';
import type { FaultCase } from './fault-cases.ts';
import { type EndedCycle, endOf, type FaultStage, type Onset } from './fault-stage.ts';

const CREDENTIALS = 'SystemForCrossDomainIdentityManagementInvalidCredentials';
const UNRESOLVED = 'UnableToResolveReferenceAttributeValue';
/** After it every failure is due again. */
const TWO_DAYS_MS = 48 * 60 * 60_000;

/** How a cycle under a fault has to end. */
const endingOf = ({ code, stops }: FaultCase, onset: Onset): 'quarantine' | 'failures' | 'success' => {
  if (stops === 'everything' || (stops === 'the beginning' && onset === 'before')) return 'quarantine';
  return code === null ? 'success' : 'failures';
};

/** Expects a cycle under a fault to end as it must, and to say so: in its record, its log and the job's state. */
export async function expectEnding(
  stage: FaultStage,
  ended: EndedCycle,
  its: FaultCase,
  onset: Onset,
): Promise<void> {
  const { state } = stage.lab;
  const { record, error } = ended;
  const ending = endingOf(its, onset);
  const failed = await failuresOf(stage, record.id);
  expect(record.endedAt).not.toBeNull();
  expect(record.counts.failed).toBe(failed.length);
  if (ending === 'quarantine') {
    const code = its.stops === 'everything' ? CREDENTIALS : its.code;
    const reason = 'EncounteredQuarantineException';
    expect(error).toMatchObject({ reason, code });
    expect(record).toMatchObject({ state: 'Failed', error: { reason, code, message: error?.message } });
    expect((await state.control()).quarantine).toMatchObject({ reason, error: { code } });
    expect((await state.position())?.watermark).not.toBe(record.until);
  } else {
    expect(error).toBeNull();
    expect(record.state).toBe(ending === 'success' ? 'Succeeded' : 'EntryLevelErrors');
    expect((await state.control()).quarantine).toBeNull();
    expect((await state.position())?.watermark).toBe(record.until);
  }
  if (ending === 'success') expect(failed).toEqual([]);
  if (ending === 'failures') expect(failed.map(codeOf)).toContain(its.codeUnderWay ?? its.code);
  const expected: readonly unknown[] = [its.code, its.codeUnderWay, UNRESOLVED];
  expect(failed.map(codeOf).filter((code) => !expected.includes(code))).toEqual([]);
  await expectKeptForRetry(stage, failed);
}

const failuresOf = async ({ lab }: FaultStage, cycle: string): Promise<readonly ProvisioningLogEntry[]> =>
  (await lab.log()).filter(
    ({ cycleId, provisioningStatusInfo: { status } }) => cycleId === cycle && status === 'failure',
  );

const codeOf = ({ provisioningStatusInfo: { errorInformation } }: ProvisioningLogEntry) =>
  errorInformation?.errorCode;

/** Whatever failed is kept, with a code of the log, and no secret got into the reason. */
async function expectKeptForRetry(
  { lab, target }: FaultStage,
  failed: readonly ProvisioningLogEntry[],
): Promise<void> {
  const logged = failed.map((entry) => `${entry.sourceIdentity.id} ${codeOf(entry)}`);
  const ids = [...new Set(failed.map(({ sourceIdentity }) => sourceId(sourceIdentity.id)))];
  const escrows = await lab.state.escrowsOf(ids);
  expect(new Set(escrows.map((escrow) => escrow.sourceId))).toEqual(new Set(ids));
  const kept = escrows.map((escrow) => `${escrow.sourceId} ${escrow.failure.code}`);
  expect(logged).toEqual(expect.arrayContaining(kept));
  const reasons = failed.map(({ provisioningStatusInfo: { errorInformation } }) =>
    errorInformation === null ? null : explanationOf(errorInformation),
  );
  for (const reason of reasons) expect(reason).toMatch(/.+; .+/);
  expect(JSON.stringify(failed)).not.toContain(target.token);
}

/**
 * Expects that nothing is doubled, lost or made up: each account and group is there once, and each of its values is the
 * one from before the cycle or the one that it should have after it.
 */
export function expectNothingSpoilt(stage: FaultStage): void {
  const { before, intended, target } = stage;
  const held = stage.look();
  expectDistinct(target.resources('User').map(({ userName }) => userName));
  expectDistinct(target.resources('Group').map(({ externalId }) => externalId));
  expect(stage.stranger()).toMatchObject({ userName: 'root', displayName: 'Root', active: true });
  for (const kind of ['users', 'groups'] as const) {
    const [was, will, is] = [before, intended, held].map((view) => Object.keys(view[kind]));
    expect([...(was ?? []), ...(will ?? [])]).toEqual(expect.arrayContaining(is ?? []));
    expect(is).toEqual(expect.arrayContaining((was ?? []).filter((name) => will?.includes(name))));
  }
  for (const [name, user] of Object.entries(held.users))
    expectOneOf(partsOfUser(user), [before.users[name], intended.users[name]].map(partsOfUser), name);
  for (const [name, group] of Object.entries(held.groups))
    expectGroupOnItsWay(group, before.groups[name], intended.groups[name]);
}

const expectDistinct = (names: readonly unknown[]): void => {
  expect(names).toEqual([...new Set(names)]);
};

type Parts = Readonly<Record<string, unknown>>;

/** A missing object has no attributes, and no manager until references are written. */
const partsOfUser = (user: UserView | undefined): Parts =>
  user === undefined ? { manager: null } : { ...user.values, active: user.active, manager: user.manager };

const expectOneOf = (parts: Parts, either: readonly Parts[], of: string): void => {
  const names = new Set([parts, ...either].flatMap((one) => Object.keys(one)));
  for (const name of names)
    expect(
      either.map((one) => one[name]),
      `${name} of ${of}`,
    ).toContain(parts[name]);
};

function expectGroupOnItsWay(
  { displayName, members }: GroupView,
  before: GroupView | undefined,
  intended: GroupView | undefined,
): void {
  expect([before?.displayName, intended?.displayName]).toContain(displayName);
  const was = before?.members ?? [];
  const will = intended?.members ?? [];
  expect([...was, ...will]).toEqual(expect.arrayContaining([...members]));
  expect(members).toEqual(expect.arrayContaining(was.filter((name) => will.includes(name))));
}

/** Expects the first cycle without the fault to bring the target to what it should hold, with nothing left to do. */
export async function expectRecovery(stage: FaultStage, { leavesBehind = [] }: FaultCase): Promise<void> {
  const { lab, clock, generated, intended } = stage;
  const { record, error } = await endOf(lab, clock, TWO_DAYS_MS);
  expect(error).toBeNull();
  expect(record.state).toBe('Succeeded');
  expect(without(leavesBehind, stage.look())).toEqual(without(leavesBehind, intended));
  expect((await lab.state.control()).quarantine).toBeNull();
  expect((await lab.state.escrowCount(false)) + (await lab.state.escrowCount(true))).toBe(0);
  writesOf(lab);
  const look = async () => stage.look();
  await expectNothingToDo({ lab, clock: clock.world, generated, random: seededRandom(1), look }, new Set());
  expectNothingSpoilt(stage);
}

/** A view without accounts of these names, and without them as members. */
const without = (names: readonly string[], { users, groups }: TargetView): TargetView => ({
  users: Object.fromEntries(Object.entries(users).filter(([name]) => !names.includes(name))),
  groups: Object.fromEntries(
    Object.entries(groups).map(([name, group]) => [
      name,
      { ...group, members: group.members.filter((member) => !names.includes(member)) },
    ]),
  ),
});
