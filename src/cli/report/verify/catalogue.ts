import pc from 'picocolors';
import { type Check, NEEDS } from '../../../app/verify/checks.ts';
import type { Json, JsonObject } from '../../../model/json.ts';
import { textTable } from '../../directory/table.ts';
import { checkFacts } from './document.ts';

/** The names of the other suites, as they are shown. */
const SUITES = [
  ['validator', "Microsoft's SCIM Validator"],
  ['gallery', 'the Entra application gallery'],
  ['okta', "Okta's SPEC test"],
] as const;

/** All checks as a table, for `--list`; `--explain` tells the rest of one. */
export function listText(checks: readonly Check[]): string {
  const rows = checks.map((check) => [
    check.id,
    check.severity,
    check.title,
    SUITES.filter(([suite]) => check.alsoTestedBy?.[suite] !== undefined)
      .map(([suite]) => suite)
      .join(', ') || '-',
  ]);
  return textTable(['check', 'severity', 'what the endpoint does', 'also tested by'], rows);
}

/** All checks as a JSON document, for `--list --json`. */
export function listDocument(checks: readonly Check[]): Json {
  return checks.map(checkDocument);
}

/** What a check is, why it matters, and what to do, for `--explain`. */
export function explainText(check: Check, color: boolean): string {
  const colors = pc.createColors(color);
  const { alsoTestedBy = {} } = check;
  const needs = needsOf(check);
  const others = SUITES.flatMap(([suite, name]) => {
    const tests = alsoTestedBy[suite];
    return tests === undefined ? [] : [`${name}: ${tests}`];
  });
  return [
    `${colors.bold(`${check.id} ${check.title}`)} (${check.severity})`,
    ...section('Requests', check.requests),
    ...section('Expected', [check.criterion]),
    ...section('Why', [check.why]),
    ...section('Fix', [check.fix]),
    ...section('Pseudocode', check.pseudocode.split('\n')),
    ...section('Skipped where', needs),
    ...section('Sources', check.sources),
    ...section('Also tested by', others),
  ].join('\n');
}

/** The same as a JSON document, for `--explain --json`. */
export function checkDocument(check: Check): JsonObject {
  const { requests, pseudocode, needs = [], requires = [], mustFor = [], readsOnly = false } = check;
  return { ...checkFacts(check), requests, pseudocode, needs, requires, mustFor, readsOnly };
}

/** When a check is skipped, in words. */
const needsOf = ({ needs = [], requires = [] }: Check): readonly string[] => [
  ...needs.map((name) => NEEDS[name].missing),
  ...requires.map((id) => `${id} failed`),
];

const section = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
