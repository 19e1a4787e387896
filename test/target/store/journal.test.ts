import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/model/json.ts';
import { startTarget } from '../../../src/target/start.ts';
import { aTarget } from '../client.ts';

describe('a target with a file', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'entrain-target-'));
    file = join(folder, 'target.jsonl');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('finds everything again that it answered for, also when it was never stopped', async () => {
    const first = await aTarget({ file });
    const alice = await first.createUser('alice', { title: 'T' });
    const bob = await first.createUser('bob');
    const eve = await first.createUser('eve');
    const group = await first.createGroup('Sales', [alice, bob]);
    await first.patch(`/Users/${alice}`, { op: 'Replace', path: 'title', value: 'New' });
    await first.patch(`/Groups/${group}`, { op: 'Add', path: 'members', value: [{ value: eve }] });
    await first.patch(`/Groups/${group}`, {
      op: 'remove',
      path: 'members[not (value eq "x") and display eq "none"]',
    });
    await first.send('DELETE', `/Users/${bob}`);

    const second = await aTarget({ file });
    const names = second.resources('User').map(({ userName, title }) => [userName, title]);
    expect(names).toEqual([
      ['alice', 'New'],
      ['eve', undefined],
    ]);
    expect((await second.send('GET', `/Groups/${group}`)).body.members).toEqual([
      { value: alice },
      { value: eve },
    ]);
    expect((await second.send('POST', '/Users', { userName: 'ALICE' })).status).toBe(409);
  });

  test('lets only its owner read the file', async () => {
    writeFileSync(file, '', { mode: 0o644 });
    const target = await aTarget({ file });
    await target.createUser('alice');
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test('loses no more than the line that a kill cut off', async () => {
    const first = await aTarget({ file });
    await first.createUser('alice');
    await first.stop();
    appendFileSync(file, '[{"kind":"put","type":"User","resour');

    const second = await aTarget({ file });
    await second.createUser('bob');
    await second.stop();
    const third = await aTarget({ file });
    expect(third.resources('User').map((user) => user.userName)).toEqual(['alice', 'bob']);
  });

  test('compacts earlier changes at the start', async () => {
    const first = await aTarget({ file });
    const id = await first.createUser('alice');
    for (const value of ['one', 'two', 'three'])
      await first.patch(`/Users/${id}`, { op: 'Replace', path: 'title', value });
    await first.stop();
    expect(readFileSync(file, 'utf8').trimEnd().split('\n')).toHaveLength(4);

    await aTarget({ file });
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('three');
  });

  test('adds the users it starts with only where the file does not have them', async () => {
    const users: JsonObject[] = [{ userName: 'alice', title: 'T' }, { userName: 'bob' }];
    const first = await aTarget({ file, users });
    const id = String(first.resources('User')[0]?.id);
    await first.patch(`/Users/${id}`, { op: 'Replace', path: 'title', value: 'New' });
    await first.send('DELETE', `/Users/${first.resources('User')[1]?.id}`);
    await first.stop();
    const second = await aTarget({ file, users });
    expect(second.resources('User').map(({ userName, title }) => [userName, title])).toEqual([
      ['alice', 'New'],
      ['bob', undefined],
    ]);
  });

  test.each(['not json\n', '{"kind":"put"}\n', '[{"kind":"other"}]\n'])(
    'refuses a file of something else, and leaves it alone: %j',
    async (text) => {
      writeFileSync(file, text);
      await expect(startTarget({ file })).rejects.toThrow('line 1 is not a change of a SCIM target');
      expect(readFileSync(file, 'utf8')).toBe(text);
    },
  );
});
