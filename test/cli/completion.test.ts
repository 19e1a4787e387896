import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { SHELLS } from '../../src/cli/completion/scripts.ts';
import { runEntrain } from '../support/run-entrain.ts';

const MAIN = new URL('../../dist/cli/main.js', import.meta.url).pathname;

let folder = '';
let environment: NodeJS.ProcessEnv = {};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'entrain-completion-'));
  const target = { tenantUrl: 'https://host/scim', auth: { type: 'bearer', secretToken: 'hush-hush' } };
  const jobs = ['crm', 'wiki', 'wiki-test'].map((id) => ({ id, schema: './s.json', target }));
  writeFileSync(join(folder, 'entrain.yaml'), JSON.stringify({ jobs }));
  writeFileSync(join(folder, 'entrain'), `#!/bin/sh\nexec "${process.execPath}" "${MAIN}" "$@"\n`);
  chmodSync(join(folder, 'entrain'), 0o755);
  environment = { ...process.env, PATH: `${folder}${delimiter}${process.env.PATH}` };
});

/** The candidates for the last word, as the script of bash asks for them. */
const namesFor = async (...words: readonly string[]): Promise<readonly string[]> => {
  const { code, stdout, stderr } = await runEntrain(['completion', 'bash', '--', ...words], { cwd: folder });
  expect([code, stderr]).toEqual([0, '']);
  return stdout.split('\n').filter((line) => line !== '');
};

describe('what comes next', () => {
  test.each([
    [['re'], ['resume', 'restart']],
    [
      ['directory', 'a'],
      ['assign', 'add-member'],
    ],
    [
      ['run', '--al'],
      ['--all', '--all-jobs'],
    ],
    [
      ['--config', 'entrain.yaml', 'sta'],
      ['start', 'status', 'state'],
    ],
    [
      ['--job', 'wi'],
      ['wiki', 'wiki-test'],
    ],
    [['run', '--job=c'], ['crm']],
    [['run', '--job', '=', 'c'], ['crm']],
    [['--config', 'none.yaml', 'run', '--job', ''], []],
    [['target', '--persona', 'str'], ['strict']],
    [['target', '--fault', 'conf'], ['conflict']],
    [
      ['logs', '--status', ''],
      ['success', 'failure', 'skipped', 'warning'],
    ],
    [['directory', 'list', 'g'], ['groups']],
    [['schema', 'check', ''], []],
    [['run', '--no-such-option', ''], []],
  ])('after %j is %j', async (words, names) => {
    expect(await namesFor(...words)).toEqual(names);
  });

  test('is told with its meaning, and as one document under --json', async () => {
    const { stdout } = await runEntrain(['completion', 'fish', '--', 'paus']);
    expect(stdout).toMatch(/^pause\tstop a job/);
    const document = await runEntrain(['--json', 'completion', 'zsh', '--', 'paus']);
    expect(JSON.parse(document.stdout)).toMatchObject({ candidates: [{ name: 'pause' }] });
  });
});

test('there is a script for each shell, and no other', async () => {
  for (const shell of SHELLS) {
    const { code, stdout } = await runEntrain(['completion', shell]);
    expect(code).toBe(0);
    expect(stdout).toContain(`completion ${shell} -- `);
  }
  const unknown = await runEntrain(['completion', 'bsh']);
  expect(unknown.code).toBe(2);
  expect(unknown.stderr).toContain('did you mean bash?');
});

const has = (shell: string): boolean => {
  try {
    execFileSync(shell, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

const inShell = (shell: string, script: string): readonly string[] =>
  execFileSync(shell, ['-c', script], { cwd: folder, env: environment, encoding: 'utf8' }).trim().split('\n');

test.skipIf(!has('bash'))('bash completes with the script (skipped where there is no bash)', () => {
  const complete = (words: readonly string[]): string => `
    COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}
    _entrain; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const script = `eval "$(entrain completion bash)"; complete -p entrain
    ${complete(['entrain', 'dem'])}; ${complete(['entrain', 'run', '--job', ''])}`;
  expect(inShell('bash', script)).toEqual([
    'complete -o default -F _entrain entrain',
    'demo',
    'crm',
    'wiki',
    'wiki-test',
  ]);
});

test.skipIf(!has('fish'))('fish completes with the script (skipped where there is no fish)', () => {
  const script = `entrain completion fish | source; complete -C 'entrain run --job wi'`;
  expect(inShell('fish', script).map((line) => line.split('\t')[0])).toEqual(['wiki', 'wiki-test']);
});

test.skipIf(!has('zsh'))(
  'zsh loads the script and asks for the words so far (skipped where there is no zsh)',
  () => {
    const script = `autoload -Uz compinit; compinit -u -D; source <(entrain completion zsh)
    _describe() { print -l -- $found }; words=(entrain run --job wi); CURRENT=4; _entrain`;
    expect(inShell('zsh', script)).toEqual(['wiki:', 'wiki-test:']);
  },
);
