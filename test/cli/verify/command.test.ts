import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RunningTarget, startTarget, type TargetOptions } from '../../../src/target/start.ts';
import { runEntrain } from '../../support/run-entrain.ts';

let folder: string;
let target: RunningTarget | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'entrain-verify-test-'));
});

afterEach(async () => {
  await target?.stop();
  target = undefined;
  rmSync(folder, { recursive: true });
});

const start = async (options: TargetOptions = {}): Promise<RunningTarget> => {
  target = await startTarget(options);
  return target;
};

/** Verifies the started target by its URL, without a configuration. */
const verify = (...args: readonly string[]) =>
  runEntrain(['verify', ...(target === undefined ? [] : ['--url', target.baseUrl]), ...args], {
    cwd: folder,
    env: { ENTRAIN_TARGET_TOKEN: target?.token },
  });

const leftAt = ({ resources }: RunningTarget) => [...resources('User'), ...resources('Group')];

const ledgers = (): readonly string[] => readdirSync(join(folder, '.entrain/verify'));

const write = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return name;
};

describe('entrain verify --url', () => {
  it('needs no configuration, prints each result, ends with 0 and leaves nothing', async () => {
    const at = await start();
    const { code, stdout, stderr } = await verify('--only', 'CONN', 'LEG');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/✓ pass {5}LEG-02 {3}disables a user by the text False/);
    expect(leftAt(at)).toEqual([]);
    expect(ledgers()).toEqual([]);
  });

  it('ends with 6 where a check that decides fails, and with 0 where --skip leaves it out', async () => {
    await start({ persona: 'strict' });
    expect((await verify('--only', 'LEG-02', '--json')).code).toBe(6);
    expect((await verify('--only', 'LEG', '--skip', 'LEG', '--json')).code).toBe(0);
  });

  it('runs what later checks build on with --only, and does not report it', async () => {
    await start({ persona: 'strict' });
    const { stdout } = await verify('--only', 'LEG-02', '--json');
    expect(JSON.parse(stdout).checks).toMatchObject([{ id: 'LEG-02', state: 'fail' }]);
    expect(stdout).toContain('"op\\":\\"replace');
  });

  it('ends with 7 where the credentials are refused, and says why', async () => {
    await start({ faults: ['401'] });
    const { code, stdout } = await verify('--json');
    expect(code).toBe(7);
    expect(JSON.parse(stdout)).toMatchObject({
      verdict: 'stopped',
      stopReason: expect.stringContaining('401'),
    });
  });

  it('ends with 7 where nothing answers', async () => {
    const at = await start();
    await at.stop();
    expect((await verify('--json')).code).toBe(7);
  });

  it('takes the dialect from the query, which is not sent', async () => {
    const at = await start();
    const { code, stdout } = await runEntrain(
      ['verify', '--url', `${at.baseUrl}?aadOptscim062020`, '--only', 'LEG-02', '--json'],
      { cwd: folder, env: { ENTRAIN_TARGET_TOKEN: at.token } },
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ dialect: 'flag', target: at.baseUrl });
    expect(at.requests().some(({ query }) => query.includes('aadOptscim'))).toBe(false);
  });

  it('refuses to start without a token, and names the variable', async () => {
    await start();
    const { code, stderr } = await verify('--token-env', 'NO_SUCH_TOKEN');
    expect(code).toBe(2);
    expect(stderr).toContain('NO_SUCH_TOKEN is not set');
  });

  it('refuses ids that no check has, with the one that was meant', async () => {
    await start();
    const { code, stderr } = await verify('--only', 'LEG-2', '--skip', 'USER');
    expect(code).toBe(2);
    expect(stderr).toContain('did you mean LEG-02?');
  });

  it.each([
    ['--prefix', 'adm'],
    ['--prefix', '1verify-test-'],
    ['--domain', 'nowhere'],
  ])('refuses %s %s before anything is sent', async (option, value) => {
    const at = await start();
    const { code, stderr } = await verify(option, value);
    expect([code, at.requests().length]).toEqual([2, 0]);
    expect(stderr).toContain(option);
  });

  it('sends the values of a file, and refuses paths that are not mapped', async () => {
    const at = await start();
    const values = write('values.yaml', 'preferredLanguage: [fr-FR, it-IT]\n');
    expect((await verify('--values', values, '--only', 'USR-02')).code).toBe(0);
    expect(JSON.stringify(at.requests())).toContain('fr-FR');
    const wrong = write('wrong.yaml', 'preferedLanguage: fr-FR\ntitle: []\n');
    const { code, stderr } = await verify('--values', wrong);
    expect(code).toBe(2);
    expect(stderr).toContain('wrong.yaml:1:1');
    expect(stderr).toContain('did you mean preferredLanguage?');
  });
});

describe('an endpoint beyond this machine', () => {
  const far = (...args: readonly string[]) =>
    runEntrain(['verify', '--url', 'https://scim.invalid/v2', '--timeout', '1', ...args], {
      cwd: folder,
      env: { ENTRAIN_TARGET_TOKEN: 'long-enough-token' },
    });

  it('is not written to without a terminal or --yes', async () => {
    for (const json of [[], ['--json']]) {
      const { code, stdout, stderr } = await far(...json);
      expect(code).toBe(2);
      expect(stdout + stderr).toMatch(/scim\.invalid is not this machine.*--yes.*verify\.allow.*--read-only/);
    }
  });

  it('is asked where --yes, --read-only or verify.allow allow it', async () => {
    expect((await far('--yes')).code).toBe(7);
    expect((await far('--read-only')).code).toBe(7);
    write(
      'entrain.yaml',
      'verify: { allow: [scim.invalid] }\njobs: [{ id: one, schema: s.json, target: { tenantUrl: https://other.invalid, auth: { type: bearer, secretToken: long-enough-token } } }]\n',
    );
    expect((await far()).code).toBe(7);
  });
});

describe('the reports of a run', () => {
  it('go into files that only their owner reads, beside the text', async () => {
    await start();
    const { code, stdout } = await verify(
      '--only',
      'CONN-01',
      '--report',
      'json=report.json',
      '--report',
      'har=run.har',
    );
    expect(code).toBe(0);
    expect(stdout).toContain('CONN-01');
    expect(JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')).checks).toHaveLength(1);
    expect(JSON.parse(readFileSync(join(folder, 'run.har'), 'utf8')).log.entries.length).toBeGreaterThan(0);
  });

  it('never take the place of another file, and no two go to one place', async () => {
    const at = await start();
    const notes = write('notes.txt', 'mine');
    for (const reports of [
      ['--report', `json=${notes}`],
      ['--report', `har=${notes}`],
      ['--report', 'json=one', '--report', 'text=one'],
      ['--json', '--report', 'text'],
      ['--report', 'har'],
    ])
      expect((await verify(...reports)).code).toBe(2);
    expect(readFileSync(join(folder, notes), 'utf8')).toBe('mine');
    expect(at.requests()).toEqual([]);
  });
});

describe('what a run knows without sending anything', () => {
  it('lists the checks, and explains one', async () => {
    const listed = JSON.parse((await verify('--list', '--only', 'LEG', '--json')).stdout).value;
    expect(listed.every(({ id }: { id: string }) => id.startsWith('LEG-'))).toBe(true);
    const { code, stdout } = await verify('--explain', 'leg-02');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^LEG-02 disables a user by the text False/);
    expect((await verify('--explain', 'LEG')).code).toBe(2);
  });
});
