import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { csvLine, LOG_FILES } from '../../src/app/log/csv.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { ProvisioningLogEntry } from '../../src/model/log.ts';
import { type RunningTarget, startTarget } from '../../src/target/start.ts';
import { type SpawnedJob, setUpJob } from '../support/spawned-job.ts';

const DIRECTORY: JsonObject = {
  users: ['ada', 'bob'].map((name) => ({
    userPrincipalName: `${name}@contoso.com`,
    displayName: `${name.toUpperCase()}, "the" User`,
    mailNickname: name,
    accountEnabled: true,
    ...(name === 'ada' ? { manager: 'bob@contoso.com' } : {}),
  })),
  assignments: [{ principal: 'ada@contoso.com' }, { principal: 'bob@contoso.com' }],
};

let target: RunningTarget;
let job: SpawnedJob;

beforeAll(async () => {
  target = await startTarget();
  job = await setUpJob({ tenantUrl: target.baseUrl, token: target.token, directory: DIRECTORY });
  await job.entrain('run');
  await job.entrain('directory', 'set', 'bob@contoso.com', 'jobTitle=Clerk');
  await job.entrain('run');
});

afterAll(async () => {
  await target.stop();
  job.remove();
});

const logsOf = async (...flags: readonly string[]): Promise<readonly ProvisioningLogEntry[]> =>
  (await job.document('logs', ...flags)).json.value as unknown as readonly ProvisioningLogEntry[];

test('members of groups go by the names that they have now', async () => {
  const group = {
    displayName: 'Team',
    securityEnabled: true,
    members: ['ada@contoso.com', 'bob@contoso.com'],
  };
  const directory = {
    ...DIRECTORY,
    groups: [group],
    assignments: [...(DIRECTORY.assignments as unknown as readonly JsonObject[]), { principal: 'Team' }],
  };
  const other = await setUpJob({ tenantUrl: target.baseUrl, token: target.token, directory });
  try {
    await other.entrain('run');
    const membersIn = async (): Promise<readonly (string | null)[]> => {
      const { json } = await other.document('logs', '--object', 'Team', '--action', 'update');
      const [entry] = json.value as unknown as readonly ProvisioningLogEntry[];
      return (entry?.modifiedProperties ?? []).map(({ newValue }) => newValue).sort();
    };
    expect(await membersIn()).toEqual(['ada@contoso.com', 'bob@contoso.com']);
    await other.entrain('directory', 'set', 'bob@contoso.com', 'userPrincipalName=rob@contoso.com');
    expect(await membersIn()).toEqual(['ada@contoso.com', 'rob@contoso.com']);
    const ids = await Promise.all(
      ['ada', 'rob'].map((name) =>
        other.withDirectory(async (one) => (await one.named(`${name}@contoso.com`))?.id),
      ),
    );
    const { json } = await other.document('logs', '--object', 'Team', '--action', 'update');
    const [entry] = json.value as unknown as readonly ProvisioningLogEntry[];
    expect(entry?.modifiedProperties.map(({ memberId }) => memberId).sort()).toEqual(ids.sort());
    await other.entrain('logs', '--csv', 'csv', '--object', 'Team', '--action', 'update');
    const rows = readFileSync(join(other.folder, 'csv', 'ProvisioningLogs_ModifiedProperties.csv'), 'utf8');
    for (const id of ids) expect(rows).toContain(`@contoso.com,${id}`);
    expect((await other.entrain('logs', '--object', 'Team')).stdout).toMatch(
      /members \+ (?:ada|rob)@contoso\.com, (?:ada|rob)@contoso\.com\n/,
    );
  } finally {
    other.remove();
  }
});

describe('entries of an object', () => {
  test.each(['ada@contoso.com', 'ADA@CONTOSO.COM', 'ada, "THE" user'])(
    'are found by what people call it: %s',
    async (name) => {
      const entries = await logsOf('--object', name);
      expect(entries.map(({ provisioningAction }) => provisioningAction).sort()).toEqual([
        'create',
        'update',
      ]);
      expect(new Set(entries.map(({ sourceIdentity }) => sourceIdentity.displayName))).toEqual(
        new Set(['ADA, "the" User']),
      );
      expect(await logsOf('--object', entries[0]?.sourceIdentity.id ?? '')).toEqual(entries);
    },
  );

  test('are found by a userPrincipalName that is gone from the directory, within the other filters', async () => {
    const gone = await setUpJob({ tenantUrl: target.baseUrl, token: target.token, directory: DIRECTORY });
    try {
      await gone.entrain('run');
      writeFileSync(join(gone.folder, 'directory.db'), '');
      const { json } = await gone.document('logs', '--object', 'bob@contoso.com', '--status', 'skipped');
      expect(json.value).toHaveLength(1);
      expect((await gone.document('logs', '--object', 'nobody@contoso.com')).json.value).toEqual([]);
    } finally {
      gone.remove();
    }
  });
});

describe('a download', () => {
  const read = (folder: string, name: string): readonly Readonly<Record<string, string>>[] =>
    parse(readFileSync(join(folder, name)), { columns: true }) as Record<string, string>[];

  test('is three files that the change id joins, readable by their owner only', async () => {
    const folder = join(job.folder, 'download/log');
    const { stdout } = await job.entrain('logs', '--csv', folder);
    const entries = await logsOf();
    expect(stdout).toBe(`${entries.length} entries in ${folder}\n`);
    const logs = read(folder, 'ProvisioningLogs.csv');
    const steps = read(folder, 'ProvisioningLogs_ProvisioningSteps.csv');
    const properties = read(folder, 'ProvisioningLogs_ModifiedProperties.csv');
    expect(logs.map(({ changeId }) => changeId)).toEqual(entries.map(({ changeId }) => changeId));
    for (const [index, entry] of entries.entries()) {
      expect(logs[index]).toMatchObject({
        id: entry.id,
        status: entry.provisioningStatusInfo.status,
        sourceDisplayName: entry.sourceIdentity.displayName,
        targetId: entry.targetIdentity.id,
      });
      const ownSteps = steps.filter(({ changeId }) => changeId === entry.changeId);
      expect(ownSteps.map(({ details }) => JSON.parse(details ?? '') as unknown)).toEqual(
        entry.provisioningSteps.map(({ details }) => details),
      );
      const own = properties.filter(({ changeId }) => changeId === entry.changeId);
      expect(own.map(({ newValue }) => newValue)).toEqual(
        entry.modifiedProperties.map(({ newValue }) => newValue ?? ''),
      );
    }
    for (const { name } of LOG_FILES) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    for (const made of [folder, join(folder, '..')]) expect(statSync(made).mode & 0o777).toBe(0o700);
  });

  test('does not write over a table of another kind', async () => {
    const folder = join(job.folder, 'foreign');
    mkdirSync(folder);
    writeFileSync(join(folder, 'ProvisioningLogs_ModifiedProperties.csv'), 'name,salary\nAda,1\n');
    const { code, stderr } = await job.entrain('logs', '--csv', folder);
    expect(code).toBe(2);
    expect(stderr).toContain('is not a file of a log download of entrain: it is not written over');
    expect(readdirSync(folder)).toEqual(['ProvisioningLogs_ModifiedProperties.csv']);
  });

  test.each([
    ['=HYPERLINK("http://x")', `"'=HYPERLINK(""http://x"")"`],
    ['+47 22 00 00 00', "'+47 22 00 00 00"],
    ['-1+1', "'-1+1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t=1"],
    ['\r=1', `"'\r=1"`],
    ['\n=1', `"'\n=1"`],
    ['  =1', "'  =1"],
    ['\u200b=1', "'\u200b=1"],
    ['＝1', "'＝1"],
    ['\ta', "'\ta"],
    ['a=1', 'a=1'],
    ['ada@contoso.com', 'ada@contoso.com'],
  ])('is no formula to a spreadsheet: %j', (cell, written) => {
    expect(csvLine([cell, -1])).toBe(`${written},-1\r\n`);
  });

  test('takes the filters', async () => {
    const folder = join(job.folder, 'filtered');
    await job.entrain('logs', '--csv', folder, '--action', 'create', '--limit', '1');
    expect(read(folder, 'ProvisioningLogs.csv')).toHaveLength(1);
  });

  test('is refused where nothing can be written', async () => {
    const folder = join(job.folder, 'taken');
    mkdirSync(folder);
    mkdirSync(join(folder, 'ProvisioningLogs.csv'));
    chmodSync(folder, 0o700);
    const { code, stderr } = await job.entrain('logs', '--csv', folder);
    expect(code).toBe(2);
    expect(stderr).toContain('ProvisioningLogs.csv is a folder and is not written over');
  });

  test('keeps whatever a cell holds', () => {
    const row = ['a', 'b,c', 'say "x"', 'two\r\nlines', null, 7];
    expect(csvLine(row)).toBe('a,"b,c","say ""x""","two\r\nlines",,7\r\n');
    expect(parse(csvLine(row))).toEqual([['a', 'b,c', 'say "x"', 'two\r\nlines', '', '7']]);
  });
});

describe('following', () => {
  test('shows the last entries, and then what is recorded, in its order, until it is interrupted', async () => {
    const command = job.start('logs', '--follow', '--ndjson', '--limit', '2', '--object', 'bob@contoso.com');
    let text = '';
    const lines = (count: number): Promise<void> =>
      new Promise((resolve) => {
        const look = (): void => {
          if (text.split('\n').length > count) resolve();
        };
        command.child.stdout?.on('data', (chunk: string) => {
          text += chunk;
          look();
        });
        look();
      });
    await lines(2);
    await job.entrain('directory', 'set', 'ada@contoso.com', 'jobTitle=Other');
    await job.entrain('directory', 'set', 'bob@contoso.com', 'jobTitle=Boss');
    await job.entrain('run');
    await lines(3);
    command.child.kill('SIGINT');
    const { code, stdout } = await command.ended;
    expect(code).toBe(0);
    const entries = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as ProvisioningLogEntry);
    expect(entries.map(({ provisioningAction }) => provisioningAction)).toEqual([
      'create',
      'update',
      'update',
    ]);
    expect(new Set(entries.map(({ sourceIdentity }) => sourceIdentity.details.UserPrincipalName))).toEqual(
      new Set(['bob@contoso.com']),
    );
    expect(entries.at(-1)?.modifiedProperties).toMatchObject([{ displayName: 'title', newValue: 'Boss' }]);
  });

  test.each([
    [['--follow', '--json'], 'write --ndjson instead'],
    [['--csv', 'x', '--follow'], 'leave --follow, --ndjson and --json out'],
    [['--csv', 'x', '--json'], 'leave --follow, --ndjson and --json out'],
  ])('refuses %j', async (flags, words) => {
    const { code, stdout, stderr } = await job.entrain('logs', ...flags);
    expect(code).toBe(2);
    expect(stdout + stderr).toContain(words);
  });
});
