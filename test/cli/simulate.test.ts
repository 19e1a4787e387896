import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readConfiguration } from '../../src/app/configuration.ts';
import type { Cli } from '../../src/cli/cli.ts';
import { registerSimulateCommand } from '../../src/cli/commands/simulate.ts';
import { startTarget } from '../../src/target/start.ts';

const GENERIC_SCHEMA = new URL('../../config/scim.schema.json', import.meta.url).pathname;
const FIXTURE = new URL('../../fixtures/simulations/credentials-expire', import.meta.url).pathname;

let folder: string;
let temporary: string | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'entrain-simulate-test-'));
  temporary = process.env.TMPDIR;
  process.env.TMPDIR = folder;
});

afterEach(() => {
  if (temporary === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = temporary;
  process.exitCode = undefined;
  rmSync(folder, { recursive: true });
});

/** Runs the command in this process. */
async function simulate(args: string | readonly string[], options: Partial<Cli['options']> = {}) {
  const lines: string[] = [];
  let document: unknown = null;
  const cli = {
    options: { json: false, quiet: false, verbose: false, color: false, ...options },
    print: (text: string) => lines.push(text),
    printJson: (printed: unknown) => {
      document = JSON.parse(JSON.stringify(printed));
    },
    note: () => {},
    configuration: () => readConfiguration(options.config ?? '', process.env),
    job: () => cli.configuration().jobs[0],
  } as unknown as Cli;
  const command = new Command('simulate').argument('[scenario]').exitOverride();
  registerSimulateCommand(command, () => cli);
  await command.parseAsync(typeof args === 'string' ? [args] : [...args], { from: 'user' });
  const code = process.exitCode ?? 0;
  process.exitCode = undefined;
  return { code, text: lines.join('\n'), document: document as Record<string, unknown> | null };
}

const write = (text: string): string => {
  const file = join(folder, 'scenario.yaml');
  writeFileSync(file, text);
  return file;
};

describe('simulate', () => {
  it('reports what happened and when, ends with 0 when all is as expected, and leaves nothing behind', async () => {
    const { code, text } = await simulate(FIXTURE);
    expect(code).toBe(0);
    const lines = text.split('\n');
    expect(lines).toContain('+40m          35 cycles with nothing to do, until +23h20m');
    expect(lines).toContain('+1d         ▸ fault: 401');
    expect(lines.find((line) => line.startsWith('+1d6h '))).toContain(
      'quarantine EncounteredQuarantineException (SystemForCrossDomainIdentityManagementInvalidCredentials)',
    );
    expect(lines.at(-1)).toBe(
      'Credentials expire, the job is quarantined, and everything is caught up once they are renewed: 3d · 93 cycles · 190 requests · all as expected',
    );
    expect(readdirSync(folder)).toEqual([]);
  });

  it('prints one document under --json', async () => {
    const { code, text, document } = await simulate(FIXTURE, { json: true });
    expect([code, text]).toEqual([0, '']);
    expect(document).toMatchObject({
      startedAt: '2026-01-01T00:00:00.000Z',
      endedAt: '2026-01-04T00:00:00.000Z',
      cycles: 93,
      requests: 190,
      expectations: 7,
      mismatches: [],
    });
    const timeline = document?.timeline as { readonly kind: string }[];
    expect(timeline[0]).toMatchObject({
      kind: 'cycle',
      at: '2026-01-01T00:00:00.000Z',
      cycle: { kind: 'initial', counts: { create: 2 } },
      objects: [{ action: 'create', objectType: 'User', failure: null }, { action: 'create' }],
    });
    expect(timeline[2]).toMatchObject({ kind: 'idle', count: 35 });
  });

  it('ends with 5 when something is not as expected, and shows where it was expected', async () => {
    const file = write('title: Nobody\nevents:\n  - { at: +2h, expect: { counts: { create: 3 } } }\n');
    const { code, text } = await simulate(file);
    expect(code).toBe(5);
    expect(text).toContain('+2h         ✗ create is 0, expected 3');
    expect(text).toContain(`${file}:3:44 events[0].expect.counts.create`);
    expect(text).toMatch(/1 thing not as expected$/);
    const { document } = await simulate(file, { json: true });
    expect(document?.mismatches).toEqual([
      {
        source: file,
        line: 3,
        column: 44,
        path: 'events[0].expect.counts.create',
        message: 'at +2h, create is 0, expected 3',
      },
    ]);
  });

  it('under --quiet prints the verdict alone', async () => {
    const { text } = await simulate(write('title: Nobody\n'), { quiet: true });
    expect(text.trim()).toBe('Nobody: 40m · 2 cycles · 4 requests · nothing was expected');
  });

  it('refuses a scenario that is wrong before anything is sent', async () => {
    await expect(simulate(write('title: t\nevent: []\n'))).rejects.toThrow(
      'there is no key "event" here; did you mean events?',
    );
    expect(readdirSync(folder)).toEqual(['scenario.yaml']);
  });

  it('lists the scenarios that come with it, and plays one by its name', async () => {
    const { text } = await simulate(['--list']);
    expect(text).toMatch(/^joiner-mover-leaver +A joiner gets an account/m);
    expect(text).toMatch(/^credentials-expire .*\(embedded target only\)$/m);
    const { document } = await simulate(['--list'], { json: true });
    expect(document?.value).toContainEqual(
      expect.objectContaining({ name: 'credentials-expire', playsAnywhere: false }),
    );
    expect((await simulate('credentials-expire', { quiet: true })).text).toMatch(/all as expected$/);
  });

  it('says which scenarios there are where a name is none of them', async () => {
    await expect(simulate('joiner-mover')).rejects.toThrow(
      /no scenario of this name comes with entrain.*joiner-mover-leaver/,
    );
    await expect(simulate([])).rejects.toThrow(/entrain simulate --list/);
  });

  it('asks before it writes to another machine, and says where it takes the token from', async () => {
    await expect(
      simulate(['joiner-mover-leaver', '--target', 'https://scim.example.com/v2']),
    ).rejects.toThrow(/scim\.example\.com is not this machine: .*--yes/);
    await expect(
      simulate(['joiner-mover-leaver', '--target', 'http://localhost:1/scim', '--token-env', 'NO_SUCH_NAME']),
    ).rejects.toThrow(/NO_SUCH_NAME is not set/);
    await expect(simulate(['joiner-mover-leaver', '--target', 'localhost'])).rejects.toThrow(/tenant URL/);
  });
});

describe('simulate --target', () => {
  const ONE = `title: One
directory:
  users: [{ userPrincipalName: alice@contoso.com, displayName: Alice, mailNickname: alice }]
  assignments: [{ principal: alice@contoso.com }]
events: [{ at: +1h, expect: { target: { alice@contoso.com: { active: true } } } }]
`;

  it('plays at a URL under names of its own and deletes what it made', async () => {
    const target = await startTarget({ token: 'token-of-the-endpoint' });
    process.env.ENTRAIN_TARGET_TOKEN = target.token;
    try {
      const { code, text } = await simulate([write(ONE), '--target', target.baseUrl]);
      expect([code, text]).toEqual([0, expect.stringMatching(/all as expected$/)]);
      expect(text).toMatch(/▸ target: all names end in -e[0-9a-f]{6} there/);
      expect(text).toContain('▸ target: 1 object of this run deleted, nothing is left');
      const post = target.requests().find(({ method }) => method === 'POST');
      expect(JSON.stringify(post)).toMatch(/alice-e[0-9a-f]{6}@contoso\.com/);
      expect(target.resources('User')).toEqual([]);
    } finally {
      delete process.env.ENTRAIN_TARGET_TOKEN;
      await target.stop();
    }
  });

  it('plays at the endpoint of a configured job, with its schema and dialect', async () => {
    const target = await startTarget({ token: 'token-of-the-endpoint' });
    const file = join(folder, 'entrain.yaml');
    writeFileSync(
      file,
      JSON.stringify({
        jobs: [
          {
            id: 'mine',
            schema: GENERIC_SCHEMA,
            target: {
              tenantUrl: `${target.baseUrl}?aadOptscim062020`,
              auth: { type: 'bearer', secretToken: target.token },
            },
          },
        ],
      }),
    );
    try {
      const { code, document } = await simulate([write(ONE), '--target'], { json: true, config: file });
      expect([code, document?.cleanUp]).toEqual([0, { deleted: 1, left: [] }]);
      expect(target.resources('User')).toEqual([]);
    } finally {
      await target.stop();
    }
  });
});
