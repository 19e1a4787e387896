import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readScenario } from '../src/io/scenario-file/read-scenario.ts';
import { KNOWN_ISSUES } from './known-issues.ts';
import { play, playScenario } from './simulations/play.ts';

const FOLDER = new URL('../fixtures/scenarios/', import.meta.url);

const folders = readdirSync(FOLDER).sort();

const read = (folder: string) => readScenario(new URL(folder, FOLDER).pathname, {});

describe('the acceptance scenarios', () => {
  it('are folders named by number and title, with a scenario in each', () => {
    expect(folders.length).toBeGreaterThan(0);
    for (const folder of folders) {
      expect(folder).toMatch(/^(\d\d|gallery)-[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(existsSync(new URL(`${folder}/scenario.yaml`, FOLDER))).toBe(true);
    }
  });

  describe.each(folders)('%s', (folder) => {
    const scenario = read(folder);
    it(scenario.title, async () => {
      expect(scenario.cycles).toBe('explicit');
      expect((await playScenario(scenario)).complaints).toEqual([]);
    });
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

  it('have one number each from 26 on', () => {
    const numbers = folders.map((folder) => Number.parseInt(folder, 10)).filter((number) => number > 25);
    expect(numbers).toEqual([...new Set(numbers)]);
  });

  it('have each test of the gallery, with the log as its criterion', () => {
    expect(folders.filter((folder) => folder.startsWith('gallery-')).sort()).toEqual(
      GALLERY.map((one) => `gallery-${one}`).sort(),
    );
    for (const one of GALLERY) {
      const { events } = read(`gallery-${one}`);
      const logs = events.map(({ written }) => written.cycle?.log ?? written.provision?.log);
      expect(
        logs.filter((log) => log !== undefined),
        one,
      ).not.toEqual([]);
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

describe('an explicit cycle', () => {
  const scenario = (events: string): string => `title: A user is created
cycles: explicit
directory:
  users: [{ userPrincipalName: alice@contoso.com, displayName: Alice, mailNickname: alice }]
  assignments: [{ principal: alice@contoso.com }]
events:
${events}`;

  const FIND = 'GET /Users?filter=userName+eq+%22alice%40contoso.com%22';

  it('is met by what happens', async () => {
    const { complaints, cycles, endedAt, expectations } = await play(
      scenario(`  - cycle: { kind: initial, plan: [create alice@contoso.com], requests: [${FIND}, POST /Users], counts: { create: 1 } }
  - { after: 6h, cycle: { kind: incremental, plan: [], requests: [], log: [] }, expect: { counts: {} } }`),
    );
    expect([complaints, cycles, expectations]).toEqual([[], 2, 3]);
    expect(endedAt).toBe('2026-01-01T06:00:00.000Z');
  });

  it.each([
    ['a kind', 'kind: incremental', /^7:20 at \+0m, kind is initial, expected incremental$/],
    ['a state', 'state: EntryLevelErrors', /^7:21 at \+0m, state is Succeeded, expected EntryLevelErrors$/],
    ['a plan', 'plan: []', /^7:14 .*plan: number 1 is create alice@contoso.com, expected nothing more/],
    ['a request', `requests: [${FIND}]`, /requests: number 2 is .*POST \/Users.*, expected nothing more/],
    [
      'a body',
      `requests: [${FIND}, POST /Users: {}]`,
      /number 2 is .*alice.*, expected \{"POST \/Users":\{\}\}/,
    ],
    ['a resource', 'target: { alice@contoso.com: { active: false } }', /active is true, expected false/],
    ['a resource that is there', 'target: { alice@contoso.com: gone }', /is in the target, expected it gone/],
    ['a log entry', 'log: [create alice@contoso.com failure Conflict]', /log: number 1 is create alice/],
    [
      'a log step',
      'log: [create alice@contoso.com success: [EntryImportAdd]]',
      /log: number 1 is .*EntryExportAdd/,
    ],
    ['a count', 'counts: { create: 2 }', /create is 1, expected 2/],
    ['quarantine', 'quarantine: TooManyDeletes', /quarantine is null, expected TooManyDeletes/],
    ['how the job stands', 'control: { paused: true }', /paused is false, expected true/],
  ])('is not met when it differs in %s, and says where and how', async (_what, expectation, complaint) => {
    const { complaints } = await play(scenario(`  - cycle: { ${expectation} }`));
    expect(complaints.join('\n')).toMatch(complaint);
  });

  it.each([
    [
      'quarantine that is not expected',
      '  - { fault: 401, cycle: {} }',
      /quarantine is EncounteredQuarantineException, expected null/,
    ],
    [
      'a refusal that does not come',
      '  - provision: { object: alice@contoso.com, refused: no }',
      /^7:54 at \+0m, refused is null, expected no$/m,
    ],
    [
      'a refusal that is not expected',
      '  - provision: { object: alice@contoso.com, members: [alice@contoso.com] }',
      /^7:5 at \+0m, refused is .*member.*, expected null$/m,
    ],
    [
      'what provisioning on demand does not do',
      '  - provision: { object: alice@contoso.com, log: [] }',
      /log: number 1 is .*create alice@contoso\.com success.*, expected nothing more/,
    ],
    [
      'a plan',
      '  - plan: { changes: [] }',
      /changes: number 1 is create alice@contoso\.com, expected nothing more/,
    ],
  ])('says so of %s', async (_what, events, complaint) => {
    expect((await play(scenario(events))).complaints.join('\n')).toMatch(complaint);
  });
});
