import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aTarget, type Client, GROUP } from './client.ts';

const idsIn = async (target: Client, group: string): Promise<readonly string[]> => {
  const { body } = await target.send('GET', `/Groups/${group}`);
  return (body.members ?? []).map((member: { value: string }) => member.value);
};

describe('creating a group', () => {
  test.each([
    { schemas: [GROUP], members: [], meta: { resourceType: 'Group' } },
    { schemas: [GROUP, 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group'] },
    { schemas: [GROUP], id: 'made-up' },
  ])('takes each of the shapes that were seen: %j', async (shape) => {
    const target = await aTarget();
    const { status, body } = await target.send('POST', '/Groups', {
      ...shape,
      externalId: 'g',
      displayName: 'Sales',
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({ schemas: shape.schemas, externalId: 'g', displayName: 'Sales' });
    expect(body).not.toHaveProperty('members');
    expect(body.id).not.toBe('made-up');
  });

  test('is refused without a displayName, and allowed with one that another group has', async () => {
    const target = await aTarget();
    expect((await target.send('POST', '/Groups', { schemas: [GROUP] })).status).toBe(400);
    await target.createGroup('Sales');
    expect((await target.send('POST', '/Groups', { displayName: 'Sales' })).status).toBe(201);
    const list = await target.send('GET', '/Groups?filter=displayName+eq+%22sales%22');
    expect(list.body.totalResults).toBe(2);
  });
});

describe('a group', () => {
  test.each([
    { op: 'Replace', path: 'displayName', value: 'New' },
    { op: 'replace', value: { displayName: 'New' } },
  ])('is renamed with 204 and no body, and found by the new name only: %j', async (operation) => {
    const target = await aTarget();
    const group = await target.createGroup('Old', ['u-1']);
    const patched = await target.patch(`/Groups/${group}`, operation);
    expect([patched.status, patched.body]).toEqual([204, null]);
    const total = async (name: string) =>
      (await target.send('GET', `/Groups?filter=displayName+eq+%22${name}%22`)).body.totalResults;
    expect([await total('Old'), await total('NEW')]).toEqual([0, 1]);
    expect(await idsIn(target, group)).toEqual(['u-1']);
  });

  test.each([
    [{ op: 'Add', path: 'members', value: [{ $ref: null, value: 'u-3' }] }, ['u-1', 'u-2', 'u-3']],
    [
      { op: 'add', path: 'members', value: [{ value: 'u-3' }, { value: 'u-4' }] },
      ['u-1', 'u-2', 'u-3', 'u-4'],
    ],
    [{ op: 'add', path: 'members', value: { value: 'u-3' } }, ['u-1', 'u-2', 'u-3']],
    [{ op: 'add', path: 'Members', value: 'u-3' }, ['u-1', 'u-2', 'u-3']],
    [{ op: 'add', value: { members: [{ value: 'u-3' }] } }, ['u-1', 'u-2', 'u-3']],
    [{ op: 'Add', path: 'members', value: [{ value: 'u-2' }] }, ['u-1', 'u-2']],
    [{ op: 'replace', path: 'members', value: [{ value: 'u-3' }] }, ['u-3']],
    [{ op: 'Replace', path: 'members', value: [] }, []],
    [{ op: 'Remove', path: 'members', value: [{ value: 'u-1' }] }, ['u-2']],
    [{ op: 'Remove', path: 'members', value: [{ $ref: null, value: 'u-1' }, { value: 'u-9' }] }, ['u-2']],
    [{ op: 'Remove', path: 'members', value: [] }, ['u-1', 'u-2']],
    [{ op: 'remove', path: 'members[value eq "u-1"]' }, ['u-2']],
    [{ op: 'remove', path: 'members[value eq "u-9"]' }, ['u-1', 'u-2']],
    [{ op: 'remove', path: 'members[value eq "u-1" or value eq "u-2"]' }, []],
    [{ op: 'remove', path: 'members[not (value eq "u-1")]' }, ['u-1']],
    [{ op: 'remove', path: 'members' }, []],
  ])('with the members u-1 and u-2, after %j', async (operation, expected) => {
    const target = await aTarget();
    const group = await target.createGroup('Sales', ['u-1', 'u-2']);
    expect((await target.patch(`/Groups/${group}`, operation)).status).toBe(204);
    expect(await idsIn(target, group)).toEqual(expected);
    expect(JSON.stringify((await target.send('GET', `/Groups/${group}`)).body)).not.toContain('null');
  });

  test('adds and removes members in one PATCH, in the order of its operations', async () => {
    const target = await aTarget();
    const group = await target.createGroup('Sales', ['u-1']);
    await target.patch(
      `/Groups/${group}`,
      { op: 'add', path: 'members', value: [{ value: 'u-2' }] },
      { op: 'remove', path: 'members[value eq "u-1"]' },
      { op: 'remove', path: 'members[value eq "u-2"]' },
      { op: 'add', path: 'members', value: [{ value: 'u-1' }] },
    );
    expect(await idsIn(target, group)).toEqual(['u-1']);
  });

  test('keeps its members when another operation of the PATCH is refused', async () => {
    const target = await aTarget();
    const group = await target.createGroup('Sales', ['u-1']);
    const answer = await target.patch(
      `/Groups/${group}`,
      { op: 'remove', path: 'members' },
      { op: 'add', path: 'members', value: [{ display: 'nobody' }] },
    );
    expect([answer.status, answer.body.scimType]).toEqual([400, 'invalidValue']);
    expect(await idsIn(target, group)).toEqual(['u-1']);
  });

  test('is replaced by PUT with its members', async () => {
    const target = await aTarget();
    const group = await target.createGroup('Sales', ['u-1', 'u-2']);
    await target.send('PUT', `/Groups/${group}`, {
      displayName: 'Sales',
      members: [{ value: 'u-2' }, { value: 'u-3' }],
    });
    expect(await idsIn(target, group)).toEqual(['u-2', 'u-3']);
    await target.send('PUT', `/Groups/${group}`, { displayName: 'Sales' });
    expect(await idsIn(target, group)).toEqual([]);
  });

  test('is found by a member', async () => {
    const target = await aTarget();
    const group = await target.createGroup('Sales', ['u-1']);
    await target.createGroup('Empty');
    for (const filter of [
      'members eq "u-1"',
      'members[value eq "u-1"]',
      `id eq "${group}" and members.value eq "u-1"`,
    ]) {
      const query = `attributes=id&filter=${encodeURIComponent(filter)}`;
      const { body } = await target.send('GET', `/Groups?${query}`);
      expect(body.Resources).toEqual([{ schemas: [GROUP], id: group }]);
    }
  });

  test('is deleted with 204, then is not there', async () => {
    const target = await aTarget();
    const group = await target.createGroup('Sales', ['u-1']);
    expect((await target.send('DELETE', `/Groups/${group}`)).status).toBe(204);
    expect((await target.send('DELETE', `/Groups/${group}`)).status).toBe(404);
  });
});

test('after any additions and removals a group holds what a set would hold', async () => {
  const target = await aTarget();
  const member = fc.constantFrom('a', 'b', 'c', 'd', 'e');
  const step = fc.record({
    form: fc.constantFrom('add', 'legacyRemove', 'flagRemove'),
    ids: fc.array(member, { maxLength: 4 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
      const group = await target.createGroup('Any');
      const expected = new Set<string>();
      const operations = steps.flatMap(({ form, ids }) => {
        for (const id of ids) form === 'add' ? expected.add(id) : expected.delete(id);
        if (form === 'flagRemove')
          return ids.map((id) => ({ op: 'remove', path: `members[value eq "${id}"]` }));
        const value = ids.map((id) => ({ value: id }));
        return [{ op: form === 'add' ? 'Add' : 'Remove', path: 'members', value }];
      });
      if (operations.length > 0) await target.patch(`/Groups/${group}`, ...operations);
      expect(new Set(await idsIn(target, group))).toEqual(expected);
    }),
    { numRuns: 40 },
  );
});
