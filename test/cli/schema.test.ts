import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readSoundSchema } from '../../src/app/schema/check-schema.ts';
import type { ConfigurationError } from '../../src/model/errors.ts';
import { runEntrain } from '../support/run-entrain.ts';

const fixture = (name: string): string =>
  new URL(`../../fixtures/schemas/${name}.schema.json`, import.meta.url).pathname;

const brokenFile = (...changes: readonly (readonly [from: string, to: string])[]): string => {
  const file = join(mkdtempSync(join(tmpdir(), 'entrain-schema-')), 'schema.json');
  const text = readFileSync(fixture('scoping-filters'), 'utf8');
  writeFileSync(
    file,
    changes.reduce((changed, [from, to]) => changed.replace(from, to), text),
  );
  return file;
};

const UNCLOSED = [
  '"Join(\\" \\", [givenName], [surname])"',
  '"Join(\\" \\", [givenName], [surname"',
] as const;
const BAD_PATTERN = ['"^app-.*"', '"^(app-.*"'] as const;

describe('schema check', () => {
  test.each(['customappsso', 'leapsome', 'scoping-filters'])('finds nothing wrong with %s', async (name) => {
    expect(() => readSoundSchema(fixture(name))).not.toThrow();
    const { code, stdout } = await runEntrain(['schema', 'check', fixture(name)]);
    expect(code).toBe(0);
    expect(stdout).toContain('is a valid schema');
    expect(stdout).toMatch(/User: \d+ attribute mappings · matching userName/);
  });

  test('reports errors of structure, expressions and patterns together', async () => {
    const file = brokenFile(UNCLOSED, BAD_PATTERN, ['"EQUALS"', '"EQUAL"']);
    const { code, stdout, stderr } = await runEntrain(['schema', 'check', file]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('did you mean EQUALS?');
    expect(stderr).toMatch(/schema\.json:\d+:\d+ \S+attributeMappings\[8\]\.source\.expression\n/);
    expect(stderr).toMatch(/schema\.json:\d+:\d+ \S+targetOperand\.values\[0\]\n/);
    expect(stderr).toContain('3 issues');
  });

  test('shows the expression with a caret where it goes wrong', async () => {
    const { stderr } = await runEntrain([
      'schema',
      'check',
      brokenFile(['"[jobTitle]"', '"Uper([jobTitle])"'], ['"[mail]"', '"[Mail]"']),
    ]);
    expect(stderr).toContain('    Uper([jobTitle])\n    ^\n');
    expect(stderr).toContain('    [Mail]\n    ^\n');
  });

  test('is what a job is held to before it runs', () => {
    const file = brokenFile(UNCLOSED);
    try {
      readSoundSchema(file);
      expect.unreachable('the expression is not closed');
    } catch (error) {
      expect((error as ConfigurationError).issues).toMatchObject([
        { source: file, line: expect.any(Number), path: expect.stringContaining('attributeMappings[8]') },
      ]);
    }
  });

  test('reports what it found as JSON', async () => {
    const { stdout } = await runEntrain(['schema', 'check', fixture('scoping-filters'), '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      valid: true,
      objectMappings: [
        { objectType: 'User', matchingAttributes: ['userName', 'externalId'], filterGroups: 5 },
        { objectType: 'Group', matchingAttributes: ['displayName'] },
      ],
      warnings: [{ message: 'the cloud service does not filter on userType' }],
    });
  });
});

describe('schema show', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'entrain-show-'));
  writeFileSync(
    join(cwd, 'entrain.yaml'),
    JSON.stringify({
      jobs: [
        {
          id: 'scim',
          schema: fixture('scoping-filters'),
          target: { tenantUrl: 'https://host', auth: { type: 'bearer', secretToken: 'hush-hush' } },
        },
      ],
    }),
  );

  test('prints mappings and filters of the job', async () => {
    const { code, stdout } = await runEntrain(['schema', 'show'], { cwd });
    expect(code).toBe(0);
    expect(stdout).toMatch(/userName +│ \[userPrincipalName\] +│ Always +│ 1 /);
    expect(stdout).toMatch(/timezone +│ \(none\) +│ Always .*Europe\/Berlin/);
    expect(stdout).toContain('UPN patterns: userPrincipalName REGEX MATCH ".*@contoso\\\\.com$" AND ');
    expect(stdout).not.toContain('hush');
  });

  test('gives the document as it is under --json', async () => {
    const { stdout } = await runEntrain(['schema', 'show', '--json'], { cwd });
    expect(JSON.parse(stdout)).toEqual(JSON.parse(readFileSync(fixture('scoping-filters'), 'utf8')));
  });
});
