import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
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
  ])('fails a cycle that differs from what is expected in %s', async (_what, expectation) => {
    await expect(playScenario(scenario(`  - cycle: { ${expectation} }`))).rejects.toThrow(/step 1/);
  });

  it.each([
    ['a command that the directory does not have', '  - directory: [promote alice@contoso.com]', /promote/],
    ['a command that changes nothing', '  - directory: [restore alice@contoso.com]', /changes nothing/],
    ['an attribute that nobody declares', '  - directory: [set alice@contoso.com nick=Ali]', /nick/],
    ['a resource that never was', '  - target: [remove zoe@contoso.com]', /zoe@contoso.com/],
  ])('refuses %s', async (_what, steps, message) => {
    await expect(playScenario(scenario(steps))).rejects.toThrow(message);
  });
});
