import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/json.ts';
import { type Run, runEntrain } from '../support/run-entrain.ts';
import { type SpawnedJob, setUpJob } from '../support/spawned-job.ts';

const evaluate = (text: string, ...flags: readonly string[]): Promise<Run> =>
  runEntrain(['expression', text, ...flags]);

const ADA = JSON.stringify({
  givenName: 'Ada',
  surname: 'Lovelace',
  proxyAddresses: ['a', 'b'],
  level: 3,
  city: null,
});

/** The place that a caret points at: what stands above it. */
const pointedAt = (stderr: string): string => {
  const lines = stderr.split('\n');
  const row = lines.findIndex((line) => /^ *\^$/.test(line));
  return (lines[row - 1] ?? '').slice((lines[row] ?? '').indexOf('^'));
};

describe('expression', () => {
  test.each([
    ['Join(" ", [givenName], [surname])', 'Ada Lovelace\n'],
    ['ToUpper([surname])', 'LOVELACE\n'],
    ['[proxyAddresses]', 'a\nb\n'],
    ['[level]', '3\n'],
    ['[city]', '(no value)\n'],
    [
      'IIF([surname]="Lovelace", IgnoreFlowIfNullOrEmpty([city]), "x")',
      '(the attribute is left out of the flow)\n',
    ],
  ])('%s is evaluated for attributes that are given', async (text, value) => {
    expect(await evaluate(text, '--attributes', ADA)).toEqual({ code: 0, stdout: value, stderr: '' });
  });

  test.each([
    [['[unheard-of]', '--attributes', ADA], '--attributes has no attribute unheard-of.'],
    [
      ['ToUpper([Surname])', '--attributes', ADA],
      '--attributes has no attribute Surname. Did you mean surname? Names are case-sensitive.',
    ],
    [
      ['[jobTitel]'],
      'The source directory of the default schema has no attribute jobTitel. Did you mean jobTitle?',
    ],
  ])('%j is evaluated with a warning of an attribute that does not exist', async (args, message) => {
    const { code, stdout, stderr } = await runEntrain(['expression', ...args]);
    expect([code, stdout, stderr]).toEqual([0, '(no value)\n', `warning: ${message}\n`]);
    const answer = JSON.parse((await runEntrain(['expression', ...args, '--json'])).stdout) as JsonObject;
    expect(answer).toEqual({ value: null, warnings: [{ message, position: args[0]?.indexOf('[') }] });
  });

  test('warns of what the reference advises against', async () => {
    const { code, stderr } = await evaluate('Switch([city], [city], "x", "y")');
    expect(code).toBe(0);
    expect(stderr).toMatch(/^warning: The reference warns that a Switch with a default value/);
  });

  test('gives the default domain of the configuration, and names the key without one', async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'entrain-domain-'));
    const configure = (defaultDomain: string) =>
      writeFileSync(
        join(cwd, 'entrain.yaml'),
        JSON.stringify({
          directory: { defaultDomain },
          jobs: [
            {
              id: 'scim',
              schema: 'schema.json',
              target: { tenantUrl: 'http://127.0.0.1:9', auth: { type: 'bearer', secretToken: 'hush-hush' } },
            },
          ],
        }),
      );
    const run = (...args: readonly string[]) => runEntrain(['expression', ...args], { cwd });
    const without = await run('DefaultDomain()');
    expect(without.code).toBe(2);
    expect(without.stderr).toContain('give it as directory.defaultDomain in the configuration');
    configure('contoso.com');
    const user = ['--attributes', '{"mailNickname":"ada"}'];
    expect((await run('Join("@", [mailNickname], DefaultDomain())', ...user)).stdout).toBe(
      'ada@contoso.com\n',
    );
    expect(JSON.parse((await run('DefaultDomain()', '--parse')).stdout)).toMatchObject({
      evaluationResult: ['contoso.com'],
      parsedExpression: { name: 'DefaultDomain', parameters: [], type: 'Function' },
    });
    configure('@contoso.com');
    const refused = await run('DefaultDomain()');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('defaultDomain is "@contoso.com", which is not well formed');
    expect((await run('Trim("a")')).stdout).toBe('a\n');
  });

  test('is one JSON object for programs', async () => {
    const { stdout } = await evaluate('[proxyAddresses]', '--attributes', ADA, '--json');
    expect(JSON.parse(stdout)).toEqual({ value: ['a', 'b'] });
    expect(JSON.parse((await evaluate('[city]', '--json')).stdout)).toEqual({ value: null });
  });

  test.each([
    ['Jion(",", [a])', 'There is no function Jion. Did you mean Join?', 'Jion('],
    ['Join(",", ToLowr([a]))', 'There is no function ToLowr. Did you mean ToLower?', 'ToLowr('],
    ['Lower([a])', 'There is no function Lower. Did you mean ToLower?', 'Lower('],
    ['join(",", [a])', 'There is no function join. Did you mean Join? Names are case-sensitive.', 'join('],
    [
      'Join(",", [a]',
      'The expression ends where a comma or the closing parenthesis of Join is expected.',
      '',
    ],
    ['Mid("abc", 1)', 'Mid takes 3 arguments, here are 2', 'Mid('],
  ])('%s is refused with 2 and a caret under the place', async (text, message, place) => {
    const { code, stdout, stderr } = await evaluate(text);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
    expect(stderr).toContain(`    ${text}\n`);
    expect(pointedAt(stderr).startsWith(place)).toBe(true);
    expect(stderr).toMatch(/^ +\^$/m);
  });

  test('reports all errors of an expression at once', async () => {
    const { code, stderr } = await evaluate('Join(",", ToUpr([a]), Mid("abc", 1))');
    expect(code).toBe(2);
    expect(stderr.match(/^ +\^$/gm)).toHaveLength(2);
    expect(stderr).toContain('2 issues');
  });

  test('that fails for these attributes points at the argument that is to blame', async () => {
    const { code, stdout } = await evaluate('Join("-", "a", NumFromDate("never"))', '--json');
    expect(code).toBe(2);
    const { error } = JSON.parse(stdout) as { error: { issues: readonly JsonObject[] } };
    expect(error.issues).toHaveLength(1);
    expect(error.issues[0]).toMatchObject({ excerpt: { offset: 27 } });
  });

  test.each([
    [[], 'give an expression, or many with --batch <file>'],
    [['[a]', '--attributes', '{"a":{}}'], 'a JSON object was expected whose values are texts'],
    [['[a]', '--attributes', 'a=1'], 'a JSON object was expected'],
  ])('called with %j is refused, with what would be right', async (args, message) => {
    const { code, stdout, stderr } = await runEntrain(['expression', ...args]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });

  test('is taken apart as Graph does, by --parse', async () => {
    const { code, stdout } = await evaluate('ToUpper([surname])', '--attributes', ADA, '--parse');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      parsingSucceeded: true,
      evaluationSucceeded: true,
      evaluationResult: ['LOVELACE'],
      parsedExpression: {
        expression: 'ToUpper([surname])',
        type: 'Function',
        name: 'ToUpper',
        parameters: [{ value: { type: 'Attribute', name: 'surname' } }],
      },
    });
    const broken = await evaluate('ToUpper([surname]', '--parse');
    expect(broken.code).toBe(0);
    expect(JSON.parse(broken.stdout)).toMatchObject({ parsingSucceeded: false, parsedExpression: null });
  });
});

describe('expression --object', () => {
  let job: SpawnedJob;

  beforeAll(async () => {
    job = await setUpJob({
      tenantUrl: 'http://127.0.0.1:9/scim',
      token: 'hush',
      directory: {
        users: [
          {
            userPrincipalName: 'ada@contoso.com',
            displayName: 'Ada',
            department: 'Engines',
            accountEnabled: true,
          },
          { userPrincipalName: 'eve@contoso.com', displayName: 'Eve', accountEnabled: true },
        ],
        groups: [{ displayName: 'Crew', securityEnabled: true, members: ['ada@contoso.com'] }],
        assignments: [{ principal: 'Crew' }],
      },
    });
  });

  afterAll(() => job.remove());

  test('evaluates for an object of the directory, as the job sees it', async () => {
    const valueFor = async (text: string, name: string) =>
      (await job.entrain('expression', text, '--object', name)).stdout;
    expect(await valueFor('ToUpper([department])', 'ada@contoso.com')).toBe('ENGINES\n');
    expect(await valueFor('[displayName]', 'Crew')).toBe('Crew\n');
    const enabled = 'Switch([IsSoftDeleted], , "False", "True", "True", "False")';
    expect(await valueFor(enabled, 'ada@contoso.com')).toBe('True\n');
    expect(await valueFor(enabled, 'eve@contoso.com')).toBe('False\n');
  });

  test('looks names up in the schema of the job that is named', async () => {
    const { stderr } = await job.entrain('expression', '[departmnt]', '--job', 'it');
    expect(stderr).toBe(
      'warning: The source directory of the schema of job it has no attribute departmnt. Did you mean department?\n',
    );
  });

  test('warns of an attribute that neither the schema declares nor the object has', async () => {
    const { stdout, stderr } = await job.entrain('expression', '[departmnt]', '--object', 'ada@contoso.com');
    expect(stdout).toBe('(no value)\n');
    expect(stderr).toBe(
      'warning: A user of Microsoft Entra ID has no attribute departmnt. Did you mean department?\n',
    );
  });

  test('reports an unknown object', async () => {
    const { code, stderr } = await job.entrain(
      'expression',
      '[displayName]',
      '--object',
      'nobody@contoso.com',
    );
    expect(code).toBe(2);
    expect(stderr).toContain('nobody@contoso.com');
  });
});

describe('expression --batch', () => {
  const lineOf = (expression: string, more: JsonObject = {}): string =>
    JSON.stringify({ expression, ...more });

  const answersOf = ({ stdout }: Run): readonly JsonObject[] =>
    stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as JsonObject);

  test('answers one JSON line for each line, in their order, and lines that are wrong in their place', async () => {
    const lines = [
      lineOf('ToUpper([a])', { attributes: { a: 'x' } }),
      'not JSON',
      '',
      lineOf('Jion(",", [a])'),
      lineOf('[a]', { attributes: { a: null } }),
      '{"attributes":{}}',
      lineOf('IgnoreFlowIfNullOrEmpty([a])'),
      lineOf('[a]', { attributes: { a: ['1', '2'] } }),
      lineOf('Now()', { now: '2026-01-31T08:00:00Z' }),
      lineOf('[a]', { unknown: 1 }),
    ];
    const run = await runEntrain(['expression', '--batch', '-'], { input: lines.join('\n') });
    expect([run.code, run.stderr]).toEqual([0, '']);
    const answers = answersOf(run);
    expect(answers).toHaveLength(lines.length - 1);
    expect(answers).toMatchObject([
      { value: 'X' },
      { error: { message: expect.stringContaining('the line is not JSON'), position: 0 } },
      { error: { message: 'There is no function Jion. Did you mean Join?', position: 0 } },
      { value: null },
      { error: { message: expect.stringContaining('expression') } },
      { ignore: 'attribute' },
      { value: ['1', '2'] },
      { value: expect.stringMatching(/2026/) },
      { error: { message: expect.stringContaining('unknown') } },
    ]);
  });

  test('reads a file, and asks SelectUniqueValue of what exists', async () => {
    const job = await setUpJob({ tenantUrl: 'http://127.0.0.1:9/scim', token: 'hush' });
    try {
      const unique = 'SelectUniqueValue("ada", "ada1", "ada2")';
      const batch = [lineOf(unique), lineOf(unique, { existing: ['ADA', 'ada1'] })].join('\r\n');
      writeFileSync(join(job.folder, 'batch.jsonl'), `${batch}\r\n`);
      expect(answersOf(await job.entrain('expression', '--batch', 'batch.jsonl'))).toEqual([
        { value: 'ada' },
        { value: 'ada2' },
      ]);
      const missing = await job.entrain('expression', '--batch', 'none.jsonl');
      expect([missing.code, missing.stdout]).toEqual([2, '']);
      expect(missing.stderr).toContain('none.jsonl\n  there is no such file');
    } finally {
      job.remove();
    }
  });

  test('answers ten thousand lines in their order', async () => {
    const lines = Array.from({ length: 10_000 }, (_, n) => lineOf('[n]', { attributes: { n } }));
    const run = await runEntrain(['expression', '--batch', '-'], { input: lines.join('\n') });
    expect(answersOf(run)).toEqual(lines.map((_, n) => ({ value: String(n) })));
  });

  test('of nothing answers nothing', async () => {
    expect(await runEntrain(['expression', '--batch', '-'], { input: '' })).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    });
  });
});
