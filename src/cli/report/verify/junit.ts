import { visibleLines } from '../../../app/rendering.ts';
import { CHECK_GROUPS, type CheckGroup, type CheckResult, groupOf } from '../../../app/verify/checks.ts';
import type { VerifiedEndpoint } from '../../../app/verify/verify.ts';
import type { ReportContext } from './context.ts';
import { failureFacts } from './exchanges.ts';

/**
 * The report as JUnit XML: a suite for each group of checks. The text of a failure holds all of its explanation, since
 * some readers show nothing else. Class and name of a case are the same in every run.
 * @see https://github.com/jenkinsci/xunit-plugin (junit-10.xsd), and GitLab "Unit test reports"
 */
export function junitReport(verified: VerifiedEndpoint, context: ReportContext): string {
  const { result } = verified;
  const suites = CHECK_GROUPS.flatMap((group) => {
    const results = result.results.filter(({ check }) => groupOf(check) === group);
    return results.length === 0 ? [] : [suite(group, results, verified, context)];
  });
  const { results, durationMs } = result;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="entrain verify" ${sums(results)} time="${seconds(durationMs)}">`,
    ...suites,
    '</testsuites>',
    '',
  ].join('\n');
}

function suite(
  group: CheckGroup,
  results: readonly CheckResult[],
  verified: VerifiedEndpoint,
  context: ReportContext,
): string {
  const { target, profile, dialect, level, prefix, startedAt } = verified.result;
  const properties = { target, profile, dialect, level, prefix, startedAt };
  const time = seconds(results.reduce((sum, { durationMs }) => sum + durationMs, 0));
  const skipped = results.filter(isSkipped).length;
  return [
    `<testsuite name="${group}" ${sums(results)} skipped="${skipped}" time="${time}">`,
    '<properties>',
    ...Object.entries(properties).map(([name, value]) => `<property name="${name}" value="${xml(value)}"/>`),
    '</properties>',
    ...results.map((result) => testCase(result, verified, context)),
    '</testsuite>',
  ].join('\n');
}

function testCase(result: CheckResult, verified: VerifiedEndpoint, context: ReportContext): string {
  const { check, durationMs } = result;
  const head = `<testcase classname="entrain.verify.${groupOf(check)}" name="${xml(`${check.id} ${check.title}`)}" time="${seconds(durationMs)}"`;
  const content = outcome(result, verified, context);
  return content === '' ? `${head}/>` : `${head}>${content}</testcase>`;
}

/** What is inside of a case. A warning passes, and says so in its output; so does a failure that is known. */
function outcome(result: CheckResult, verified: VerifiedEndpoint, context: ReportContext): string {
  const { state, severity, reason, notes, isKnown } = result;
  const message = xml(reason ?? '');
  const explanation = (): string =>
    xml(
      failureFacts(result, verified, context)
        .map(([name, text]) => `${name}: ${text}`)
        .join('\n'),
    );
  if (isSkipped(result)) return `<skipped message="${message}"/>`;
  if (state === 'error') return `<error type="error" message="${message}">${explanation()}</error>`;
  if (state === 'fail' && !isKnown)
    return `<failure type="${severity}" message="${message}">${explanation()}</failure>`;
  if (state === 'warn' || state === 'fail')
    return `<system-out>${state === 'warn' ? 'warning' : 'known failure'}\n${explanation()}</system-out>`;
  return notes.length === 0 ? '' : `<system-out>${xml(notes.join('\n'))}</system-out>`;
}

/** A check whose effect cannot be seen neither passed nor failed. */
const isSkipped = ({ state }: CheckResult): boolean => state === 'skip' || state === 'unproven';

const sums = (results: readonly CheckResult[]): string => {
  const failures = results.filter(({ state, isKnown }) => state === 'fail' && !isKnown).length;
  const errors = results.filter(({ state }) => state === 'error').length;
  return `tests="${results.length}" failures="${failures}" errors="${errors}"`;
};

const seconds = (milliseconds: number): string => (milliseconds / 1_000).toFixed(3);

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\n': '&#10;',
  '\t': '&#9;',
};

/**
 * Writes text so that none of it is markup, in elements and in quoted attributes alike. Characters that XML 1.0 has no
 * place for are marked.
 * @see XML 1.0 §2.2
 */
function xml(text: string): string {
  return visibleLines(text, '\n\t')
    .replace(/[\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"'\n\t]/g, (one) => ENTITIES[one] ?? one);
}
