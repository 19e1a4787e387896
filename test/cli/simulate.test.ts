import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Cli } from '../../src/cli/cli.ts';
import { registerSimulateCommand } from '../../src/cli/commands/simulate.ts';

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
async function simulate(file: string, options: Partial<Cli['options']> = {}) {
  const lines: string[] = [];
  let document: unknown = null;
  const cli = {
    options: { json: false, quiet: false, verbose: false, color: false, ...options },
    print: (text: string) => lines.push(text),
    printJson: (printed: unknown) => {
      document = JSON.parse(JSON.stringify(printed));
    },
    note: () => {},
  } as unknown as Cli;
  const command = new Command('simulate').argument('<scenario>').exitOverride();
  registerSimulateCommand(command, () => cli);
  await command.parseAsync([file], { from: 'user' });
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
});
