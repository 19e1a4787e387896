import type { CheckResult } from '../../../app/verify/checks.ts';
import type { VerifiedEndpoint } from '../../../app/verify/verify.ts';
import { counted } from '../../../model/named.ts';
import { codeSpan, plainText } from '../shared/markdown.ts';
import { elided } from '../shared/text.ts';
import type { ReportContext } from './context.ts';
import { failureFacts } from './exchanges.ts';
import { type FailureGroup, failureGroups } from './failures.ts';
import { cleanUpCommand, countsText, verdictText } from './text.ts';

/** Characters of a job summary and of a comment on GitHub; the details that do not fit are counted. */
const LIMIT = 60_000;

/**
 * The report for the summary of a job or a pull request: counts and verdict, a table of failures, and the details of
 * each, folded.
 */
export function markdownReport(verified: VerifiedEndpoint, context: ReportContext): string {
  const { result } = verified;
  const { target, profile, dialect, durationMs } = result;
  const failures = failureGroups(verified, ['fail', 'error']);
  const warnings = failureGroups(verified, ['warn']);
  const opening = [
    `## ${plainText(`Entra SCIM: ${verdictText(result)}`)}`,
    '',
    `**${countsText(result.counts)}**`,
    '',
    `${codeSpan(target)} · profile ${profile} · dialect ${dialect} · ${(durationMs / 1_000).toFixed(1)} s`,
    '',
    ...tableOf('Failures', failures),
    ...tableOf('Warnings', warnings),
    ...leftOvers(verified),
  ].join('\n');
  const details = failures.flatMap(({ results }) => results).map((one) => detailsOf(one, verified, context));
  return `${opening}${fitting(details, LIMIT - opening.length)}`;
}

function tableOf(title: string, groups: readonly FailureGroup[]): readonly string[] {
  if (groups.length === 0) return [];
  return [
    `### ${title}`,
    '',
    '| check | what is missing | fix |',
    '|---|---|---|',
    ...groups.flatMap(rowsOf),
    '',
  ];
}

/** What is behind several checks is said once, in a row above them. */
const rowsOf = ({ title, fix, results }: FailureGroup): readonly string[] => [
  ...(title === null ? [] : [`| | **${plainText(title)}** | ${plainText(fix ?? '')} |`]),
  ...results.map(
    ({ check, severity, reason, isKnown }) =>
      `| ${check.id} ${severity}${isKnown ? ', known' : ''} | ${plainText(check.title)}: ${plainText(elided(reason ?? ''))} | ${plainText(check.fix)} |`,
  ),
];

function leftOvers(verified: VerifiedEndpoint): readonly string[] {
  const command = cleanUpCommand(verified);
  if (command === null) return [];
  const { left } = verified.result.cleanUp;
  return [
    '> [!WARNING]',
    `> Left at the endpoint: ${left.map(codeSpan).join(', ')}  `,
    `> Delete it with ${codeSpan(command)}`,
    '',
  ];
}

/** A failure, folded. Each fact is a code span on one line, so that nothing in it is markup or ends the block. */
function detailsOf(result: CheckResult, verified: VerifiedEndpoint, context: ReportContext): string {
  const { check } = result;
  return [
    `<details><summary>${check.id} ${plainText(check.title)}</summary>`,
    '',
    ...failureFacts(result, verified, context).map(([name, text]) => `- ${name}: ${codeSpan(text)}`),
    '',
    '</details>',
    '',
  ].join('\n');
}

function fitting(parts: readonly string[], characters: number): string {
  const shown: string[] = [];
  let length = 0;
  for (const part of parts) {
    length += part.length;
    if (length > characters) break;
    shown.push(part);
  }
  const rest = parts.length - shown.length;
  if (rest > 0)
    shown.push(`… and the details of ${counted(rest, 'more failure')}; the report in HTML has them.\n`);
  return shown.join('');
}
