import { describe, expect, test } from 'vitest';
import { aTarget, ENTERPRISE } from './client.ts';

describe('silent-dropper', () => {
  test.each([
    { op: 'Add', path: `${ENTERPRISE}:department`, value: 'IT' },
    { op: 'add', path: `${ENTERPRISE}:manager`, value: { value: 'm' } },
    { op: 'replace', value: { 'name.givenName': 'New' } },
    { op: 'replace', value: { [`${ENTERPRISE}:department`]: 'IT' } },
    { op: 'replace', value: { [ENTERPRISE]: { department: 'IT' } } },
  ])('answers 200 and changes nothing: %j', async (operation) => {
    const target = await aTarget({ persona: 'silent-dropper' });
    const id = await target.createUser('a', { name: { givenName: 'A' }, [ENTERPRISE]: { department: 'HR' } });
    const before = (await target.send('GET', `/Users/${id}`)).body;
    expect(before[ENTERPRISE]).toEqual({ department: 'HR' });
    expect(await target.patch(`/Users/${id}`, operation)).toMatchObject({ status: 200, body: before });
  });

  test('applies the rest of an operation that it drops a part of', async () => {
    const target = await aTarget({ persona: 'silent-dropper' });
    const id = await target.createUser('a', { name: { givenName: 'A' } });
    const { body } = await target.patch(`/Users/${id}`, {
      op: 'replace',
      value: { 'name.givenName': 'New', displayName: 'New' },
    });
    expect(body).toMatchObject({ displayName: 'New', name: { givenName: 'A' } });
  });

  test('keeps a boolean that came as text as text, in POST and in PATCH', async () => {
    const target = await aTarget({ persona: 'silent-dropper' });
    const made = await target.send('POST', '/Users', { userName: 'a', active: 'True' });
    expect(made.body.active).toBe('True');
    const patch = async (value: unknown) =>
      (await target.patch(`/Users/${made.body.id}`, { op: 'Replace', path: 'active', value })).body.active;
    expect([await patch('False'), await patch(false)]).toEqual(['False', false]);
  });

  test('does nothing to a group when the operation is capitalised, and does it in lower case', async () => {
    const target = await aTarget({ persona: 'silent-dropper' });
    const id = await target.createGroup('Sales', ['u-0']);
    const members = async () => (await target.send('GET', `/Groups/${id}`)).body.members;
    expect(await members()).toBeUndefined();
    const change = (op: string) =>
      target.patch(`/Groups/${id}`, { op, path: 'members', value: [{ value: 'u-0' }] });
    expect((await change('Add')).status).toBe(204);
    expect(await members()).toBeUndefined();
    await change('add');
    expect(await members()).toEqual([{ value: 'u-0' }]);
    expect((await change('Remove')).status).toBe(204);
    expect(await members()).toEqual([{ value: 'u-0' }]);
  });
});
