import { beforeEach, describe, expect, test } from 'vitest';
import type { ScimRequest } from '../../../src/model/scim.ts';
import { aGroup, assigned, aUser, idOf } from '../../support/builders.ts';
import { type FakeCycles, fakeCycles } from '../../support/fake-cycles.ts';

const IN = { assignments: [assigned()] };
const user = (attributes = {}, rest = {}) => aUser(attributes, { id: 'a', ...IN, ...rest });
const group = () => aGroup({}, { id: 'g1', ...IN });
const changed = [idOf('a')];

let job: FakeCycles;
beforeEach(() => {
  job = fakeCycles();
});

/** From the next such request on, the process is dead: the target executes the request, and it is never recorded. */
const dieAt = (method: ScimRequest['method'], carryOut: (request: ScimRequest) => void = () => {}): void =>
  job.misbehave((request) => {
    if (request.method !== method) return null;
    carryOut(request);
    throw new Error('killed');
  });

const writesOf = async (run: () => Promise<unknown>): Promise<readonly string[]> => {
  job.misbehave(() => null);
  job.sent();
  await run();
  return job.sent().filter((request) => !request.startsWith('GET'));
};

describe('a cycle that was killed before it wrote down what it had done', () => {
  test('does not leave behind the account of a user that left meanwhile', async () => {
    dieAt('POST', ({ path, body }) => job.resources.set(`${path}/t-9`, { ...body, id: 't-9' }));
    await expect(job.run({ objects: [user()] })).rejects.toThrow('killed');
    expect(job.store.held.links.size).toBe(0);

    const gone = { objects: [user({ accountEnabled: false })] };
    expect(await writesOf(() => job.run(gone))).toEqual(['PATCH /Users/t-9']);
    expect(await writesOf(() => job.run({ ...gone, changed }))).toEqual([]);
  });

  test('queries once for the account of a user that left meanwhile, and had none', async () => {
    dieAt('POST');
    await expect(job.run({ objects: [user()] })).rejects.toThrow('killed');
    const gone = { objects: [user({ accountEnabled: false })] };
    expect(await writesOf(() => job.run(gone))).toEqual([]);
    job.sent();
    await job.run({ ...gone, changed });
    expect(job.sent()).toEqual([]);
  });

  test.each([
    { what: 'a title', during: { jobTitle: 'Lead' }, after: { jobTitle: 'Engineer' } },
    { what: 'that an account is disabled', during: { accountEnabled: false }, after: {} },
  ])('writes $what again when it was taken back meanwhile', async ({ during, after }) => {
    await job.run({ objects: [user(after)] });
    dieAt('PATCH');
    await expect(job.run({ objects: [user(during)], changed })).rejects.toThrow('killed');
    const back = { objects: [user(after)], changed };
    expect(await writesOf(() => job.run(back))).toEqual(['PATCH /Users/t-1']);
    expect(await writesOf(() => job.run(back))).toEqual([]);
  });

  test('writes a value that it cleared again when the source has it again', async () => {
    job = fakeCycles({ dialect: { clearValues: 'remove' } });
    const before = { objects: [user({ jobTitle: 'Engineer' })] };
    await job.run(before);
    dieAt('PATCH', ({ path }) => {
      const { title: _, ...left } = job.resources.get(path) ?? {};
      job.resources.set(path, left);
    });
    await expect(job.run({ objects: [user()], changed })).rejects.toThrow('killed');
    expect(await writesOf(() => job.run({ ...before, changed }))).toEqual(['PATCH /Users/t-1']);
    expect(await writesOf(() => job.run({ ...before, changed }))).toEqual([]);
  });

  test('creates a deleted group again, when it was restored meanwhile', async () => {
    const objects = [user(), group()];
    const all = { objects, changed: [idOf('g1')], members: { g1: changed } };
    await job.run(all);
    dieAt('DELETE', ({ path }) => job.resources.delete(path));
    const out = [user(), aGroup({}, { id: 'g1', assignments: [] })];
    await expect(job.run({ ...all, objects: out })).rejects.toThrow('killed');
    expect(await writesOf(() => job.run(all))).toEqual(['POST /Groups', 'PATCH /Groups/t-3']);
    expect(await writesOf(() => job.run(all))).toEqual([]);
  });

  test.each([
    { what: 'added', before: [], during: [idOf('a')] },
    { what: 'removed', before: [idOf('a')], during: [] },
  ])(
    'writes a member that was $what again when that was taken back meanwhile',
    async ({ before, during }) => {
      const objects = [user(), group()];
      const asOf = (members: readonly (typeof changed)[number][]) => ({
        objects,
        changed: [idOf('g1')],
        members: { g1: members },
        changedMembers: {
          g1: [{ member: idOf('a'), memberType: 'User' as const, isMember: members.length > 0 }],
        },
      });
      await job.run({ objects, members: { g1: before } });
      dieAt('PATCH');
      await expect(job.run(asOf(during))).rejects.toThrow('killed');
      expect(await writesOf(() => job.run(asOf(before)))).toEqual(['PATCH /Groups/t-2']);
      expect(await writesOf(() => job.run(asOf(before)))).toEqual([]);
      // As a whole, too.
      job.store.held.position = null;
      expect(await writesOf(() => job.run({ objects, members: { g1: before } }))).toEqual([]);
    },
  );
});
