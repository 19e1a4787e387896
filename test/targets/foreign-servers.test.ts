import { describe, expect, test } from 'vitest';
import { FOREIGN_SERVERS } from './foreign-servers.ts';
import { createGroup, createUser, sendPatch } from './scim-call.ts';

describe.each(Object.entries(FOREIGN_SERVERS))('%s', (_name, start) => {
  test('holds the user, the group and the member it was given', async () => {
    const target = await start();
    const member = await createUser(target, 'alice');
    expect(await target.users()).toEqual([
      expect.objectContaining({ id: member, userName: 'alice@contoso.com', active: true }),
    ]);
    if (!target.hasGroups) return await target.stop();
    const group = await createGroup(target, 'Sales');
    await sendPatch(target, `/Groups/${group}`, [{ op: 'add', path: 'members', value: [{ value: member }] }]);

    expect(await target.groups()).toEqual([
      expect.objectContaining({
        id: group,
        displayName: 'Sales',
        members: [expect.objectContaining({ value: member })],
      }),
    ]);
    await target.stop();
  });

  test('starts empty, whatever the one before it held', async () => {
    const first = await start();
    await createUser(first, 'alice');
    if (first.hasGroups) await createGroup(first, 'Sales');
    await first.stop();

    const second = await start();
    expect(await second.users()).toEqual([]);
    expect(await second.groups()).toEqual([]);
    await expect(createUser(second, 'alice')).resolves.toEqual(expect.any(String));
    await second.stop();
  });
});
