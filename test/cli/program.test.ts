import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CommanderError } from 'commander';
import { describe, expect, test } from 'vitest';
import { EXIT_MEANINGS } from '../../src/cli/exit-codes.ts';
import { renderError } from '../../src/cli/render-error.ts';
import { ConfigurationError, issueOf, QuarantineError } from '../../src/model/errors.ts';
import { runEntrain } from '../support/run-entrain.ts';

const repository = new URL('../..', import.meta.url).pathname;
const SCHEMA = join(repository, 'config/scim.schema.json');

const folderWith = (files: Readonly<Record<string, string>>): string => {
  const folder = mkdtempSync(join(tmpdir(), 'entrain-program-'));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
};

const configuration = (...ids: readonly string[]): string =>
  JSON.stringify({
    jobs: ids.map((id) => ({
      id,
      schema: SCHEMA,
      target: { tenantUrl: 'https://host/scim', auth: { type: 'bearer', secretToken: 'hush-hush' } },
    })),
  });

describe('the program', () => {
  test('explains its exit codes in its help, which is no failure', async () => {
    const { code, stdout, stderr } = await runEntrain(['--help']);
    expect(code).toBe(0);
    expect(stderr).toBe('');
    for (const [exitCode, meaning] of EXIT_MEANINGS)
      expect(stdout).toMatch(new RegExp(`^  ${exitCode} +${meaning.replace(/[().]/g, '\\$&')}$`, 'm'));
  });

  test('called alone, says what it is, five commands to start with, and where all of them are', async () => {
    const { code, stdout, stderr } = await runEntrain([]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('provisioning service on your own machine');
    expect(stdout.match(/^ {2}entrain [a-z]+/gm)).toEqual([
      '  entrain demo',
      '  entrain init',
      '  entrain plan',
      '  entrain run',
      '  entrain status',
    ]);
    expect(stdout).toContain('entrain --help');
    const { json, code: jsonCode } = await runEntrain(['--json']).then((run) => ({
      ...run,
      json: JSON.parse(run.stdout) as { readonly commands: readonly { readonly name: string }[] },
    }));
    expect([jsonCode, json.commands.length]).toEqual([0, 5]);
  });

  test('has the version of its package', async () => {
    const { version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
      version: string;
    };
    expect(await runEntrain(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  test.each([
    [['--nope'], "unknown option '--nope'"],
    [['schema', 'chek'], 'Did you mean check?'],
    [['statsu'], 'Did you mean status?'],
    [['schema', 'check'], "missing required argument 'file'"],
    [['--config'], 'argument missing'],
    [['schema'], 'say which command to run'],
  ])('called as %j, ends with 2 and says why', async (args, message) => {
    const { code, stdout, stderr } = await runEntrain(args);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(message);
  });

  test('reports every issue of a configuration with place and caret', async () => {
    const cwd = folderWith({ 'entrain.yaml': 'jobs:\n  - id: Scim\n    scop: all\n' });
    const { code, stderr } = await runEntrain(['schema', 'show'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain('entrain.yaml:2:9 jobs[0].id\n  id is "Scim", which is not well formed');
    expect(stderr).toContain('    - id: Scim\n          ^\n');
    expect(stderr).toContain('entrain.yaml:3:5 jobs[0].scop');
    expect(stderr).toContain('4 issues; nothing was changed.');
  });

  test('reports errors in one JSON document on stdout, and nothing else, when asked for JSON', async () => {
    const cwd = folderWith({});
    const { code, stdout, stderr } = await runEntrain(['schema', 'show', '--json'], { cwd });
    expect([code, stderr]).toEqual([2, '']);
    expect(JSON.parse(stdout)).toMatchObject({
      error: { code: 'ConfigurationError', exitCode: 2, issues: [{ source: 'entrain.yaml', line: null }] },
    });
    const usage = await runEntrain(['--json', '--nope']);
    expect(JSON.parse(usage.stdout)).toMatchObject({
      error: { code: 'Usage', message: "unknown option '--nope'" },
    });
  });

  test.each([
    [['plan', '--nosuch'], 'See entrain plan --help.'],
    [['directory', 'frob'], 'See entrain directory --help.'],
    [['directory', 'import', '--nosuch'], 'See entrain directory import --help.'],
    [['directory', 'import'], 'See entrain directory import --help.'],
    [['directory', 'list', 'changes', '--since', 'plan'], 'See entrain directory list --help.'],
    [['--job', 'status', 'run', '--nosuch'], 'See entrain run --help.'],
    [['--config', 'plan', 'bogus'], 'See entrain --help.'],
    [['bogus', 'run'], 'See entrain --help.'],
    [['bogus'], 'See entrain --help.'],
    [['--nosuch', 'run'], 'See entrain --help.'],
  ])('names the help of the command that was called: %j', async (args, said) => {
    expect((await runEntrain(args)).stderr).toContain(said);
  });

  test('takes the options of all commands before and after the command', async () => {
    const cwd = folderWith({ 'mine.json': configuration('one', 'two') });
    const before = await runEntrain(['--config', 'mine.json', '--job', 'two', 'schema', 'show'], { cwd });
    const after = await runEntrain(['schema', 'show', '--job', 'two', '--config', 'mine.json'], { cwd });
    expect(before.stdout).toContain('Schema of job two');
    expect(after).toEqual(before);
  });

  test('finds the configuration in the folder, else in its folder config', async () => {
    const nested = folderWith({ 'config/entrain.yaml': configuration('nested') });
    expect((await runEntrain(['schema', 'show'], { cwd: nested })).stdout).toContain('job nested');
    const both = folderWith({
      'config/entrain.yaml': configuration('nested'),
      'entrain.yaml': configuration('own'),
    });
    expect((await runEntrain(['schema', 'show'], { cwd: both })).stdout).toContain('job own');
  });

  test('asks which job is meant, and knows which there are', async () => {
    const cwd = folderWith({ 'entrain.yaml': configuration('one', 'two') });
    expect((await runEntrain(['schema', 'show'], { cwd })).stderr).toContain(
      'say which with --job (one, two)',
    );
    const unknown = await runEntrain(['schema', 'show', '--job', 'three'], { cwd });
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain('there is no job three; the configuration has one, two');
  });

  test('ends quietly when the reader closes the pipe', async () => {
    // What is printed is more than a pipe holds, so that writing continues after `head` has gone.
    const command = `set -o pipefail; "${process.execPath}" "${repository}/dist/cli/main.js" schema show --json | head -c 10`;
    const cwd = folderWith({ 'entrain.yaml': configuration('one') });
    const { stdout, stderr } = await promisify(execFile)('bash', ['-c', command], { cwd });
    expect(stdout).toHaveLength(10);
    expect(stderr).toBe('');
  });
});

describe('an error', () => {
  test('of the job is 4, with the reason of the quarantine', () => {
    const rendered = renderError(
      new QuarantineError('TooManyDeletes', 'Code', '14 users, the threshold is 5'),
    );
    expect(rendered.exitCode).toBe(4);
    expect(rendered.text).toContain('TooManyDeletes');
    expect(rendered.document.error).toMatchObject({ code: 'Code', reason: 'TooManyDeletes' });
  });

  test('that is unexpected is 1, with its stack and a request to report it', () => {
    const rendered = renderError(new TypeError('x is no function'));
    expect(rendered.exitCode).toBe(1);
    expect(rendered.text).toMatch(/TypeError: x is no function\n +at [\s\S]*Please report it/);
  });

  test('of usage is 2', () => {
    expect(
      renderError(new CommanderError(1, 'commander.unknownOption', "error: unknown option '-x'")),
    ).toMatchObject({
      exitCode: 2,
      document: { error: { message: "unknown option '-x'" } },
    });
  });

  test('with very many issues shows some as text, and all as JSON', () => {
    const issues = Array.from({ length: 60 }, (_, index) => issueOf('f', `issue ${index}`));
    const { text, document } = renderError(new ConfigurationError(issues));
    expect(text).toContain('… and 10 more');
    expect(text).toContain('60 issues');
    expect(document.error.issues).toHaveLength(60);
  });
});
