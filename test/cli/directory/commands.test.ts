import { Command, CommanderError } from 'commander';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Cli, GlobalOptions } from '../../../src/cli/cli.ts';
import { registerDirectoryCommands } from '../../../src/cli/directory/commands.ts';
import { ConfigurationError } from '../../../src/model/errors.ts';
import type { JobSettings } from '../../../src/model/job.ts';
import { aDirectory, aFile, temporaryFolder } from '../../io/stores/sqlite/directory/temporary.ts';
import { addCommand } from '../../support/add-command.ts';

const COMPANY = new URL('../../../fixtures/directories/company.json', import.meta.url).pathname;
const MEMBERS = new URL('../../../fixtures/directories/csv/members.csv', import.meta.url).pathname;

let store = '';
let out: string[] = [];
let notes: string[] = [];

beforeEach(() => {
  store = `${temporaryFolder()}/directory.db`;
});

const jobCalled = (id: string): JobSettings => ({ id }) as JobSettings;

/** Runs a command as the program would, with one job, `leapsome`. */
async function run(...args: string[]): Promise<string> {
  out = [];
  notes = [];
  const json = args.includes('--json');
  const options: GlobalOptions = {
    config: undefined,
    job: undefined,
    json,
    quiet: false,
    verbose: false,
    color: false,
  };
  const cli: Cli = {
    options,
    hasConfiguration: () => true,
    configuration: () => ({
      file: 'entrain.yaml',
      directoryFile: store,
      jobs: [jobCalled('leapsome')],
      mail: null,
    }),
    job: () => jobCalled('leapsome'),
    print: (text) => out.push(text),
    printJson: (document) => out.push(JSON.stringify(document)),
    printJsonLine: (document) => out.push(JSON.stringify(document)),
    note: (text) => notes.push(text),
    complain: (text) => notes.push(text),
  };
  const program = new Command('entrain').exitOverride().configureOutput({ writeErr: () => undefined });
  addCommand(program, 'directory', registerDirectoryCommands, () => cli);
  await program.parseAsync(['directory', ...args.filter((arg) => arg !== '--json')], { from: 'user' });
  return out.join('\n');
}

const json = async (...args: string[]): Promise<never> => JSON.parse(await run(...args, '--json')) as never;

const refused = async (...args: string[]): Promise<string> => {
  const error = await run(...args).then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof ConfigurationError || error instanceof CommanderError) return error.message;
  throw error ?? new Error(`${args.join(' ')} was not refused`);
};

describe('directory import', () => {
  it('prints what was read, added, changed and removed', async () => {
    expect(await run('import', COMPANY)).toBe(
      [
        '             READ  ADDED  CHANGED  REMOVED',
        'users        3     3      0        0',
        'groups       2     2      0        0',
        'memberships  4     4      0        0',
        'app roles    1     1      0        0',
        'assignments  2     2      0        0',
      ].join('\n'),
    );
    expect(await json('import', COMPANY)).toEqual({
      users: { added: 0, changed: 0, removed: 0 },
      groups: { added: 0, changed: 0, removed: 0 },
      memberships: { added: 0, changed: 0, removed: 0 },
      appRoles: { added: 0, changed: 0, removed: 0 },
      assignments: { added: 0, changed: 0, removed: 0 },
    });
  });

  it('takes the rows of a CSV file for what --as says', async () => {
    await run('import', COMPANY);
    await run('remove-member', 'Sales', 'alice@contoso.com');
    expect(await json('import', MEMBERS, '--as', 'members')).toMatchObject({ memberships: { added: 1 } });
    expect(await refused('import', MEMBERS, '--as', 'people')).toContain('Allowed choices are users, groups');
  });

  it('refuses to mirror a file that lacks more than half, unless forced', async () => {
    await run('import', COMPANY);
    const small = aFile('small.json', '{"users":[{"userPrincipalName":"alice@contoso.com"}]}');
    expect(await refused('import', small, '--mirror')).toContain('the import would remove 2 of 3 users');
    expect(await json('import', small, '--mirror', '--force')).toMatchObject({ users: { removed: 2 } });
  });
});

describe('directory list', () => {
  beforeEach(() => run('import', COMPANY));

  it('lists users with their state', async () => {
    await run('delete', 'bob@contoso.com');
    const lines = (await run('list', 'users')).split('\n');
    expect(lines[0]).toMatch(/^USER +DISPLAY NAME +ENABLED +STATE +ID$/);
    expect(lines[1]).toMatch(/^alice@contoso\.com +Alice Adams +true +live +5f0b1c3e/);
    expect(lines[2]).toMatch(/^bob@contoso\.com .* in the recycle bin since 20/);
    const { value } = (await json('list', 'users')) as { value: { id: string; deletedDateTime?: string }[] };
    expect(value).toHaveLength(3);
    expect(value[1]?.deletedDateTime).toMatch(/Z$/);
  });

  it('lists groups, assignments and roles', async () => {
    expect(await run('list', 'groups')).toMatch(/Sales +true +2 +live/);
    expect(await run('list', 'assignments')).toMatch(/Sales +Group +Member +every one/);
    expect(await run('list', 'roles')).toMatch(/member +Member +true +User +every one/);
  });

  it('lists the changes after a watermark', async () => {
    const all = (await json('list', 'changes')) as { value: { watermark: number }[] };
    const last = all.value.at(-1)?.watermark ?? 0;
    await run('set', 'alice@contoso.com', 'department=Support');
    const { value } = (await json('list', 'changes', '--since', String(last))) as { value: unknown[] };
    expect(value).toEqual([
      expect.objectContaining({
        watermark: last + 1,
        kind: 'user',
        action: 'updated',
        detail: 'department',
        object: { id: '5f0b1c3e-0001-4a6d-9c21-000000000001', label: 'alice@contoso.com' },
      }),
    ]);
    expect(await refused('list', 'changes', '--since', 'yesterday')).toContain('whole number');
    expect(await refused('list', 'users', '--since', '1')).toContain('goes with `list changes` only');
  });

  it('prints one JSON document, and says when there is nothing', async () => {
    expect(await json('list', 'changes', '--since', '1000')).toEqual({ value: [] });
    await run('list', 'changes', '--since', '1000');
    expect(notes).toEqual(['There are none.']);
  });

  it('keeps control characters out of the terminal', async () => {
    await run('set', 'alice@contoso.com', 'displayName=\u001b[2JAlice');
    expect(await run('list', 'users')).toContain('\ufffd[2JAlice');
  });
});

describe('directory show', () => {
  beforeEach(() => run('import', COMPANY));

  it('shows an object by userPrincipalName, id or displayName', async () => {
    const text = await run('show', 'ALICE@contoso.com');
    expect(text).toMatch(/^User alice@contoso\.com {2}\(live\)\n/);
    expect(text).toMatch(/ {2}mobile +\+49 170 1000001/);
    expect(text).toMatch(/Manager\n {2}bob@contoso\.com\nMember of\n {2}Sales\nAssigned\n {2}\(none\)/);
    expect(await run('show', 'Sales')).toMatch(
      /Members\n {2}alice@contoso\.com\n {2}bob@contoso\.com\nMember of\n {2}Everyone/,
    );
    expect(await json('show', 'Everyone')).toMatchObject({
      objectType: 'Group',
      members: [expect.any(String), expect.any(String)],
    });
  });

  it('says what it looked for when there is no such object', async () => {
    expect(await refused('show', 'nobody')).toContain(
      "expected an object id, a userPrincipalName or a group's displayName",
    );
  });
});

describe('the commands that change the directory', () => {
  beforeEach(() => run('import', COMPANY));

  it('set changes, clears, and sets several values', async () => {
    const settings = ['department=', 'accountEnabled=false', 'otherMails=a@x', 'otherMails=b@x', 'manager='];
    expect(await run('set', 'alice@contoso.com', ...settings)).toBe('alice@contoso.com: changed');
    const alice = (await json('show', 'alice@contoso.com')) as Record<string, unknown>;
    expect(alice).toMatchObject({ accountEnabled: false, otherMails: ['a@x', 'b@x'] });
    expect(Object.keys(alice)).not.toContain('department');
    expect(Object.keys(alice)).not.toContain('manager');
    expect(await run('set', 'alice@contoso.com', 'accountEnabled=false')).toContain(
      'had these values already',
    );
  });

  it('set says everything that is wrong at once, and changes nothing', async () => {
    const message = await refused(
      'set',
      'alice@contoso.com',
      'department',
      'objectId=1',
      'accountEnabled=no',
      '__proto__=x',
    );
    expect(message.split('\n')).toHaveLength(4);
    expect(await refused('set', 'alice@contoso.com', 'accountEnabled=')).toContain('cannot be cleared');
    expect(await refused('set', 'alice@contoso.com', 'IsSoftDeleted=true')).toContain('is computed');
    expect(await run('list', 'changes', '--since', '12')).toBe('');
  });

  it('delete and restore go by the recycle bin; --permanently does not', async () => {
    expect(await run('delete', 'bob@contoso.com')).toBe('bob@contoso.com: put into the recycle bin');
    expect(await refused('set', 'bob@contoso.com', 'city=Bonn')).toContain('entrain directory restore');
    expect(await run('restore', 'bob@contoso.com')).toBe('bob@contoso.com: restored');
    await run('delete', 'bob@contoso.com', '--permanently');
    expect(await refused('restore', 'bob@contoso.com')).toContain('there is no object');
  });

  it('assign and unassign are about the application of the job', async () => {
    expect(await run('assign', 'alice@contoso.com', '--role', 'member')).toBe(
      'alice@contoso.com: assigned to leapsome, with Member',
    );
    expect(await refused('assign', 'alice@contoso.com', '--role', 'boss')).toContain(
      'expected one of "member"',
    );
    expect(await json('unassign', 'alice@contoso.com')).toMatchObject({ isChanged: true });
    await run('unassign', 'Sales');
    expect(notes).toEqual(['Sales was assigned to every application: that ended as well.']);
    expect(await run('list', 'assignments')).not.toContain('Sales');
  });

  it('add-member and remove-member count the users concerned', async () => {
    expect(await run('remove-member', 'Sales', 'alice@contoso.com', 'bob@contoso.com')).toBe(
      'Sales: 2 of 2 removed',
    );
    expect(await run('add-member', 'Sales', 'alice@contoso.com')).toBe('Sales: 1 of 1 added');
    expect(await run('add-member', 'Sales', 'alice@contoso.com')).toBe('Sales: 0 of 1 added');
    expect(await refused('add-member', 'alice@contoso.com', 'Sales')).toContain('only groups have members');
    expect(await refused('add-member', 'Sales', 'Sales')).toContain('cannot be a member of itself');
  });
});

describe('directory export', () => {
  it('prints what imports again without a change', async () => {
    await run('import', COMPANY);
    const file = aFile('export.json', await run('export'));
    const before = await aDirectory(store).watermark();
    await run('import', file, '--mirror');
    expect(await aDirectory(store).watermark()).toBe(before);
  });

  it('needs a directory to begin with', async () => {
    expect(await refused('export')).toContain('make one with `entrain directory import <file>`');
  });
});
