import { beforeEach, describe, expect, test } from 'vitest';
import { restarted } from '../../../src/job/control/quarantine.ts';
import type { DirectoryObject } from '../../../src/model/directory.ts';
import type { Guard } from '../../../src/model/safety.ts';
import { DEFAULT_SAFETY } from '../../../src/model/safety.ts';
import { aGroup, assigned, aUser, idOf } from '../../support/builders.ts';
import { type FakeCycles, fakeCycles } from '../../support/fake-cycles.ts';

const guarded = (guard: Partial<Guard>) => ({
  safety: { ...DEFAULT_SAFETY, guard: { ...DEFAULT_SAFETY.guard, ...guard } },
});
const NAMES = Array.from({ length: 10 }, (_, n) => `u${n}`);
const user = (id: string, attributes = {}, rest: Partial<Omit<DirectoryObject, 'id'>> = {}) =>
  aUser(attributes, { id, assignments: [assigned()], ...rest });
const ids = (names: readonly string[]) => names.map(idOf);
const writes = (job: FakeCycles): readonly string[] => job.sent().filter((one) => !one.startsWith('GET'));

describe('a guard of half of the users that may be updated', () => {
  let job: FakeCycles;
  const promoted = (count: number) => ({
    objects: NAMES.map((id, index) => user(id, index < count ? { jobTitle: 'Lead' } : {})),
    changed: ids(NAMES.slice(0, count)),
  });

  beforeEach(async () => {
    job = fakeCycles(guarded({ maxUpdatesPercent: 50 }));
    await job.run({ objects: NAMES.map((id) => user(id)) });
    job.sent();
  });

  test('lets five of ten pass', async () => {
    expect(await job.run(promoted(5))).toMatchObject({ state: 'Succeeded', counts: { update: 5 } });
  });

  test('refuses six of ten before anything is sent, and the watermark stays', async () => {
    const position = await job.store.position();
    await expect(job.run(promoted(6))).rejects.toThrow(/^6 of 10 users would be updated \(60\.0 %\)/);
    expect([writes(job), await job.store.position()]).toEqual([[], position]);
    expect((await job.store.control()).quarantine?.reason).toBe('Unknown');
    expect(await job.store.cycles(1)).toMatchObject([{ state: 'Failed', error: { code: 'TooManyUpdates' } }]);
  });

  test('lets them pass once where that is allowed', async () => {
    await job.store.updateControl((control) => restarted(control, ['ForceDeletes']));
    expect(await job.run(promoted(6))).toMatchObject({ counts: { update: 6 } });
    await expect(
      job.run({ objects: NAMES.map((id) => user(id, { jobTitle: 'Boss' })), changed: ids(NAMES) }),
    ).rejects.toThrow(/^10 of 10 users/);
  });

  test('counts a user once whose manager changes too', async () => {
    const boss = user('u9');
    const objects = NAMES.map((id, index) =>
      index < 5 ? user(id, { jobTitle: 'Lead' }, { manager: boss.id }) : user(id),
    );
    expect(await job.run({ objects, changed: ids(NAMES.slice(0, 5)) })).toMatchObject({ state: 'Succeeded' });
  });

  test('does not count objects that join, nor their references', async () => {
    const joiners = Array.from({ length: 8 }, (_, n) => user(`new${n}`, {}, { manager: idOf('u0') }));
    const objects = [...NAMES.map((id) => user(id)), ...joiners];
    expect(await job.run({ objects, changed: joiners.map(({ id }) => id) })).toMatchObject({
      state: 'Succeeded',
      counts: { create: 8 },
    });
  });

  test('does not count objects that leave', async () => {
    const objects = NAMES.map((id) => user(id, {}, { assignments: [] }));
    expect(await job.run({ objects, changed: ids(NAMES) })).toMatchObject({ counts: { disable: 10 } });
  });
});

describe('a guard of a tenth of the memberships that may be removed', () => {
  const group = aGroup({}, { id: 'g1', assignments: [assigned()] });
  const objects = [...NAMES.map((id) => user(id)), group];
  const without = (...gone: readonly string[]) => ({
    objects,
    changed: ids(['g1']),
    members: { g1: ids(NAMES.filter((id) => !gone.includes(id))) },
    changedMembers: {
      g1: gone.map((id) => ({ member: idOf(id), memberType: 'User' as const, isMember: false })),
    },
  });
  let job: FakeCycles;

  beforeEach(async () => {
    job = fakeCycles(guarded({ maxMembershipsRemovedPercent: 10 }));
    await job.run({ objects, members: { g1: ids(NAMES) } });
    job.sent();
  });

  test('lets one of ten pass', async () => {
    expect(await job.run(without('u0'))).toMatchObject({ counts: { update: 1 } });
  });

  test('refuses three of ten before anything is sent', async () => {
    await expect(job.run(without('u0', 'u1', 'u2'))).rejects.toThrow(
      /^3 of 10 memberships would be removed \(30\.0 %\)/,
    );
    expect([writes(job), await job.store.membershipCount()]).toEqual([[], 10]);
  });
});

describe('a source that lost most of what it held', () => {
  const TWENTY = Array.from({ length: 20 }, (_, n) => user(`u${n}`));

  test('is refused before the target is asked anything, until it is allowed once', async () => {
    const job = fakeCycles();
    await job.run({ objects: TWENTY });
    job.sent();
    await expect(job.run({ objects: [], loss: { lost: 20, before: 20 } })).rejects.toThrow(
      /^20 of 20 users and groups are gone/,
    );
    expect([job.sent(), (await job.store.control()).quarantine?.reason]).toEqual([
      [],
      'IngestionInterrupted',
    ]);
    const less = { objects: TWENTY.slice(0, 9), loss: { lost: 11, before: 20 } };
    await expect(job.run(less)).rejects.toThrow(/\(55\.0 %\)/);
    await job.store.updateControl((control) => restarted(control, ['ForceDeletes']));
    expect(await job.run(less)).toMatchObject({
      state: 'Succeeded',
      sourceCount: 9,
    });
    expect(await job.run({ objects: TWENTY.slice(0, 9) })).toMatchObject({ state: 'Succeeded' });
    expect((await job.store.control()).quarantine).toBeNull();
  });

  test('is refused by what is linked where no cycle is remembered', async () => {
    const job = fakeCycles();
    await job.run({ objects: TWENTY });
    job.store.held.cycles = [];
    await expect(job.run({ objects: [] })).rejects.toThrow(/^20 of 20 users and groups are gone/);
  });

  test('is refused although as many came as went', async () => {
    const job = fakeCycles();
    await job.run({ objects: TWENTY });
    const others = TWENTY.map((_, n) => user(`other${n}`));
    await expect(job.run({ objects: others, loss: { lost: 20, before: 20 } })).rejects.toThrow(/100\.0 %/);
  });

  test.each([
    { how: 'its feed does not reach back so far', feed: { oldestWatermark: 51, watermark: 60 } },
    { how: 'it was set back to before', feed: { watermark: 49 } },
    { how: 'it is another one', feed: { directoryId: 'directory-2' } },
  ])('is told by the numbers where $how', async ({ feed }) => {
    const job = fakeCycles();
    await job.run({ objects: TWENTY });
    await expect(job.run({ objects: TWENTY.slice(0, 9), ...feed })).rejects.toThrow(
      /^11 of 20 users and groups/,
    );
  });

  test('is what a first cycle takes as it comes', async () => {
    expect(await fakeCycles().run({ objects: [] })).toMatchObject({ state: 'Succeeded', sourceCount: 0 });
  });
});
