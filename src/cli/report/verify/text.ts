import pc from 'picocolors';
import { visible } from '../../../app/rendering.ts';
import { type CheckResult, type CheckState, STATES } from '../../../app/verify/checks.ts';
import type { VerifiedEndpoint } from '../../../app/verify/verify.ts';
import { counted, inShell } from '../../../model/named.ts';
import { textOut } from '../../output-text.ts';
import { type Colors, elided } from '../shared/text.ts';
import type { ReportContext } from './context.ts';
import { failureFacts } from './exchanges.ts';
import { type FailureGroup, failureGroups } from './failures.ts';

/** The mark of a state. */
export const MARKS: Readonly<Record<CheckState, string>> = {
  pass: '✓',
  fail: '✗',
  warn: '!',
  skip: '·',
  unproven: '?',
  error: '✗',
};

/** One line about a check, for the terminal, as its result comes. */
export function resultLine(result: CheckResult, colors: Colors): string {
  const { check, state, reason, notes, isKnown, severity } = result;
  const known = isKnown && state === 'fail' ? ', known' : '';
  const kind = state === 'fail' || state === 'warn' ? ` (${severity}${known})` : '';
  const more = reason ?? notes.join('; ');
  const tail = more === '' ? '' : colors.dim(` · ${elided(visible(more))}`);
  const head = `  ${MARKS[state]} ${state.padEnd(8)} ${check.id.padEnd(8)}`;
  return `${colorOf(state, colors)(head)} ${visible(check.title)}${kind}${tail}`;
}

const colorOf = (state: CheckState, colors: Colors): ((text: string) => string) => {
  if (state === 'pass') return colors.green;
  if (state === 'fail' || state === 'error') return colors.red;
  return state === 'skip' ? colors.dim : colors.yellow;
};

/** The whole report in text: a line a check, the failures, and what it came to. */
export function reportText(verified: VerifiedEndpoint, context: ReportContext): string {
  const colors = pc.createColors(context.color);
  const lines = verified.result.results.map((result) => resultLine(result, colors));
  return `${lines.join('\n')}\n${textOut(outcomeText(verified, context), context.color)}`;
}

/** What a run came to, for the terminal below its lines: failures by cause, warnings, left-overs, counts, verdict. */
export function outcomeText(verified: VerifiedEndpoint, context: ReportContext): string {
  const colors = pc.createColors(context.color);
  const failures = failureGroups(verified, ['fail', 'error']);
  const warnings = failureGroups(verified, ['warn']);
  return [
    ...(failures.length === 0 ? [] : ['', colors.bold('Failures')]),
    ...failures.flatMap((group) => groupLines(group, verified, context, colors)),
    ...(warnings.length === 0 ? [] : ['', colors.bold('Warnings')]),
    ...warnings.flatMap((group) => warningLines(group, colors)),
    ...leftOverLines(verified, colors),
    '',
    verdictLine(verified, colors),
    '',
  ].join('\n');
}

function groupLines(
  { title, fix, results }: FailureGroup,
  verified: VerifiedEndpoint,
  context: ReportContext,
  colors: Colors,
): readonly string[] {
  const head =
    title === null
      ? []
      : [
          '',
          colors.red(`  ${counted(results.length, 'check')}: ${visible(title)}`),
          ...(fix === null ? [] : [factLine(['Fix', fix])]),
        ];
  return [...head, ...results.flatMap((result) => failureLines(result, verified, context, colors))];
}

function failureLines(
  result: CheckResult,
  verified: VerifiedEndpoint,
  context: ReportContext,
  colors: Colors,
): readonly string[] {
  const { check, severity, isKnown, state } = result;
  const known = isKnown ? ', known' : '';
  return [
    '',
    `  ${colors.red(`${MARKS[state]} ${check.id}`)} ${colors.bold(visible(check.title))} (${severity}${known})`,
    ...failureFacts(result, verified, context).map(factLine),
  ];
}

const factLine = ([name, text]: readonly [name: string, text: string]): string =>
  `      ${name.padEnd(9)} ${visible(text)}`;

function warningLines({ title, results }: FailureGroup, colors: Colors): readonly string[] {
  const head = title === null ? [] : [colors.yellow(`  ${visible(title)}`)];
  return [
    ...head,
    ...results.flatMap(({ check, reason }) => [
      `  ${colors.yellow(`${MARKS.warn} ${check.id}`)} ${visible(check.title)}`,
      ...(reason === null ? [] : [factLine(['Found', reason])]),
      factLine(['Fix', check.fix]),
    ]),
  ];
}

/** The command that deletes what a run left, for a POSIX shell; null: nothing is left. */
export function cleanUpCommand({ job, result, ledger }: VerifiedEndpoint): string | null {
  if (ledger === null) return null;
  const place = job === null ? ` --url ${inShell(result.target)}` : '';
  return `entrain verify${place} --cleanup ${inShell(ledger)}`;
}

function leftOverLines(verified: VerifiedEndpoint, colors: Colors): readonly string[] {
  const command = cleanUpCommand(verified);
  if (command === null) return [];
  const { left } = verified.result.cleanUp;
  return [
    '',
    colors.yellow('Left at the endpoint'),
    ...left.map((line) => `  ${visible(line)}`),
    `  Delete it with: ${visible(command)}`,
  ];
}

function verdictLine({ result }: VerifiedEndpoint, colors: Colors): string {
  const { verdict } = result;
  const color = verdict === 'passed' ? colors.green : colors.red;
  return `${countsText(result.counts)}: ${color(visible(verdictText(result)))}`;
}

/** How many checks are in each state: `98 pass · 2 fail · 3 skip`. */
export function countsText(counts: VerifiedEndpoint['result']['counts']): string {
  const parts = STATES.filter((state) => counts[state] > 0).map((state) => `${counts[state]} ${state}`);
  return parts.length === 0 ? 'no check was run' : parts.join(' · ');
}

/** The verdict in words. */
export function verdictText({ verdict, level, stopReason }: VerifiedEndpoint['result']): string {
  switch (verdict) {
    case 'passed':
      return level === 'info' ? 'all checks are met' : `all that decides (${level}) is met`;
    case 'failed':
      return 'not ready';
    case 'stopped':
      return `stopped, ${stopReason ?? ''}`;
    case 'interrupted':
      return 'interrupted';
  }
}
