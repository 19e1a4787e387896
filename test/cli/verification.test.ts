import { afterEach, describe, expect, test } from 'vitest';
import { UNTAKEN_ITEMS, watchVerification } from '../../src/job/warnings/verification.ts';
import { DEFAULT_DIALECT } from '../../src/model/dialect.ts';
import { attributePath } from '../../src/model/identifiers.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { Outcome } from '../../src/model/pipeline.ts';
import { anUpdate } from '../exporting/change-builders.ts';
import { type Mode, type SmallScimServer, startSmallScimServer } from '../support/small-scim-server.ts';
import { type SpawnedJob, setUpJob } from '../support/spawned-job.ts';

const NAMES = ['ada', 'bob', 'cleo'];
const addressOf = (name: string): string => `${name}@contoso.com`;

const crew = (...names: readonly string[]): JsonObject => ({
  users: NAMES.map((name) => ({
    userPrincipalName: addressOf(name),
    displayName: name,
    mailNickname: name,
    accountEnabled: true,
  })),
  groups: [{ displayName: 'Crew', securityEnabled: true, members: names.map(addressOf) }],
  assignments: [{ principal: 'Crew' }, ...NAMES.map((name) => ({ principal: addressOf(name) }))],
});

let server: SmallScimServer;
let job: SpawnedJob;

afterEach(async () => {
  await server.stop();
  job.remove();
});

/** Sets up a job whose first cycle wrote three users and a group of them to a server that obeys. */
async function afterFirstCycle(verify: string, target: JsonObject, ...modes: readonly Mode[]): Promise<void> {
  server = await startSmallScimServer(...modes);
  job = await setUpJob({
    tenantUrl: server.baseUrl,
    token: 'token',
    directory: crew(...NAMES),
    target: { verify, ...target },
  });
  expect((await job.entrain('run')).code).toBe(0);
  expect(membersOf('Crew')).toHaveLength(3);
}

const membersOf = (name: string): readonly JsonObject[] =>
  (server.find(name)?.members ?? []) as readonly JsonObject[];

const change = (...args: readonly string[]) => job.entrain('directory', ...args);

describe('a server that takes the removal of one member for that of all', () => {
  const leaves = () => change('remove-member', 'Crew', addressOf('cleo'));

  test.each<[string, readonly Mode[]]>([
    ['leaves empty members out of what is read', ['quiet', 'bare']],
    ['shows them empty', ['quiet']],
  ])('and %s is found out by reading back: the run ends with 3', async (_, modes) => {
    await afterFirstCycle('read', {}, ...modes);
    await leaves();
    server.modes.add('wiping');
    const { code, stdout } = await job.entrain('run');
    expect(membersOf('Crew')).toEqual([]);
    expect(code).toBe(3);
    const [group] = await untakenInLog();
    expect(stdout).toMatch(
      /^ +! members: the target dropped (ada|bob)@contoso\.com, (ada|bob)@contoso\.com, which the change did not remove: it took the removal of some for the removal of all; .*target\.dialect\.memberRemoval: filter .*$/m,
    );
    expect(stdout).not.toMatch(/cleo@contoso\.com, whom/);
    expect(stdout).toContain('0 failed · 1 not taken by the target');
    expect(group).toBe('Crew');
  });

  test('and answers with the emptied group is found out by its answer', async () => {
    await afterFirstCycle('response', { state: 'live' });
    await leaves();
    server.modes.add('wiping');
    const { code, json } = await job.document('run');
    expect(code).toBe(0);
    expect(json).toMatchObject({
      state: 'Succeeded',
      counts: { failed: 0, untaken: 1, unverified: 0 },
      untaken: [
        {
          objectType: 'Group',
          source: { displayName: 'Crew' },
          target: { id: server.find('Crew')?.id },
          attribute: 'members',
          found: null,
        },
      ],
    });
    expect(String((json.warnings as readonly string[]).at(-1))).toMatch(
      /^the target answered success, and 1 value is not there as written \(Crew\); .*"entrain restart --job it"/,
    );
  });

  test('makes a strict run end with 3', async () => {
    await afterFirstCycle('response', {}, 'bare');
    await leaves();
    server.modes.add('wiping');
    expect((await job.entrain('run', '--strict')).code).toBe(3);
  });
});

describe('a server that ignores every PATCH', () => {
  test('and says nothing leaves a remark of one write', async () => {
    await afterFirstCycle('response', {});
    server.modes.add('ignoring').add('quiet');
    await change('set', addressOf('ada'), 'jobTitle=Lead');
    const { code, json } = await job.document('run', '--strict');
    expect(code).toBe(0);
    expect(json).toMatchObject({ counts: { untaken: 0, unverified: 1 }, untaken: [] });
    expect(json.warnings).toContain(
      '1 write could not be verified: the target answers it without a body that shows it; `verify: read` reads it back',
    );
    const status = await job.entrain('status');
    expect(status.stdout).toContain('0 failed · 1 not verified');
    expect((await job.entrain('logs', '--object', 'ada', '--json')).stdout).toContain(
      'not verified: the target answered without a body that shows what was written',
    );
  });

  test('and shows the old value did not take the new one', async () => {
    await afterFirstCycle('response', {});
    server.modes.add('ignoring');
    await change('set', addressOf('ada'), 'jobTitle=Lead');
    const { code, json } = await job.document('run', '--strict');
    expect(code).toBe(3);
    expect(json.untaken).toMatchObject([
      {
        objectType: 'User',
        source: { displayName: addressOf('ada') },
        attribute: 'title',
        sent: 'Lead',
        found: null,
      },
    ]);
    expect(await untakenInLog()).toEqual(['ada']);
  });

  test('is found out on demand as well', async () => {
    await afterFirstCycle('read', {});
    server.modes.add('ignoring');
    await change('set', addressOf('ada'), 'jobTitle=Lead');
    const { code, stdout } = await job.entrain('provision', addressOf('ada'));
    expect(code).toBe(3);
    expect(stdout).toContain('! title was sent "Lead", the target holds nothing');
    expect(stdout).toMatch(/1 written, 0 left alone, 0 failed · 1 not taken by the target\n$/);
  });

  test('is found out by an applied plan as well', async () => {
    await afterFirstCycle('response', {});
    server.modes.add('ignoring');
    await change('set', addressOf('ada'), 'jobTitle=Lead');
    expect((await job.entrain('plan', '--out', 'saved.plan')).code).toBe(0);
    const { code, json } = await job.document('run', '--plan', 'saved.plan', '--strict');
    expect([code, json.counts]).toMatchObject([3, { update: 1, untaken: 1 }]);
  });
});

test('an account that a write locked as a side effect is reported, although its state was not written', async () => {
  await afterFirstCycle('response', {});
  server.modes.add('locking');
  await change('set', addressOf('bob'), 'jobTitle=Lead');
  const { code, json } = await job.document('run', '--strict');
  expect(server.find(addressOf('bob'))).toMatchObject({ active: false, title: 'Lead' });
  expect([code, json.untaken]).toMatchObject([
    3,
    [
      {
        attribute: 'active',
        sent: 'True',
        found: 'False',
        message: 'active should be "True" as written before, the target holds "False"',
      },
    ],
  ]);
});

test('a server that adds existing members again is warned of, by the name of the group', async () => {
  await afterFirstCycle('response', {}, 'appending');
  await job.entrain('restart', '--reset-scope', 'Full');
  const { code, json } = await job.document('run', '--strict');
  expect(membersOf('Crew')).toHaveLength(6);
  expect(code).toBe(0);
  expect(String((json.warnings as readonly string[]).at(-1))).toMatch(
    /^the target shows members more than once in 1 group: Crew; .*target\.readMembers: initial.*target\.dialect\.referenceCheck: true/,
  );
});

test('a server that adds existing members again does no harm where it is queried before', async () => {
  await afterFirstCycle('response', { dialect: { referenceCheck: true } }, 'appending');
  await job.entrain('restart', '--reset-scope', 'Full');
  const { code, json } = await job.document('run', '--strict');
  expect([code, json.warnings]).toEqual([
    0,
    expect.not.arrayContaining([expect.stringMatching(/more than once/)]),
  ]);
  expect(membersOf('Crew')).toHaveLength(3);
});

test('a large group is read back, although the last part of its members is refused', async () => {
  const names = Array.from({ length: 350 }, (_, index) => `user${index}@contoso.com`);
  server = await startSmallScimServer('ignoring', 'refusing');
  job = await setUpJob({
    tenantUrl: server.baseUrl,
    token: 'token',
    directory: {
      users: names.map((userPrincipalName) => ({
        userPrincipalName,
        mailNickname: userPrincipalName,
        accountEnabled: true,
      })),
      groups: [{ displayName: 'Crew', securityEnabled: true, members: names }],
      assignments: [{ principal: 'Crew' }],
    },
    target: { verify: 'read' },
  });
  const { code, json } = await job.document('run');
  expect(membersOf('Crew')).toEqual([]);
  expect([code, json.counts]).toMatchObject([3, { untaken: 1, unverified: 0, failed: 1 }]);
  expect(json.untaken).toMatchObject([
    { attribute: 'members', source: { displayName: 'Crew' }, sent: expect.stringMatching(/ and 297 more$/) },
  ]);
  const { stdout } = await job.entrain('logs', '--object', 'Crew', '--json');
  expect(stdout).toContain('and 297 more');
  expect(stdout).toContain('not verified yet: the group is read back with the last part');
});

test('the values that did not take are listed up to a limit, and all of them counted', () => {
  const watch = watchVerification({
    id: 'it',
    target: { verify: 'response', readMembers: 'never', dialect: DEFAULT_DIALECT },
  });
  const value = { attribute: attributePath('title'), sent: 'x'.repeat(5_000), found: null };
  const outcome = { change: anUpdate('User', 'u1', []), result: 'success', targetId: 't1', untaken: [value] };
  for (let index = 0; index <= UNTAKEN_ITEMS; index += 1) watch.note([outcome as unknown as Outcome]);
  expect(watch.untaken()).toHaveLength(UNTAKEN_ITEMS);
  expect(String(watch.untaken()[0]?.sent).length).toBeLessThan(400);
  expect(watch.warnings({ untaken: UNTAKEN_ITEMS + 1, unverified: 0 })[0]).toMatch(
    /1001 values are not there as written \(u1\)/,
  );
});

test('a strict run of a job that verifies nothing is refused', async () => {
  server = await startSmallScimServer();
  const directory = crew(...NAMES);
  job = await setUpJob({ tenantUrl: server.baseUrl, token: 'token', directory, target: { verify: 'off' } });
  const { code, stderr } = await job.entrain('run', '--strict');
  expect([code, server.find('Crew')]).toEqual([2, undefined]);
  expect(stderr).toContain('set verify: response or read, or leave --strict out');
});

async function untakenInLog(): Promise<readonly unknown[]> {
  const { json } = await job.document('logs', '--status', 'warning');
  return (json.value as readonly JsonObject[]).map(
    ({ sourceIdentity }) => (sourceIdentity as JsonObject).displayName,
  );
}
