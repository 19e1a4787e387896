import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { KNOWN_ISSUES } from './support/scenario/known-issues.ts';
import { playScenario } from './support/scenario/play.ts';
import { parseScenario, readScenario } from './support/scenario/scenario.ts';

const FOLDER = new URL('../fixtures/scenarios/', import.meta.url);

const folders = readdirSync(FOLDER).sort();

describe('the acceptance scenarios', () => {
  it('are folders named by number and title, with a scenario in each', () => {
    expect(folders.length).toBeGreaterThan(0);
    for (const folder of folders) {
      expect(folder).toMatch(/^(\d\d|gallery)-[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(existsSync(new URL(`${folder}/scenario.yaml`, FOLDER))).toBe(true);
    }
  });

  describe.each(folders)('%s', (folder) => {
    const scenario = readScenario(new URL(`${folder}/scenario.yaml`, FOLDER));
    it(scenario.title, () => playScenario(scenario));
  });
});

/** What the store's tests of a provisioning client ask for, each once. */
const GALLERY = [
  ...['create', 'update', 'disable', 'delete', 'update-manager', 'restore', 'on-demand'].map(
    (one) => `user-${one}`,
  ),
  ...['create', 'update', 'delete', 'add-member', 'remove-member', 'on-demand', 'restore'].map(
    (one) => `group-${one}`,
  ),
];

describe('the scenarios', () => {
  it.each(Array.from({ length: 25 }, (_, n) => String(n + 1).padStart(2, '0')))(
    'begin with number %s',
    (number) => {
      expect(folders.filter((folder) => folder.startsWith(`${number}-`))).not.toEqual([]);
    },
  );

  it('have each test of the gallery, with the log as its criterion', () => {
    expect(folders.filter((folder) => folder.startsWith('gallery-')).sort()).toEqual(
      GALLERY.map((one) => `gallery-${one}`).sort(),
    );
    for (const one of GALLERY) {
      const { steps } = readScenario(new URL(`gallery-${one}/scenario.yaml`, FOLDER));
      const expectsLog = steps.some(
        (step) =>
          ('cycle' in step && step.cycle.log !== undefined) ||
          ('provision' in step && step.provision.log !== undefined),
      );
      expect(expectsLog, one).toBe(true);
    }
  });

  it('show all twenty known issues', () => {
    expect(KNOWN_ISSUES.map(({ number }) => number)).toEqual(Array.from({ length: 20 }, (_, n) => n + 1));
  });

  it.each(KNOWN_ISSUES)('show known issue $number: $issue', ({ shownBy }) => {
    expect(shownBy).not.toEqual([]);
    for (const one of shownBy) {
      if ('scenario' in one) expect(folders).toContain(one.scenario);
      else expect(readFileSync(new URL(one.file, import.meta.url), 'utf8')).toContain(`'${one.title}'`);
    }
  });
});

describe('the player of scenarios', () => {
  const scenario = (steps: string, more = '') =>
    parseScenario(
      `
title: A user is created
rule: None.
source: None
directory:
  users: [{ userPrincipalName: alice@contoso.com, displayName: Alice, mailNickname: alice }]
  assignments: [{ principal: alice@contoso.com }]
${more}
steps:
${steps}`,
      'a scenario',
    );

  it.each([
    ['an unknown key', '  - cycle: { kind: initial }', 'jobs: {}', /jobs/],
    ['an unknown step', '  - wait: 31d', '', /steps\[0\]/],
    ['an unknown expectation', '  - cycle: { kind: initial, request: [] }', '', /steps\[0\]/],
    ['an unknown setting of the job', '  - cycle: { kind: initial }', 'job: { scopes: all }', /scopes/],
  ])('refuses %s', (_what, steps, more, message) => {
    expect(() => scenario(steps, more)).toThrow(message);
  });

  it.each([
    ['a kind', 'kind: incremental'],
    ['a plan', 'kind: initial, plan: []'],
    ['a request', 'kind: initial, requests: [GET /Users?filter=userName+eq+%22alice%40contoso.com%22]'],
    [
      'a body',
      'kind: initial, requests: [GET /Users?filter=userName+eq+%22alice%40contoso.com%22, POST /Users: {}]',
    ],
    ['a resource', 'kind: initial, target: { alice@contoso.com: { active: false } }'],
    ['a resource that is there', 'kind: initial, target: { alice@contoso.com: gone }'],
    ['a log entry', 'kind: initial, log: [create alice@contoso.com failure Conflict]'],
    ['a log step', 'kind: initial, log: [create alice@contoso.com success: [EntryImportAdd]]'],
    ['a count', 'kind: initial, counts: { create: 2 }'],
    ['quarantine', 'kind: initial, quarantine: TooManyDeletes'],
    ['how the job stands', 'kind: initial, control: { paused: true }'],
  ])('fails a cycle that differs from what is expected in %s', async (_what, expectation) => {
    await expect(playScenario(scenario(`  - cycle: { ${expectation} }`))).rejects.toThrow(/step 1/);
  });

  it.each([
    ['a command that the directory does not have', '  - directory: [promote alice@contoso.com]', /promote/],
    ['a command that changes nothing', '  - directory: [restore alice@contoso.com]', /changes nothing/],
    ['an attribute that nobody declares', '  - directory: [set alice@contoso.com nick=Ali]', /nick/],
    ['a resource that never was', '  - target: [remove zoe@contoso.com]', /zoe@contoso.com/],
    ['a fault that no target has', '  - fault: hiccup', /hiccup/],
    [
      'a refusal that does not come',
      '  - provision: { object: alice@contoso.com, refused: no }',
      /the refusal/,
    ],
    [
      'what provisioning on demand does not do',
      '  - provision: { object: alice@contoso.com, log: [] }',
      /the log/,
    ],
  ])('refuses %s', async (_what, steps, message) => {
    await expect(playScenario(scenario(steps))).rejects.toThrow(message);
  });
});
