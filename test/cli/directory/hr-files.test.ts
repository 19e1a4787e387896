import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encoded } from '../../io/sources/csv/tables.ts';
import { type Run, runEntrain } from '../../support/run-entrain.ts';

let folder = '';
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'entrain-hr-'));
  expect((await entrain('init')).code).toBe(0);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const entrain = (...args: string[]): Promise<Run> => runEntrain(args, { cwd: folder });

const HEADER = 'Employee ID;Name;Work E-mail;Department;Start date;Status;Manager ID;Salary';

const PEOPLE = [
  '00101;Müller, Ada;ada@contoso.com;100;01.02.2024;Active;00102;1',
  '00102;Böhm, Bob;bob@contoso.com;100;15.03.2020;Active;;2',
  '00103;Ng, Cy;cy@contoso.com;200;01.01.2025;Terminated;00102;3',
];

/** Writes the export of the HR system, as Windows does. */
const exportPeople = (rows: readonly string[]): void =>
  writeFileSync(join(folder, 'people.csv'), encoded([HEADER, ...rows, ''].join('\r\n'), 'windows-1252'));

const MAPPING = `encoding: windows-1252
key: Employee ID
columns:
  employee id: employeeId
  Name: displayName
  Work E-mail: [userPrincipalName, mail]
  Department: { attribute: department, values: { 100: Sales }, else: keep }
  Start date: { attribute: employeeHireDate, date: dd.MM.yyyy }
  Status: { attribute: accountEnabled, values: { Active: true, Terminated: false } }
  Manager ID: { attribute: manager, by: employeeId }
  Salary: null
`;

/** Makes the file the source of the configuration. */
const configureSource = (more = ''): void => {
  const file = join(folder, 'entrain.yaml');
  const mapping = MAPPING.trimEnd().replaceAll('\n', '\n        ');
  const source = `directory:\n  source:\n    type: csv\n    complete: true\n${more}    files:\n      - path: ./people.csv\n        ${mapping}`;
  writeFileSync(file, readFileSync(file, 'utf8').replace(/^directory: .*$/m, source));
};

interface ShownUser extends Readonly<Record<string, unknown>> {
  readonly id: string;
}

const shown = async (name: string): Promise<ShownUser> =>
  JSON.parse((await entrain('directory', 'show', name, '--json')).stdout) as ShownUser;

describe('the export of an HR system', () => {
  it('is refused with the line and the option to write, one step after the other, until it is read', async () => {
    exportPeople(PEOPLE);
    const first = await entrain('directory', 'import', 'people.csv');
    expect([first.code, first.stderr]).toEqual([2, expect.stringContaining('people.csv:2\n  the byte 0xFC')]);
    const second = await entrain('directory', 'import', 'people.csv', '--encoding', 'windows-1252');
    expect(second.stderr).toContain('--column "Employee ID=<attribute>"');
    expect(existsSync(join(folder, 'directory.db'))).toBe(false);
    const columns = [
      'Name=displayName',
      'Work E-mail=userPrincipalName',
      'Work E-mail=mail',
      'Department=department',
    ];
    const flags = [...columns, 'Start date=', 'Status=', 'Salary='].flatMap((one) => ['--column', one]);
    const third = await entrain(
      'directory',
      'import',
      'people.csv',
      '--encoding',
      'windows-1252',
      '--key',
      'Employee ID',
      ...flags,
    );
    expect(third).toMatchObject({ code: 0, stdout: expect.stringContaining('users  3     3') });
    expect(third.stderr).toContain('these columns are in no mapping and are not imported: Manager ID');
    expect(await shown('ada@contoso.com')).toMatchObject({
      displayName: 'Müller, Ada',
      mail: 'ada@contoso.com',
    });
  });

  it('is shown as it is read, and nothing changes, with --dry-run', async () => {
    exportPeople(PEOPLE);
    writeFileSync(join(folder, 'people.yaml'), MAPPING);
    const options = ['directory', 'import', 'people.csv', '--mapping', 'people.yaml', '--dry-run'];
    const { code, stdout, stderr } = await entrain(...options);
    expect(code).toBe(0);
    expect(stdout).toContain(
      [
        'people.csv:2',
        '  employeeId         00101',
        '  displayName        Müller, Ada',
        '  userPrincipalName  ada@contoso.com',
        '  mail               ada@contoso.com',
        '  department         Sales',
        '  employeeHireDate   2024-02-01T00:00:00Z',
        '  accountEnabled     true',
      ].join('\n'),
    );
    expect(stdout).toContain('users  3     3      0        0');
    expect(stderr).toContain('Nothing was changed (--dry-run).');
    expect(existsSync(join(folder, 'directory.db'))).toBe(false);
    const json = JSON.parse((await entrain(...options, '--json')).stdout);
    expect(json).toMatchObject({ isDryRun: true, users: { added: 3, changed: 0, removed: 0 } });
    expect(json.rows[2]).toMatchObject({
      file: 'people.csv',
      line: 4,
      attributes: { accountEnabled: false },
    });
  });

  it('of a mapping with mistakes is refused with the places of all of them', async () => {
    exportPeople(PEOPLE);
    writeFileSync(
      join(folder, 'people.yaml'),
      'delimitr: ";"\ncolumns:\n  Start date: { attribute: x, date: dd.MM.yy }\n  Name: { attribute: displayName, by: key }\n',
    );
    const { code, stderr } = await entrain('directory', 'import', 'people.csv', '--mapping', 'people.yaml');
    expect(code).toBe(2);
    expect(stderr).toContain(
      'people.yaml:1:1 delimitr\n  there is no key "delimitr" here; did you mean delimiter?',
    );
    expect(stderr).toContain('people.yaml:3:37 columns["Start date"].date\n  "yy" is no part of a date');
    expect(stderr).toContain('by is about a reference: manager, group, member, principal');
  });
});

describe('directory sync', () => {
  it('imports the source of the configuration: joiners, movers, leavers and renamed people', async () => {
    configureSource();
    exportPeople(PEOPLE);
    expect(await entrain('directory', 'sync')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('users  3     3'),
    });
    const ada = await shown('ada@contoso.com');
    expect(ada).toMatchObject({
      employeeId: '00101',
      department: 'Sales',
      employeeHireDate: '2024-02-01T00:00:00Z',
      accountEnabled: true,
      manager: (await shown('bob@contoso.com')).id,
    });
    expect(await shown('cy@contoso.com')).toMatchObject({ department: '200', accountEnabled: false });
    exportPeople([
      '00101;Müller-Ng, Ada;ada.mueller@contoso.com;200;01.02.2024;Active;00999;1',
      PEOPLE[1] as string,
      '00104;Do, Di;di@contoso.com;100;01.06.2026;Active;00101;4',
    ]);
    const again = await entrain('directory', 'sync');
    expect(again).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('users  3     1      1        1'),
    });
    expect(again.stderr).toContain(
      'there is nobody whose employeeId is "00999": the user has no manager until that one is there',
    );
    const renamed = await shown('ada.mueller@contoso.com');
    expect(renamed).toMatchObject({ id: ada.id, displayName: 'Müller-Ng, Ada', department: '200' });
    expect(renamed).not.toHaveProperty('manager');
    expect((await shown('di@contoso.com')).manager).toBe(ada.id);
    expect(await entrain('directory', 'sync')).toMatchObject({
      stdout: expect.stringContaining('users  3     0      0        0'),
    });
  });

  it('changes nothing where a file is missing, empty, or lacks more people than the limits allow', async () => {
    configureSource('    limits: { minimumKnown: 1, removedPercent: 40 }\n');
    exportPeople(PEOPLE);
    expect((await entrain('directory', 'sync')).code).toBe(0);
    const before = (await entrain('directory', 'export')).stdout;
    exportPeople([PEOPLE[0] as string]);
    const held = await entrain('directory', 'sync');
    expect([held.code, held.stderr]).toEqual([
      2,
      expect.stringContaining(
        'the import would remove 2 of 3 users; at most 1 (40 % of them) go without --accept-removals',
      ),
    ]);
    exportPeople([]);
    expect((await entrain('directory', 'sync', '--dry-run')).code).toBe(2);
    rmSync(join(folder, 'people.csv'));
    expect((await entrain('directory', 'sync')).stderr).toContain('there is no such file');
    expect((await entrain('directory', 'export')).stdout).toBe(before);
    exportPeople([PEOPLE[1] as string]);
    const preview = await entrain('directory', 'sync', '--accept-removals', '--dry-run');
    expect(preview.stdout).toContain('users  1     0      0        2');
    expect((await entrain('directory', 'export')).stdout).toBe(before);
    expect((await entrain('directory', 'sync', '--accept-removals', '--json')).stdout).toContain(
      '"removed": 2',
    );
  });

  it('says what to write where the configuration has no source, or two', async () => {
    const none = await entrain('directory', 'sync');
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('directory.source is missing')]);
    configureSource();
    const file = join(folder, 'entrain.yaml');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace('  source:', '  watch: [a.csv]\n  source:'));
    expect((await entrain('directory', 'sync')).stderr).toContain('watch and source both fill the directory');
    writeFileSync(file, text.replace('type: csv', 'type: graf'));
    expect((await entrain('directory', 'sync')).stderr).toContain('type must be csv, not "graf"');
  });
});
