import { describe, expect, test } from 'vitest';
import { restarted } from '../../../src/job/control/quarantine.ts';
import type { RestartScope } from '../../../src/model/control.ts';
import type { DirectoryObject } from '../../../src/model/directory.ts';
import { DEFAULT_SAFETY, type Guard } from '../../../src/model/safety.ts';
import { anAnswer } from '../../scim/scim-builders.ts';
import {
  aGroup,
  aMapping,
  anObjectMapping,
  assigned,
  aUser,
  idOf,
  type JobOptions,
} from '../../support/builders.ts';
import { type FakeCycles, fakeCycles } from '../../support/fake-cycles.ts';

const named = (prefix: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, n) => `${prefix}${String(n).padStart(2, '0')}`);
const STAFF = named('u', 40);
const LEAVERS = STAFF.slice(0, 16);
const JOINERS = named('new', 30);

const user = (id: string, attributes = {}): DirectoryObject =>
  aUser(attributes, { id, assignments: [assigned()] });
const blocked = (id: string): DirectoryObject => user(id, { department: 'Closed' });
const staff = (leavers: readonly string[]): readonly DirectoryObject[] =>
  STAFF.map((id) => (leavers.includes(id) ? blocked(id) : user(id)));
const changed = (...ids: readonly string[]) => ids.map(idOf);

/** Disables every user of a department, so that also unlinked accounts are disabled once they are found. */
const MAPPING = anObjectMapping('User', [
  aMapping('userName', '[userPrincipalName]', { matchingPriority: 1, target: { required: true } }),
  aMapping('active', 'Switch([department], "True", "Closed", "False")'),
  aMapping('title', '[jobTitle]'),
]);

const guardedBy = (guard: Partial<Guard>, more: JobOptions = {}): FakeCycles =>
  fakeCycles({
    user: MAPPING,
    safety: { ...DEFAULT_SAFETY, guard: { ...DEFAULT_SAFETY.guard, ...guard } },
    ...more,
  });
const restart = async ({ store }: FakeCycles, ...scopes: readonly RestartScope[]): Promise<void> => {
  await store.updateControl((control) => restarted(control, scopes));
  await store.reset(scopes);
};
const writes = (job: FakeCycles): readonly string[] => job.sent().filter((one) => !one.startsWith('GET'));

/** A job that has provisioned the forty. */
async function provisioned(guard: Partial<Guard>): Promise<FakeCycles> {
  const job = guardedBy(guard);
  await job.run({ objects: staff([]) });
  job.sent();
  return job;
}

describe('a guard of 30 % of the users who may be disabled, of forty', () => {
  const joined = { objects: [...staff(LEAVERS), ...JOINERS.map((id) => user(id))] };

  test.each<{ how: string; scope: RestartScope }>([
    { how: 'whose links are forgotten', scope: 'ConnectorDataStore' },
    { how: 'of which everything is forgotten', scope: 'Full' },
  ])('holds back sixteen of those $how and who are found in the target again', async ({ scope }) => {
    const job = await provisioned({ maxDisablesPercent: 30 });
    await restart(job, scope);
    for (let again = 0; again < 2; again++)
      await expect(job.run({ objects: staff(LEAVERS) })).rejects.toThrow(
        /^16 of 40 users would be disabled or deleted \(40\.0 %\), the limit is 30 %/,
      );
    expect(writes(job)).toEqual([]);
  });

  test('stages all of them in the first cycle of a new state', async () => {
    const job = await provisioned({ maxDisablesPercent: 30 });
    const fresh = guardedBy({ maxDisablesPercent: 30 });
    for (const [path, resource] of job.resources) fresh.resources.set(path, resource);
    await expect(fresh.run({ objects: staff(STAFF) })).rejects.toThrow(/^40 of 40 users/);
    expect(writes(fresh)).toEqual([]);
  });

  test('lets ten of those that are found in the target again pass', async () => {
    const job = await provisioned({ maxDisablesPercent: 30 });
    await restart(job, 'ConnectorDataStore');
    expect(await job.run({ objects: staff(STAFF.slice(0, 10)) })).toMatchObject({ counts: { disable: 10 } });
  });

  test('counts no user twice whose account was found again under another id', async () => {
    const job = guardedBy({ maxDisablesPercent: 30 }, { dialect: { rematchOn404: true }, state: 'live' });
    await job.run({ objects: staff([]) });
    const restored = [...job.resources.values()].map((one) => ({ ...one, id: `restored-${one.id}` }));
    job.resources.clear();
    for (const one of restored) job.resources.set(`/Users/${one.id}`, one);
    await expect(job.run({ objects: staff(LEAVERS) }, { full: true })).rejects.toThrow(/^16 of 40 users/);
  });

  test('holds them back beside thirty who join in the same cycle, and in the cycles after it', async () => {
    const job = await provisioned({ maxDisablesPercent: 30 });
    const change = { ...joined, changed: changed(...LEAVERS, ...JOINERS) };
    await expect(job.run(change)).rejects.toThrow(/^16 of 40 users/);
    expect(writes(job)).toEqual(JOINERS.map(() => 'POST /Users'));
    for (const scopes of [[], ['Watermark', 'Escrows', 'QuarantineState'], ['None']] as const) {
      if (scopes.length > 0) await restart(job, ...scopes);
      await expect(job.run({ ...joined, changed: [] })).rejects.toThrow(/^16 of 40 users/);
    }
    expect(writes(job)).toEqual([]);
  });

  test.each([
    { how: 'who are created', exist: false },
    { how: 'who are found in the target', exist: true },
  ])('holds them back when thirty join later $how', async ({ exist }) => {
    const job = await provisioned({ maxDisablesPercent: 30 });
    await expect(job.run({ objects: staff(LEAVERS), changed: changed(...LEAVERS) })).rejects.toThrow(
      /16 of 40/,
    );
    if (exist)
      for (const id of JOINERS)
        job.resources.set(`/Users/${id}`, { id, userName: `${id}@contoso.com`, active: true });
    for (const ids of [JOINERS, []])
      await expect(job.run({ ...joined, changed: changed(...ids) })).rejects.toThrow(/^16 of 40 users/);
  });

  test('holds them back after a cycle that broke off once the thirty were created', async () => {
    const job = await provisioned({ maxDisablesPercent: 30 });
    const signal = new AbortController();
    const change = { ...joined, changed: changed(...JOINERS, ...LEAVERS) };
    let created = 0;
    job.misbehave(({ method }) => {
      if (method === 'POST') created += 1;
      if (created === 30) signal.abort();
      return null;
    });
    expect(await job.run(change, { signal: signal.signal })).toMatchObject({ endedAt: null });
    job.misbehave(() => null);
    await expect(job.run(change)).rejects.toThrow(/^16 of 40 users/);
  });

  test('takes its share of all seventy once nothing is staged any more', async () => {
    const job = await provisioned({ maxDisablesPercent: 30 });
    const change = { ...joined, changed: changed(...LEAVERS, ...JOINERS) };
    await expect(job.run(change)).rejects.toThrow(/^16 of 40 users/);
    const everybody = [...staff([]), ...JOINERS.map((id) => user(id))];
    await job.run({ objects: everybody, changed: changed(...LEAVERS) });
    expect(await job.run({ ...joined, changed: changed(...LEAVERS) })).toMatchObject({
      state: 'Succeeded',
      counts: { disable: 16 },
    });
  });

  test('takes its share of all that are left once those were allowed', async () => {
    const job = await provisioned({ maxDisablesPercent: 30 });
    await expect(job.run({ ...joined, changed: changed(...LEAVERS, ...JOINERS) })).rejects.toThrow(
      /16 of 40/,
    );
    await restart(job, 'ForceDeletes');
    expect(await job.run(joined)).toMatchObject({ counts: { disable: 16 } });
    const leaving = [...staff(LEAVERS), ...JOINERS.map((id, n) => (n < 20 ? blocked(id) : user(id)))];
    expect(await job.run({ objects: leaving, changed: changed(...JOINERS) })).toMatchObject({
      counts: { disable: 20 },
    });
  });
});

describe('a guard of 30 % of the groups that may be deleted', () => {
  const groups = (leaving: number) =>
    Array.from({ length: 10 }, (_, n) =>
      aGroup({}, { id: `g${n}`, assignments: n < leaving ? [] : [assigned()] }),
    );

  test('stages six of ten although others join', async () => {
    const job = guardedBy({ maxDisablesPercent: 30 });
    await job.run({ objects: groups(0) });
    const more = Array.from({ length: 20 }, (_, n) =>
      aGroup({}, { id: `more${n}`, assignments: [assigned()] }),
    );
    const objects = [...groups(6), ...more];
    for (const ids of [objects.map(({ id }) => id), []])
      await expect(job.run({ objects, changed: ids })).rejects.toThrow(/^6 of 10 groups/);
  });
});

describe('a guard of 30 % of the users who may be updated', () => {
  test('counts those found in the target, as users and as updates', async () => {
    const job = await provisioned({ maxUpdatesPercent: 30 });
    await restart(job, 'ConnectorDataStore');
    job.sent();
    const promoted = (count: number) => ({
      objects: STAFF.map((id, n) => user(id, n < count ? { jobTitle: 'Lead' } : {})),
    });
    await expect(job.run(promoted(16))).rejects.toThrow(/^16 of 40 users would be updated \(40\.0 %\)/);
    expect(writes(job)).toEqual([]);
    expect(await job.run(promoted(10))).toMatchObject({ counts: { update: 10 } });
  });
});

test('a cycle that fails at the probe leaves what the share is taken of', async () => {
  const job = await provisioned({ maxDisablesPercent: 30 });
  const { deprovisioningBase } = await job.store.control();
  job.misbehave(() => anAnswer(500));
  await expect(job.run({ objects: staff([]) })).rejects.toThrow();
  expect((await job.store.control()).deprovisioningBase).toEqual(deprovisioningBase);
});
