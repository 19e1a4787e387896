import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { REPORT_FORMATS } from '../../../src/cli/report/verify/formats.ts';
import { type RunningTarget, startTarget } from '../../../src/target/start.ts';
import { startAltered } from '../../support/altered-target.ts';
import { runEntrain } from '../../support/run-entrain.ts';

/** What must not be shown: every value is found nowhere else. */
const PERSON = {
  id: 'zelda.quimby-4711',
  userName: 'Zelda.Quimby@contoso.example',
  externalId: 'zq-externally',
  displayName: 'Zelda Quimbyson',
  name: { givenName: 'Zeldagiven', familyName: 'Quimbyfamily' },
  emails: [{ type: 'work', value: 'zelda.mail@contoso.example', primary: true }],
  phoneNumbers: [{ type: 'mobile', value: '+49 171 7654321' }],
  title: 'Xylophonist',
  active: true,
};
const CREW = { displayName: 'Confidential Crew', externalId: 'crew-externally' };
const PRIVATE = /zelda|quimb|zq-extern|xylophonist|7654321|confidential|crew-extern|contoso\.example/i;

let folder: string;
let target: RunningTarget;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'entrain-verify-test-'));
});

afterEach(async () => {
  await target.stop();
  rmSync(folder, { recursive: true });
});

async function verifyReadOnly(...args: readonly string[]) {
  const { id } = target.seed('User', PERSON);
  target.seed('Group', { ...CREW, members: [{ value: String(id), display: PERSON.displayName }] });
  const run = await runEntrain(['verify', '--url', target.baseUrl, '--read-only', ...args], {
    cwd: folder,
    env: { ENTRAIN_TARGET_TOKEN: target.token },
  });
  return { ...run, id: String(id) };
}

describe('verify --read-only', () => {
  it.each([undefined, 'members-leaking', 'case-changing'] as const)(
    'shows no value of what it found, in any report (persona %s)',
    async (persona) => {
      target = await startTarget(persona === undefined ? {} : { persona });
      const formats = [...REPORT_FORMATS, 'har'];
      const reports = formats.flatMap((format) => ['--report', `${format}=report.${format}`]);
      const { stdout, stderr, id } = await verifyReadOnly(...reports);
      const texts = formats.map((format) => readFileSync(join(folder, `report.${format}`), 'utf8'));
      for (const text of [stdout, stderr, ...texts]) {
        expect(text).not.toMatch(PRIVATE);
        expect(text).not.toContain(id);
      }
      expect(texts.join('')).toContain('"userName');
    },
  );

  it('reads a user and a group that are there', async () => {
    target = await startTarget();
    const { stdout, id } = await verifyReadOnly('--json');
    const { checks } = JSON.parse(stdout) as { checks: { id: string; state: string }[] };
    const states = Object.fromEntries(checks.map((check) => [check.id, check.state]));
    const reading = ['USR-10', 'FLT-01', 'FLT-03', 'GRP-04', 'GRP-05'];
    expect(reading.map((name) => [name, states[name]])).toEqual(reading.map((name) => [name, 'pass']));
    expect(target.requests().some(({ path }) => path.endsWith(`/Users/${id}`))).toBe(true);
    expect(stdout).not.toMatch(PRIVATE);
  });

  it('sends GET only, and writes no ledger', async () => {
    target = await startTarget();
    await verifyReadOnly();
    expect(new Set(target.requests().map(({ method }) => method))).toEqual(new Set(['GET']));
    expect(existsSync(join(folder, '.entrain'))).toBe(false);
  });

  it.each([
    [
      'an error',
      { status: 400, body: { status: '400', scimType: 'Zelda', detail: `${PERSON.displayName} is locked` } },
    ],
    ['a text', { status: 500, headers: { 'content-type': 'text/plain' }, body: 'Zelda Quimbyson is locked' }],
    ['a redirect', { status: 302, headers: { location: 'https://zelda.example/?user=quimby' }, body: '' }],
    ['a key', { status: 200, body: { totalResults: 1, Resources: { 'Zelda Quimbyson': {} } } }],
  ])('shows none where a person is named by %s, in any report', async (_, answer) => {
    target = await startTarget();
    const front = await startAltered(target, ({ path }, pass) =>
      path.includes('/Users/') ? answer : pass(),
    );
    try {
      const { id } = target.seed('User', PERSON);
      const formats = [...REPORT_FORMATS, 'har'];
      const reports = formats.flatMap((format) => ['--report', `${format}=report.${format}`]);
      const { stdout, stderr } = await runEntrain(
        ['verify', '--url', front.baseUrl, '--read-only', ...reports],
        {
          cwd: folder,
          env: { ENTRAIN_TARGET_TOKEN: target.token },
        },
      );
      const texts = formats.map((format) => readFileSync(join(folder, `report.${format}`), 'utf8'));
      for (const text of [stdout, stderr, ...texts]) {
        expect(text).not.toMatch(PRIVATE);
        expect(text).not.toContain(String(id));
      }
    } finally {
      await front.stop();
    }
  });
});
