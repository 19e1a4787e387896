import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/json.ts';
import { type Run, runEntrain } from '../support/run-entrain.ts';

interface DemoDocument {
  readonly cycles: readonly JsonObject[];
  readonly facts: JsonObject;
  readonly groups: readonly JsonObject[];
  readonly oddCases: readonly { readonly name: string; readonly oddity: string; readonly verdict: string }[];
}

describe('demo', () => {
  const home = mkdtempSync(join(tmpdir(), 'entrain-demo-test-'));
  let text: Run;
  let json: Run;
  let document: DemoDocument;

  beforeAll(async () => {
    const options = { cwd: home, env: { TMPDIR: home } };
    text = await runEntrain(['demo'], options);
    json = await runEntrain(['demo', '--json'], options);
    document = JSON.parse(json.stdout) as DemoDocument;
  });

  const verdictOn = (start: string): string =>
    document.oddCases.find(({ name }) => name.startsWith(start))?.verdict ?? 'no such case';

  test('runs with nothing set up, ends with 0, and leaves nothing behind', () => {
    expect([text.code, text.stderr]).toEqual([0, '']);
    expect([json.code, json.stderr]).toEqual([0, '']);
    expect(readdirSync(home)).toEqual([]);
  });

  test('shows the story in the order of a job: directory, cycle, changes, cycle, nothing left, reasons, report', () => {
    const chapters = [...text.stdout.matchAll(/^(\d) · (.*?) {2}/gm)].map(
      ([, number, title]) => `${number} ${title}`,
    );
    expect(chapters).toEqual([
      '1 The directory',
      '2 The initial cycle',
      '3 Things happen',
      '4 An incremental cycle',
      '5 Nothing is left to do',
      '6 Why, and why not',
      '7 The report',
    ]);
    expect(text.stdout).toMatch(/POST \/Users → 201\n +> \{"schemas":/);
    expect(text.stdout).toMatch(/PATCH \/Users\/\S+ → 200\n +> .*"path":"active"/);
    expect(text.stdout).toMatch(/\n {2}0 changes planned\n/);
  });

  test('names every user that is disabled and the group that is deleted', () => {
    const incremental = text.stdout.slice(text.stdout.indexOf('4 · '), text.stdout.indexOf('5 · '));
    expect(incremental.match(/^ {2}○ disable {2}User /gm)).toHaveLength(6);
    expect(incremental).toMatch(/^ {2}- delete {3}Group {2}Pilot Users /m);
    expect(incremental).not.toContain('(deprovisioning)');
  });

  test('reports what the two cycles did as text', () => {
    const report = text.stdout.slice(text.stdout.indexOf('7 · '));
    expect(report).toContain('accounts  31 created, 6 disabled, 0 deleted; 27 are active\n');
    expect(report).toContain('groups    5 created, 1 deleted (Pilot Users)\n');
    expect(report).toContain('failing   2, kept for retry\n');
    expect(report).toMatch(/group Engineering +11 members\n/);
    expect(report).toContain('entrain init my-app');
  });

  test('reports the same to programs, in one document', () => {
    expect(document.facts).toMatchObject({
      accountsCreated: 31,
      groupsCreated: 5,
      accountsDisabled: 6,
      accountsActive: 27,
      accountsDeleted: 0,
      groupsDeleted: ['Pilot Users'],
      failing: 2,
    });
    expect(document.cycles).toMatchObject([
      { kind: 'initial', state: 'EntryLevelErrors', error: null },
      {
        kind: 'incremental',
        state: 'EntryLevelErrors',
        error: null,
        counts: { create: 1, disable: 6, delete: 1 },
      },
    ]);
    expect(document.groups).toContainEqual({ name: 'Engineering', members: 11 });
  });

  test.each([
    ['rei.sato_partner', /^provisioned: in scope/],
    ['rei.sato@', /^fails: DuplicateSourceEntries: /],
    ['umar.eriksen', /^not provisioned: .*blocked from signing in/],
    [
      'svc-backup',
      /^not provisioned: the scoping filter is not passed: userPrincipalName NOT REGEX MATCH "\^svc-" is false/,
    ],
    [
      'per.lindqvist',
      /^not provisioned: assigned only through group "Summer Party", which is not security-enabled/,
    ],
    ['kira.petrov', /^not provisioned: assigned with Default Access only, which does not entitle/],
    ['jonas.haddad', /^not provisioned: not assigned/],
    ['dario.okafor', /^provisioned: .*group "Leadership"/],
    ['greta.moreau', /^provisioned: .*group "Sales"/],
  ])('explains the odd case of %s', (name, verdict) => {
    expect(verdictOn(name)).toMatch(verdict);
  });
});
