import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { beforeAll, describe, expect, it } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import type { VerifiedEndpoint } from '../../../../src/app/verify/verify.ts';
import { renderReport } from '../../../../src/cli/report/verify/formats.ts';
import type { CheckState } from '../../../../src/verify/result.ts';
import { CONTEXT, HOSTILE, verifiedTarget, withHostileFailure } from './verified-endpoints.ts';

/** The schemas that consumers of JUnit XML publish, as a package for such files ships them. */
const SCHEMAS = createRequire(import.meta.url).resolve('junit-processor/schemas/jenkins-junit.xsd');
const schema = (name: string): string => readFileSync(new URL(name, `file://${SCHEMAS}`), 'utf8');
const JENKINS = schema('jenkins-junit.xsd');
const SUREFIRE = schema('surefire-test-report.xsd');

let strict: Awaited<ReturnType<typeof verifiedTarget>>;

beforeAll(async () => {
  strict = await verifiedTarget({ persona: 'strict' });
});

const junit = (verified: VerifiedEndpoint): string => renderReport('junit', verified, CONTEXT);

/** A run in which the checks have all states in turn. */
const inAllStates = (verified: VerifiedEndpoint): VerifiedEndpoint => {
  const states: readonly CheckState[] = ['pass', 'fail', 'warn', 'skip', 'unproven', 'error'];
  const results = verified.result.results.map((result, at) => {
    const state = states[at % states.length] ?? 'pass';
    return { ...result, state, reason: state === 'pass' ? null : HOSTILE };
  });
  return { ...verified, result: { ...verified.result, results } };
};

const complaints = async (contents: string, xsd: string): Promise<readonly string[]> => {
  const { errors } = await validateXML({
    xml: [{ fileName: 'report.xml', contents }],
    schema: [xsd],
  });
  return errors.map(({ message }) => message);
};

const suitesOf = (xml: string): readonly string[] => xml.match(/<testsuite [\s\S]*?<\/testsuite>/g) ?? [];

describe('the report in JUnit XML', () => {
  it('is what the schema of Surefire asks for, in every state', async () => {
    for (const verified of [strict, withHostileFailure(strict), inAllStates(strict)]) {
      const suites = suitesOf(junit(verified));
      expect(suites.length).toBeGreaterThan(2);
      for (const suite of suites) expect(await complaints(suite, SUREFIRE)).toEqual([]);
    }
  });

  it('is what the schema of Jenkins asks for, which knows no reason of a skipped case', async () => {
    for (const verified of [strict, withHostileFailure(strict), inAllStates(strict)]) {
      const xml = junit(verified).replace(/<skipped message="[^"]*"\/>/g, '<skipped/>');
      expect(await complaints(xml, JENKINS)).toEqual([]);
    }
  });

  it('has a suite for each group, and the same class and name in every run', () => {
    const xml = junit(strict);
    expect(xml).toContain('<testsuite name="LEG" tests="2" failures="2" errors="0" skipped="0"');
    expect(xml).toContain(
      '<testcase classname="entrain.verify.LEG" name="LEG-02 disables a user by the text False"',
    );
    expect(xml).toContain(`<property name="target" value="${strict.result.target}"/>`);
  });

  it('has the whole explanation in the text of a failure too', () => {
    const failure = /<failure type="must" message="[^"]+">([\s\S]*?)<\/failure>/.exec(
      junit(strict).slice(junit(strict).indexOf('LEG-02')),
    )?.[1];
    for (const words of ['Found: ', 'Expected: ', 'Request: PATCH ', 'Why: ', 'Fix: ', 'Repeat: curl '])
      expect(failure).toContain(words);
  });

  it('passes a warning and a known failure, and says so in their output', () => {
    const [first, ...rest] = strict.result.results.filter(({ state }) => state === 'fail');
    if (first === undefined) throw new Error('nothing failed');
    const results = [{ ...first, isKnown: true }, ...rest.map((one) => ({ ...one, state: 'warn' as const }))];
    const xml = junit({ ...strict, result: { ...strict.result, results } });
    expect(xml).toContain('tests="2" failures="0"');
    expect(xml).not.toContain('<failure');
    expect(xml).toMatch(/<system-out>known failure\n/);
    expect(xml).toMatch(/<system-out>warning\n/);
  });

  it('holds no secret', () => {
    const hostile = withHostileFailure(strict, `x ${strict.token}`);
    expect(junit(hostile)).not.toContain(strict.token);
  });
});
