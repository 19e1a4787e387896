import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Cli } from '../../../src/cli/cli.ts';
import { confirmAt } from '../../../src/cli/verify/confirm.ts';
import { type RunningTarget, startTarget } from '../../../src/target/start.ts';
import { runEntrain } from '../../support/run-entrain.ts';

let folder: string;
let target: RunningTarget;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'entrain-verify-test-'));
});

afterEach(async () => {
  await target?.stop();
  rmSync(folder, { recursive: true });
});

const verify = (...args: readonly string[]) =>
  runEntrain(['verify', '--url', target.baseUrl, ...args], {
    cwd: folder,
    env: { ENTRAIN_TARGET_TOKEN: target.token },
  });

describe('the ledger of a run with --keep', () => {
  /** Keeps what LEG-01 made. */
  const keep = async (): Promise<string> => {
    target = await startTarget();
    target.seed('User', { userName: 'somebody@contoso.com' });
    const { code, stderr } = await verify('--only', 'LEG-01', '--keep');
    expect([code, target.resources('User').length > 1]).toEqual([0, true]);
    const [, file = ''] = /--cleanup (\S+)/.exec(stderr) ?? [];
    return join(folder, file);
  };

  const names = () => target.resources('User').map(({ userName }) => userName);

  it('deletes what it lists and nothing else, also where its last line is torn', async () => {
    const ledger = await keep();
    appendFileSync(ledger, '{"kind":"crea');
    const { code, stdout } = await verify('--cleanup', ledger);
    expect([code, names()]).toEqual([0, ['somebody@contoso.com']]);
    expect(stdout).toMatch(/^\d objects? deleted$/m);
  });

  it.each([
    ['of another endpoint', /"target":"[^"]*"/, '"target":"https://scim.example.com"', 'it lists objects at'],
    ['of a newer version', '"version":1', '"version":2', 'newer version'],
    ['that was changed', /"name":"[^"]*"/, '"name":"somebody@contoso.com"', 'is no entry of a ledger'],
  ])('is refused where it is one %s', async (_, from, to, said) => {
    const ledger = await keep();
    writeFileSync(ledger, readFileSync(ledger, 'utf8').replace(from, to));
    const before = names();
    const { code, stderr } = await verify('--cleanup', ledger);
    expect([code, names()]).toEqual([2, before]);
    expect(stderr).toContain(said);
  });
});

describe('a baseline', () => {
  it('makes its failures known, and tells where it is about another profile', async () => {
    target = await startTarget({ persona: 'strict' });
    expect((await verify('--only', 'LEG-02', '--report', 'json=before.json')).code).toBe(6);
    const { code, stdout, stderr } = await verify(
      ...['--only', 'LEG-02', '--baseline', 'before.json', '--profile', 'gallery', '--json'],
    );
    expect([code, JSON.parse(stdout).checks[0].known]).toEqual([0, true]);
    expect(stderr).toContain('--baseline has the profile entra, and this run gallery');
  });

  it('is refused where it is no report', async () => {
    target = await startTarget();
    writeFileSync(join(folder, 'other.json'), '[]');
    expect((await verify('--baseline', 'other.json')).code).toBe(2);
  });

  it('is refused where it is a pipe, which would be waited for', async () => {
    target = await startTarget();
    execFileSync('mkfifo', [join(folder, 'pipe.json')]);
    const { code, stderr } = await verify('--baseline', 'pipe.json');
    expect([code, stderr]).toEqual([2, expect.stringContaining('this is a pipe (FIFO), not a file')]);
  });
});

describe('the question at a terminal', () => {
  const terminal = () => ({
    input: Object.assign(new PassThrough(), { isTTY: true }),
    output: Object.assign(new PassThrough(), { isTTY: true }),
  });
  const cli = (json: boolean) => ({ options: { json } }) as Cli;
  const writes = { host: 'scim.example.com', objectCount: 12, prefix: 'entrain-verify-1-' };
  const { signal } = new AbortController();

  it.each([
    ['y', true],
    ['Yes', true],
    ['', false],
    ['n', false],
  ])('takes "%s" as %s, once host, number and prefix were shown', async (typed, expected) => {
    const at = terminal();
    const answer = confirmAt(at, cli(false), signal)?.(writes);
    at.input.write(`${typed}\n`);
    expect(await answer).toBe(expected);
    expect(String(at.output.read())).toMatch(/scim\.example\.com.*12.*entrain-verify-1-/s);
  });

  it('is not asked under --json or without a terminal, and ends with the signal', async () => {
    const at = terminal();
    expect(confirmAt(at, cli(true), signal)).toBeUndefined();
    expect(confirmAt({ ...at, input: new PassThrough() }, cli(false), signal)).toBeUndefined();
    const stop = new AbortController();
    const answer = confirmAt(at, cli(false), stop.signal)?.(writes);
    stop.abort();
    expect(await answer).toBe(false);
  });
});
