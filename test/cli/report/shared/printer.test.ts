import pc from 'picocolors';
import { describe, expect, test } from 'vitest';
import { NAMED_MEMBERS } from '../../../../src/app/session/names.ts';
import type { Cli } from '../../../../src/cli/cli.ts';
import type { ReportRow } from '../../../../src/cli/report/row.ts';
import { rowPrinter } from '../../../../src/cli/report/shared/printer.ts';
import { rowLines } from '../../../../src/cli/report/shared/text.ts';
import type { Failure } from '../../../../src/model/failure.ts';
import { sourceId } from '../../../../src/model/identifiers.ts';

const change = (action: ReportRow['action'], label: string, ...names: readonly string[]): ReportRow => ({
  kind: action === 'create' ? 'create' : 'update',
  status: action,
  action,
  objectType: 'User',
  source: { id: sourceId(label), label },
  targetId: null,
  reason: 'linked',
  skipReason: null,
  cause: null,
  failure: null,
  modifiedProperties: names.map((displayName) => ({ displayName, oldValue: 'a', newValue: 'b' })),
  refersTo: null,
  members: null,
  warnings: [],
});

const members = (group: string, added: readonly string[], removed: readonly string[] = []): ReportRow => ({
  ...change('update', group, ...[...added, ...removed].map(() => 'members')),
  kind: 'membership',
  objectType: 'Group',
  reason: 'memberships',
  members: { added: listed(added), removed: listed(removed) },
});

const listed = (ids: readonly string[]) => ({
  ids: ids.slice(0, NAMED_MEMBERS).map(sourceId),
  count: ids.length,
});

const failed = (row: ReportRow, failure: Failure): ReportRow => ({ ...row, status: 'fail', failure });

const named = (from: number, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `m${from + index}`);

const printing = (
  limit: number,
  over: Partial<Cli['options']> = {},
  nameOf: (id: string) => string = (id) => id,
) => {
  const lines: string[] = [];
  const options = { color: false, json: false, quiet: false, ...over } as Cli['options'];
  const cli = { options, print: (text: string) => lines.push(...text.split('\n')) } as unknown as Cli;
  return { lines, printer: rowPrinter(cli, nameOf, limit) };
};

const brief = (lines: readonly string[]) => lines.map((line) => line.replace(/ {2,}linked$/, '').trim());

describe('a report', () => {
  test('is grouped by phase, and in a phase by what is done, whatever the order it came in', () => {
    const { lines, printer } = printing(5);
    printer.print('users', [change('update', 'bob'), change('create', 'ada')]);
    printer.print('users', [change('disable', 'eve'), change('create', 'cleo')]);
    printer.print('groups', [change('create', 'crew')]);
    printer.finish();
    expect(brief(lines)).toEqual([
      'Users',
      '+ create   User   ada',
      '+ create   User   cleo',
      '~ update   User   bob',
      '○ disable  User   eve',
      '',
      'Groups',
      '+ create   User   crew',
    ]);
  });

  test('folds what is too much, and says what the folded objects have in common', () => {
    const { lines, printer } = printing(1);
    const many = Array.from({ length: 10 }, (_, index) =>
      change('update', `user${index}`, 'title', ...(index % 2 ? ['urn:x:2.0:User:department'] : [])),
    );
    printer.print('users', many);
    printer.finish();
    expect(lines.at(-1)?.trim()).toBe('… and 9 more to update: title (9), department (5)');
    expect(lines.filter((line) => line.includes('~ update'))).toHaveLength(1);
    expect(printer.count()).toBe(10);
  });

  test('shows the parts of what changes in a large group as one, on whatever pages they came', () => {
    const { lines, printer } = printing(2);
    printer.print('memberships', [members('Small', ['a']), members('Large', named(0, 250))]);
    for (let part = 1; part < 400; part += 1)
      printer.print('memberships', [members('Large', named(250 * part, 250))]);
    printer.print('memberships', [members('Large', ['z'], ['old'])]);
    printer.print('memberships', [members('Other', named(0, 250))]);
    printer.print('memberships', [members('Other', ['z'])]);
    printer.finish();
    expect(lines.map((line) => line.replace(/ {2,}memberships$/, '').trim())).toEqual([
      'Memberships',
      '~ update   Group  Small',
      'members  + a',
      '~ update   Group  Large',
      'members  + m0, m1, m2, … (100001)  − old',
      '… and 1 more to update: members (1)',
    ]);
  });

  test('shows a part separately that failed, or whose requests are shown', () => {
    const failure = { code: 'Timeout', message: 'late', status: null } as const;
    const { lines, printer } = printing(5);
    printer.print('memberships', [
      members('Crew', ['a']),
      failed(members('Crew', ['b']), failure),
      members('Crew', ['c']),
    ]);
    printer.print('memberships', [members('Crew', ['d'])], () => ['PATCH /Groups/1']);
    printer.finish();
    expect(lines.slice(1).map((line) => line.trim().split(/ {2,}/)[0])).toEqual([
      '~ update',
      'members',
      '~ update',
      'members',
      'PATCH /Groups/1',
      '! fail',
    ]);
  });

  test('calls the objects that a failure is about by their names', () => {
    const id = 'fe986e9c-1cbc-5626-ab4b-a9976386241a';
    const { lines, printer } = printing(5, {}, (one) => (one === id ? 'ada' : one));
    const message = `another source object (${id}) has the same counterpart`;
    const failure = { code: 'DuplicateSourceEntries', message, status: null } as const;
    printer.print('users', [failed(change('create', 'bob'), failure)]);
    printer.finish();
    expect(lines[1]).toMatch(
      /DuplicateSourceEntries: another source object \(ada\) has the same counterpart$/,
    );
  });

  test('without a limit shows everybody, page by page, under one title', () => {
    const { lines, printer } = printing(Number.POSITIVE_INFINITY);
    printer.print('users', [change('create', 'ada')]);
    expect(brief(lines)).toEqual(['Users', '+ create   User   ada']);
    printer.print('users', [change('create', 'bob')]);
    expect(brief(lines)).toEqual(['Users', '+ create   User   ada', '+ create   User   bob']);
  });

  test.each(['json', 'quiet'] as const)('is silent under --%s', (option) => {
    const { lines, printer } = printing(5, { [option]: true });
    printer.print('users', [change('create', 'ada')]);
    printer.finish();
    expect(lines).toEqual([]);
  });

  test('says the same with and without colour', () => {
    const [plain, coloured] = [printing(1), printing(1, { color: true })];
    for (const { printer } of [plain, coloured]) {
      printer.print('users', [change('create', 'ada'), change('create', 'bob'), change('disable', 'eve')]);
      printer.finish();
    }
    const text = coloured.lines.join('\n');
    expect(text).toContain('\u001b[');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
    expect(text.replace(/\u001b\[\d+m/g, '')).toBe(plain.lines.join('\n'));
  });

  test('shows names that would move the cursor of a terminal as marks', () => {
    const { lines, printer } = printing(1);
    printer.print('users', [change('create', 'a\u001b[2Jda')]);
    printer.finish();
    expect(lines.join('\n')).not.toContain('\u001b');
  });
});

test('a long value is cut, and says how long it is', () => {
  const row: ReportRow = {
    ...change('update', 'ada', 'title'),
    modifiedProperties: [{ displayName: 'title', oldValue: 'short', newValue: 'x'.repeat(5_000) }],
  };
  const [, line] = rowLines(row, (id) => id, pc.createColors(false));
  expect(line?.trim()).toBe(`title            "short" → "${'x'.repeat(59)}… (5002 characters)`);
});
