import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Run, runEntrain } from '../../support/run-entrain.ts';

let folder = '';
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'entrain-hostile-'));
  expect((await entrain('init')).code).toBe(0);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the program; what waits for ever fails the test by its time limit. */
const entrain = (...args: string[]): Promise<Run> => runEntrain(args, { cwd: folder });

const write = (name: string, content: string | Buffer): string => {
  writeFileSync(join(folder, name), content);
  return name;
};

const csv = (domain: string): string =>
  ['userPrincipalName', ...Array.from({ length: 40 }, (_, n) => `u${n}@${domain}`), ''].join('\n');

/** What the directory holds, as it is exported. */
const exported = async (): Promise<string> => (await entrain('directory', 'export')).stdout;

describe('directory import --mirror', () => {
  it('of a file with 40 other users than the 40 there are is refused, and all users stay', async () => {
    await entrain('directory', 'import', write('before.csv', csv('old.example')));
    const before = await exported();
    const run = await entrain('directory', 'import', '--mirror', write('after.csv', csv('new.example')));
    expect(run.code).toBe(2);
    expect(run.stderr).toContain('would remove 40 of 40 users; at most 20 (half of them) go without --force');
    expect(await exported()).toBe(before);
    expect((await entrain('directory', 'import', '--mirror', '--force', 'after.csv')).code).toBe(0);
  });

  it('of the first of two pages of Graph is refused, and reported without --mirror', async () => {
    const page = (id: string, next?: string) =>
      JSON.stringify({
        '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#users',
        ...(next === undefined ? {} : { '@odata.nextLink': next }),
        value: [{ id, userPrincipalName: `${id}@contoso.com` }],
      });
    write('users-1.json', page('ann', 'https://graph.microsoft.com/v1.0/users?$skiptoken=x'));
    write('users-2.json', page('bob'));
    expect((await entrain('directory', 'import', '--mirror', 'users-1.json', 'users-2.json')).code).toBe(0);
    const before = await exported();
    const mirrored = await entrain('directory', 'import', '--mirror', 'users-1.json');
    expect([mirrored.code, mirrored.stderr]).toEqual([
      2,
      expect.stringContaining('another page of users follows'),
    ]);
    const plain = await entrain('directory', 'import', 'users-1.json');
    expect([plain.code, plain.stderr]).toEqual([0, expect.stringContaining('warning: users-1.json')]);
    expect(await exported()).toBe(before);
  });
});

describe('a name that is close to an attribute', () => {
  it('is refused in CSV, JSON, pages of Graph and `directory set`, and taken with --allow-unknown', async () => {
    const files = [
      write('a.csv', 'userPrincipalName,AccountEnabled\nann@contoso.com,false\n'),
      write('b.json', '{"users":[{"userPrincipalName":"ann@contoso.com","AccountEnabled":false}]}'),
      write(
        'c.json',
        '{"value":[{"id":"ann","userPrincipalName":"ann@contoso.com","AccountEnabled":false}]}',
      ),
    ];
    for (const file of files) {
      const run = await entrain('directory', 'import', file);
      expect([run.code, run.stderr]).toEqual([2, expect.stringContaining('did you mean accountEnabled?')]);
      expect(run.stderr).toContain('--allow-unknown');
      expect(existsSync(join(folder, 'directory.db'))).toBe(false);
    }
    expect((await entrain('directory', 'import', '--allow-unknown', 'a.csv')).code).toBe(0);
    const set = ['directory', 'set', 'ann@contoso.com', 'jobTitel=Lead'];
    expect((await entrain(...set)).stderr).toContain('did you mean jobTitle?');
    expect((await entrain(...set, '--allow-unknown')).code).toBe(0);
    expect(await exported()).toContain('"jobTitel":"Lead"');
  });

  it('is taken by `directory import` and `directory set` where the configuration says so', async () => {
    const configuration = readFileSync(join(folder, 'entrain.yaml'), 'utf8');
    write(
      'entrain.yaml',
      configuration.replace(/^directory: .*$/m, 'directory:\n  file: ./directory.db\n  allowUnknown: true'),
    );
    const file = write('a.csv', 'userPrincipalName,jobTitel\nann@contoso.com,Clerk\n');
    expect(await entrain('directory', 'import', file)).toMatchObject({ code: 0 });
    expect(await exported()).toContain('"jobTitel":"Clerk"');
    expect(await entrain('directory', 'set', 'ann@contoso.com', 'jobTitel=Lead')).toMatchObject({ code: 0 });
    expect(await exported()).toContain('"jobTitel":"Lead"');
  });

  it('is no way around a value that is neither true nor false, or missing', async () => {
    for (const value of ['no', '0', 'disabled', '']) {
      const file = write('flags.csv', `userPrincipalName,accountEnabled\nann@contoso.com,${value}\n`);
      expect((await entrain('directory', 'import', file)).code, value).toBe(2);
    }
    const file = write('flags.csv', 'userPrincipalName,accountEnabled\nann@contoso.com,FALSE \n');
    expect((await entrain('directory', 'import', file)).code).toBe(0);
    expect(await exported()).toContain('"accountEnabled":false');
  });
});

describe('a pipe', () => {
  it('is refused wherever a file is read, and nothing waits for a writer', async () => {
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    write(
      'pipe-schema.yaml',
      readFileSync(join(folder, 'entrain.yaml'), 'utf8').replace('scim.schema.json', 'pipe'),
    );
    await entrain('directory', 'import', 'directory.json');
    const commands = [
      ['directory', 'import', 'pipe'],
      ['schema', 'check', 'pipe'],
      ['--config', 'pipe', 'plan'],
      ['--config', 'pipe-schema.yaml', 'plan', '--offline'],
      ['simulate', 'pipe'],
      ['run', '--plan', 'pipe'],
      ['expression', '--batch', 'pipe'],
    ];
    for (const command of commands) {
      const { code, stderr } = await entrain(...command);
      expect([code, stderr], command.join(' ')).toEqual([
        2,
        expect.stringContaining('this is a pipe (FIFO), not a file'),
      ]);
    }
  });
});

describe('a control character in CSV', () => {
  const zeros = '\0'.repeat(4096);

  it.each([
    ['before the first row', 'users', `userPrincipalName,city\n${zeros}a@x,Bonn\n`, ':2 userPrincipalName'],
    ['in an id', 'users', 'id,city\na\u0001b,Bonn\n', ':2 id'],
    ['in a manager', 'users', 'userPrincipalName,manager\na@x,b\u0001@x\n', ':2 manager'],
    ['before the header', 'users', `${zeros}userPrincipalName,city\na@x,Bonn\n`, 'the name of column 1'],
    ['in the header', 'users', 'userPrincipalName,ci\u007fty\na@x,Bonn\n', 'the name of column 2'],
    ['in the name of a group', 'groups', 'displayName\nA\n"B\u001bC"\n', ':3 displayName'],
    ['in a reference to a group', 'members', 'group,member\nA\u0000,a@x\n', ':2 group'],
    ['in a reference to a member', 'members', 'group,member\nA,a\u0000@x\n', ':2 member'],
    ['in a reference to a principal', 'assignments', 'principal\na\u0000@x\n', ':2 principal'],
  ])('%s is refused with its line and column', async (_, part, text, place) => {
    const run = await entrain('directory', 'import', '--as', part, write('odd.csv', text));
    expect([run.code, run.stderr]).toEqual([2, expect.stringContaining(place)]);
    expect(existsSync(join(folder, 'directory.db'))).toBe(false);
  });

  it('is refused by `directory set` in the name of a user', async () => {
    await entrain('directory', 'import', write('a.csv', 'userPrincipalName\na@x\n'));
    const run = await entrain('directory', 'set', 'a@x', 'userPrincipalName=b\u0001@x');
    expect([run.code, run.stderr]).toEqual([2, expect.stringContaining('control character U+0001')]);
  });
});

describe('a .env beside the configuration', () => {
  it.each([
    ['a pipe', 'this is a pipe (FIFO), not a file', (file: string) => execFileSync('mkfifo', [file])],
    ['a folder', 'this is a folder, not a file', (file: string) => mkdirSync(file)],
    ['a device', 'this is a device, not a file', (file: string) => symlinkSync('/dev/zero', file)],
  ])('that is %s is refused, and nothing waits for it', async (_, message, make) => {
    rmSync(join(folder, '.env'));
    make(join(folder, '.env'));
    const { code, stderr } = await entrain('plan', '--offline');
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
    expect(stderr).toContain('.env');
  });
});

describe('a text without an end', () => {
  /** What makes a document one of each kind; the text follows from line 4 on. */
  const KEYS = 'jobs: []\ntitle: odd\nsynchronizationRules: []\n';

  it.each([
    ['an alias inside of what it repeats', 'odd: &a\n  - *a\n', ':5:5'],
    ['lists in lists, as blocks', `odd:\n  ${'- '.repeat(10_000)}x\n`, ':5:1'],
    ['lists in lists, as brackets', `odd: ${'['.repeat(10_000)}${']'.repeat(10_000)}`, ':4:206'],
    [
      'lists of lists of aliases',
      ['a: &a [x]', ...[...'bcdefgh'].map((c, n) => `${c}: &${c} [${`*${'abcdefg'[n]},`.repeat(9)}]`)].join(
        '\n',
      ),
      ':11:',
    ],
    ['a key that is there twice', 'jobs: []\n', ':4:1'],
  ])('%s is a finding with its line in a configuration, a scenario and a schema', async (_, text, place) => {
    write('odd.yaml', KEYS + text);
    for (const command of [
      ['--config', 'odd.yaml', 'plan'],
      ['simulate', 'odd.yaml'],
      ['schema', 'check', 'odd.yaml'],
    ]) {
      const { code, stderr } = await entrain(...command);
      expect([code, stderr], command.join(' ')).toEqual([2, expect.stringContaining(`odd.yaml${place}`)]);
    }
  });

  it('is refused in a schema that is JSON: nested too deeply, or with a key twice', async () => {
    const schema = readFileSync(join(folder, 'scim.schema.json'), 'utf8');
    const deep = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;
    write('deep.json', schema.replace('{', `{"x":${deep},`));
    write('twice.json', schema.replace('"name"', '"name": "x", "name"'));
    expect((await entrain('schema', 'check', 'deep.json')).stderr).toContain('nested more than 200 levels');
    expect((await entrain('schema', 'check', 'twice.json')).stderr).toContain(
      'the key "name" is there twice',
    );
    expect((await entrain('schema', 'check', 'scim.schema.json')).code).toBe(0);
  });
});

describe('a file with errors', () => {
  it.each([
    [
      'a property twice',
      '{"users":[{"userPrincipalName":"a@x","accountEnabled":false,"accountEnabled":true}]}',
      'there twice',
    ],
    ['a part twice', '{"users":[{"userPrincipalName":"a@x"}],"users":[]}', 'there twice'],
    ['half of a character', '{"users":[{"userPrincipalName":"a\\ud800@x"}]}', 'lone surrogate'],
    [
      'a control character in an id',
      '{"users":[{"id":"a\\u0000","userPrincipalName":"a@x"}]}',
      'cannot be an object id',
    ],
    ...['users', 'groups'].map((part): [string, string, string] => [
      `a control character in a name of ${part}`,
      `{"${part}":[{"userPrincipalName":"a\\u0000@x","displayName":"a\\u0000"}]}`,
      'holds the control character U+0000',
    ]),
    [
      'an attribute of every object',
      '{"users":[{"userPrincipalName":"a@x","__proto__":"x"}]}',
      'cannot be the name',
    ],
    ['a group in itself', '{"groups":[{"displayName":"g","members":["g"]}]}', 'cannot be a member of itself'],
    ['a member who is not there', '{"groups":[{"displayName":"g","members":["n@x"]}]}', 'there is no object'],
    [
      'one person in two cases',
      '{"users":[{"userPrincipalName":"a@x"},{"userPrincipalName":"A@X"}]}',
      'is there twice',
    ],
    [
      'a deep value',
      `{"users":[{"userPrincipalName":"a@x","d":${'['.repeat(10_000)}${']'.repeat(10_000)}}]}`,
      'deeply nested',
    ],
    [
      'a misspelt role',
      '{"users":[{"userPrincipalName":"a@x"}],"assignments":[{"principal":"a@x","Role":"r"}]}',
      'did you mean role?',
    ],
    [
      'no value where one is due',
      '{"users":[{"userPrincipalName":"a@x","accountEnabled":null}]}',
      'has no value',
    ],
  ])('%s is refused, and makes no directory', async (_, text, message) => {
    const { code, stderr } = await entrain('directory', 'import', write('odd.json', text));
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
    expect(existsSync(join(folder, 'directory.db'))).toBe(false);
  });
});
