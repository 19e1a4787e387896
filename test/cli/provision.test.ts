import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lockJob } from '../../src/app/state/lock-job.ts';
import type { Cli, GlobalOptions } from '../../src/cli/cli.ts';
import { registerProvisionCommand } from '../../src/cli/commands/provision.ts';
import { renderError } from '../../src/cli/render-error.ts';
import { readConfiguration } from '../../src/io/configuration/read-configuration.ts';
import { openJobStore } from '../../src/io/stores/sqlite/job/job-store.ts';
import { systemWorld } from '../../src/io/world.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { type RunningTarget, startTarget } from '../../src/target/start.ts';
import { addCommand } from '../support/add-command.ts';
import { allOf } from '../support/all-of.ts';
import { schemaWithRedactedTitles } from '../support/lab.ts';
import { type SpawnedJob, setUpJob } from '../support/spawned-job.ts';

const TOKEN = 'provision-token';

const person = (name: string, more: JsonObject = {}): JsonObject => ({
  userPrincipalName: `${name}@contoso.com`,
  displayName: name,
  mailNickname: name,
  accountEnabled: true,
  ...more,
});

const DIRECTORY: JsonObject = {
  users: [
    person('ada'),
    person('bob', { jobTitle: 'Lead', manager: 'ada@contoso.com' }),
    person('carol', { accountEnabled: false }),
    person('dave'),
  ],
  groups: [{ displayName: 'Crew', securityEnabled: true, members: ['ada@contoso.com', 'bob@contoso.com'] }],
  assignments: [
    { principal: 'Crew' },
    { principal: 'carol@contoso.com' },
    { principal: 'bob@contoso.com', role: 'operator' },
  ],
  appRoles: [{ value: 'operator', displayName: 'Operator', isEnabled: true, allowedMemberTypes: ['User'] }],
};

let target: RunningTarget;
let job: SpawnedJob;

beforeEach(async () => {
  target = await startTarget({ token: TOKEN });
  job = await setUpJob({
    tenantUrl: target.baseUrl,
    token: TOKEN,
    directory: DIRECTORY,
    job: { excludeDefaultAccess: false },
  });
});

afterEach(async () => {
  process.exitCode = undefined;
  await target.stop();
  job.remove();
});

interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command as the program does, with the configuration of the job. */
async function run(args: readonly string[], options: Partial<GlobalOptions> = {}): Promise<Answer> {
  const said = { stdout: '', stderr: '' };
  process.exitCode = undefined;
  const configuration = readConfiguration(join(job.folder, 'entrain.yaml'), { IT_TOKEN: TOKEN });
  const cli: Cli = {
    options: {
      config: undefined,
      job: undefined,
      json: false,
      quiet: false,
      verbose: false,
      color: false,
      ...options,
    },
    hasConfiguration: () => true,
    configuration: () => configuration,
    job: () => {
      const [only] = configuration.jobs;
      if (only === undefined) throw new Error('there is no job');
      return only;
    },
    print: (text) => {
      said.stdout += `${text}\n`;
    },
    printJson: (document) => {
      said.stdout += JSON.stringify(document);
    },
    printJsonLine: (document) => {
      said.stdout += `${JSON.stringify(document)}\n`;
    },
    note: (text) => {
      said.stderr += `${text}\n`;
    },
    complain: (text) => {
      said.stderr += `${text}\n`;
    },
  };
  const program = new Command('entrain').exitOverride();
  addCommand(program, 'provision', registerProvisionCommand, () => cli);
  try {
    await program.parseAsync(['provision', ...args], { from: 'user' });
    return { code: Number(process.exitCode ?? 0), ...said };
  } catch (error) {
    const { exitCode, text } = renderError(error);
    return { code: exitCode, stdout: said.stdout, stderr: text };
  }
}

const document = async (...args: readonly string[]): Promise<{ code: number; json: JsonObject }> => {
  const { code, stdout } = await run(args, { json: true });
  return { code, json: JSON.parse(stdout) as JsonObject };
};

const writes = () =>
  target.requests().flatMap(({ method, path }) => (method === 'GET' ? [] : [`${method} ${path}`]));

describe('provision', () => {
  test('writes nothing while a cycle holds the job, and names who does', async () => {
    const lock = lockJob(job.stateFile, 'run', systemWorld.now());
    if (lock.kind !== 'taken') throw new Error('the job of a new folder is held');
    try {
      const { code, stderr } = await run(['ada@contoso.com']);
      expect(code).toBe(2);
      expect(stderr).toMatch(new RegExp(`the state of the job is in use by .*${process.pid}`));
      expect(writes()).toEqual([]);
      expect((await run(['ada@contoso.com', '--dry-run'])).code).toBe(0);
    } finally {
      lock.release();
    }
    expect((await run(['ada@contoso.com'])).code).toBe(0);
    expect(writes()).toEqual(['POST /Users']);
  });

  test('shows import, scope, match and action one by one, with every request and its answer', async () => {
    const { code, stdout } = await run(['ada@contoso.com']);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^User ada@contoso\.com \([0-9a-f-]{36}\)\n {2}Import {5}User "ada@contoso\.com" was read/,
    );
    expect(stdout).toMatch(/\n {13}userPrincipalName +ada@contoso\.com\n/);
    expect(stdout).toMatch(
      /\n {2}Scope {6}in scope: assigned through group "Crew"\n {13}Active in the source system +True\n/,
    );
    expect(stdout).toMatch(
      /\n {13}User has the required role +True\n {13}Scoping filter evaluation passed +True\n/,
    );
    expect(stdout).toMatch(
      /\n {2}Match {6}no object found by userName\n {13}GET \/Users\?filter=userName\+eq\+%22ada%40contoso\.com%22\n {13}→ 200 \{/,
    );
    expect(stdout).toMatch(
      /\n {2}Action {5}\+ create {3}User {3}ada@contoso\.com +no match found by userName\n/,
    );
    expect(stdout).toMatch(/\n {13}userName +\(none\) → "ada@contoso\.com"\n/);
    expect(stdout).toMatch(/\n {13}POST \/Users\n {13}\{"schemas":.*\}\n {13}→ 201 \{/);
    expect(stdout).toMatch(/\n\n1 written, 0 left alone, 0 failed\n$/);
    expect(stdout).not.toContain('Connection');
  });

  test('answers programs as Graph does: a pair of texts, the value an array of what was done', async () => {
    const { code, json } = await document('bob@contoso.com');
    expect(code).toBe(0);
    expect(Object.keys(json)).toEqual(['key', 'value']);
    expect(json.key).toBe('Microsoft.Identity.Health.CPP.Common.DataContracts.SyncFabric.StatusInfo');
    const value = JSON.parse(String(json.value)) as readonly JsonObject[];
    expect(value).toMatchObject([
      {
        action: 'Create',
        reportableIdentifier: 'bob@contoso.com',
        statusInfo: { status: 'Success', errorCode: null },
        sourceIdentity: { type: 'User', displayName: 'bob' },
        targetIdentity: { id: target.resources('User')[0]?.id },
        targetSystem: { name: expect.any(String) },
        provisioningSteps: [
          { name: 'EntryImport', type: 'Import', status: 'Success', timestamp: expect.stringMatching(/Z$/) },
          { name: 'EntryImportObjectNotFound', type: 'Matching' },
          { name: 'EntrySynchronizationScoping', type: 'Scoping' },
          { name: 'EntrySynchronizationAdd', type: 'Matching' },
          { name: 'EntryExportAdd', type: 'Export' },
        ],
      },
    ]);
  });

  test('provisions a group with the members that are named', async () => {
    const { code, stdout } = await run(['Crew', '--members', 'ada@contoso.com', 'bob@contoso.com']);
    expect(code).toBe(0);
    expect(target.resources('Group')).toMatchObject([{ displayName: 'Crew', members: [{}, {}] }]);
    expect(stdout).toMatch(
      /\n {2}Action {5}~ update {3}Group {2}Crew +memberships\n {13}members {2}\+ (ada@contoso\.com|, |bob@contoso\.com){3}\n/,
    );
  });

  test('logs the person who runs it', async () => {
    await run(['ada@contoso.com']);
    const state = openJobStore(job.stateFile, { readonly: true });
    try {
      expect((await allOf(state.logEntries({ limit: 10 }))).flat()).toMatchObject([
        { initiatedBy: { displayName: userInfo().username, initiatorType: 'user' } },
      ]);
    } finally {
      await state.close();
    }
  });

  test('ends with 2 for what the service does not provision on demand', async () => {
    const disabled = await run(['carol@contoso.com']);
    expect(disabled.code).toBe(2);
    expect(disabled.stderr).toContain('"carol@contoso.com" is disabled in the source');
    const role = await run(['operator']);
    expect([role.code, role.stderr]).toEqual([2, expect.stringContaining('"operator" is a role')]);
    const nobody = await run(['zoe@contoso.com']);
    expect([nobody.code, nobody.stderr]).toEqual([2, expect.stringContaining('there is no object')]);
    expect(target.requests()).toEqual([]);
  });

  test('ends with 3 when the object fails, and shows the answer', async () => {
    target.fault('422');
    const { code, stdout } = await run(['ada@contoso.com']);
    expect(code).toBe(3);
    expect(stdout).toMatch(/\n {2}Action {5}! fail {5}User {3}ada@contoso\.com +UnprocessableEntity: /);
    expect(stdout).toMatch(/\n {13}→ 422 \{/);
    expect(stdout).toMatch(/0 written, 0 left alone, 1 failed\n$/);
  });

  test('ends with 4 when the connection test fails, and then shows that step', async () => {
    target.fault('401');
    const { code, stdout } = await run(['ada@contoso.com']);
    expect(code).toBe(4);
    expect(stdout).toMatch(
      /^ {2}Connection SystemForCrossDomainIdentityManagementInvalidCredentials: .*\n {13}GET \/Users\?.*\n {13}→ 401 /,
    );
    expect(await document('ada@contoso.com')).toMatchObject({
      code: 4,
      json: { error: { code: 'SystemForCrossDomainIdentityManagementInvalidCredentials', exitCode: 4 } },
    });
    expect(stdout).not.toContain(TOKEN);
  });
});

describe('what the provisioning log does not show', () => {
  test.each([[[]], [['--dry-run']]])('provision does not show either (%j)', async (flags) => {
    job.remove();
    job = await setUpJob({
      tenantUrl: target.baseUrl,
      token: TOKEN,
      directory: {
        ...DIRECTORY,
        users: [person('bob', { jobTitle: 'Spymaster' })],
        groups: [],
        assignments: [{ principal: 'bob@contoso.com' }],
      },
      schema: schemaWithRedactedTitles(),
      job: { excludeDefaultAccess: false },
    });
    const text = await run(['bob@contoso.com', ...flags]);
    const json = await run(['bob@contoso.com', ...flags], { json: true });
    expect([text.code, json.code]).toEqual([0, 0]);
    expect(text.stdout).toContain('[Redact]');
    expect(`${text.stdout}${json.stdout}`).not.toContain('Spymaster');
    if (flags.length === 0) expect(target.resources('User')).toMatchObject([{ title: 'Spymaster' }]);
  });
});

describe('provision --dry-run', () => {
  const verdictOf = async (name: string): Promise<string> => {
    const { stdout } = await run([name, '--dry-run']);
    return stdout.trimEnd().split('\n').at(-1) ?? '';
  };

  test('shows the steps and says last what a cycle would do, and writes nothing', async () => {
    const { code, stdout } = await run(['ada@contoso.com', '--dry-run']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/\n {13}POST \/Users\n {13}\{"schemas":/);
    expect(stdout).not.toContain('→ 201');
    expect(stdout).toMatch(
      /\n\nA cycle would create "ada@contoso\.com" in the target: no match found by userName\.\n$/,
    );
    expect(writes()).toEqual([]);
    expect(existsSync(job.stateFile)).toBe(false);
  });

  test('asks no target with --offline, and says what it cannot know', async () => {
    const before = target.requests().length;
    const { code, stdout } = await run(['ada@contoso.com', '--dry-run', '--offline']);
    expect(code).toBe(0);
    expect(stdout).toContain('\n  note: offline: 1 object not linked yet was not looked for in the target');
    expect(stdout).toMatch(/\n\nA cycle would create "ada@contoso\.com" in the target: .*\n$/);
    expect(target.requests()).toHaveLength(before);
  });

  test('is needed for --offline, because provisioning writes', async () => {
    const { code, stderr } = await run(['ada@contoso.com', '--offline']);
    expect(code).toBe(2);
    expect(stderr).toContain('add --dry-run, or leave --offline out');
    expect(existsSync(job.stateFile)).toBe(false);
  });

  test('shows why a user is not provisioned, also of those that provision on demand refuses', async () => {
    expect(await verdictOf('carol@contoso.com')).toBe(
      'A cycle would leave "carol@contoso.com" alone: blocked from signing in (accountEnabled is false).',
    );
    expect(await verdictOf('dave@contoso.com')).toBe(
      'A cycle would leave "dave@contoso.com" alone: not assigned to the application.',
    );
    await job.withDirectory(
      async (directory) =>
        await directory.delete((await directory.named('ada@contoso.com')).id, new Date().toISOString()),
    );
    expect(await verdictOf('ada@contoso.com')).toBe(
      'A cycle would leave "ada@contoso.com" alone: deleted in the source (recycle bin).',
    );
  });

  test('is one document for programs', async () => {
    const { code, json } = await document('Crew', '--members', 'bob@contoso.com', '--dry-run');
    expect(code).toBe(0);
    expect(json).toMatchObject({
      job: 'it',
      verdict:
        'A cycle would create "Crew" in the target and write 1 membership: no match found by displayName.',
      connection: null,
      objects: [
        { source: { displayName: 'bob@contoso.com' }, actions: [{ action: 'create' }] },
        { source: { displayName: 'Crew' }, actions: [{ action: 'create' }, { action: 'update' }] },
      ],
    });
    expect(writes()).toEqual([]);
  });

  test('says that a cycle would not begin where the connection test fails', async () => {
    target.fault('401');
    const { code, stdout } = await run(['ada@contoso.com', '--dry-run']);
    expect(code).toBe(4);
    expect(stdout).toMatch(/\nA cycle would not begin: The target .*\.\n$/);
  });
});
