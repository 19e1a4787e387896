import type { PlanEnd, PlanHead } from '../../../app/plan/output.ts';
import type { OutputFile } from '../../../app/plan/output-file.ts';
import type { ReportRow } from '../row.ts';
import { requestLines } from '../shared/exchange.ts';
import { detailOf, type LeftAloneGroup, leftAlone, titleOfCause, uncovered } from '../shared/left-alone.ts';
import { codeSpan, plainText } from '../shared/markdown.ts';
import { type FoldedGroup, NAMED_NOTES, PHASE_TITLES, phaseGroups } from '../shared/row-groups.ts';
import { basisFacts, estimateLine, planSummary, skipLine, titleOf } from '../shared/summary.ts';
import { reasonOf, valuesOf } from './cells.ts';
import type { ShownPlan } from './text.ts';
import type { PlanRow, PlanView } from './views.ts';

/** Rows of a phase and status that are shown: a comment on GitHub takes 65,536 characters. */
const SHOWN_PER_GROUP = 50;

/** The plan for a pull request: the sum and the warnings first, then one table for each phase. */
export function markdownView(file: OutputFile, options: ShownPlan): PlanView {
  let head: PlanHead | null = null;
  const limit = options.showsAll ? Number.POSITIVE_INFINITY : SHOWN_PER_GROUP;
  const skipped = leftAlone<string>(options.showsWhy ? limit : 0);
  const phases = phaseGroups<string>(limit, (groups, phase) => {
    if (phase !== null) file.write(`\n### ${PHASE_TITLES[phase]}\n\n${TABLE}`);
    file.write(`${groups.flatMap(groupRows).join('\n')}\n`);
  });
  return {
    begin: (begun) => {
      head = begun;
    },
    page: (phase, rows) => {
      phases.page(phase, rows, (row) => ({
        show: (joined) => tableRow(joined, options.showsRequests ? row.requests : () => [], options),
        isJoined: !options.showsRequests,
      }));
      skipped.note(rows, leftAloneRow);
    },
    end: (end) => {
      phases.finish();
      if (head === null) return;
      if (options.showsWhy) file.write(leftAloneTable(skipped.groups(), head));
      file.finish(opening(head, end));
    },
    abandon: () => file.abandon(),
  };
}

const TABLE = '| | object | why | what |\n|---|---|---|---|\n';

function opening(head: PlanHead, end: PlanEnd): string {
  const warnings = end.warnings.map((warning) => `> - ${plainText(warning)}`);
  return [
    `## ${plainText(titleOf(head))}`,
    '',
    basisFacts(head)
      .map(([name, value]) => `${name} ${codeSpan(value)}`)
      .join(' · '),
    '',
    `**${plainText(planSummary(end.counts, end.requestCount, end.requestsPerSecond))}**`,
    '',
    ...[skipLine(end), estimateLine(end)].filter((line) => line !== '').map((line) => `${plainText(line)}  `),
    ...(warnings.length === 0 ? [] : ['', '> [!WARNING]', ...warnings]),
    ...(end.requestCount + end.counts.failed + end.counts.stagedDelete === 0 ? ['', 'Nothing to do.'] : []),
    '',
  ].join('\n');
}

/** A creation shows no attributes: all of them are new. */
function tableRow(row: ReportRow, requests: PlanRow['requests'], { nameOf }: ShownPlan): string {
  const { kind, status, objectType, source } = row;
  const what = (kind === 'create' ? [] : valuesOf(row, nameOf)).map(
    ({ name, before, after, refersTo }) => `${codeSpan(name)} ${spell(before)} → ${spell(refersTo ?? after)}`,
  );
  const sent = requests().flatMap(requestLines).map(codeSpan);
  return `| ${status} | ${objectType} ${codeSpan(source.label)} | ${plainText(reasonOf(row, nameOf))} | ${[...what, ...sent].join('<br>')} |`;
}

const leftAloneRow = (row: ReportRow): string =>
  `| ${row.objectType} ${codeSpan(row.source.label)} | ${plainText(detailOf(row))} |`;

/** Who is left alone, and why; the empty text: nobody. */
function leftAloneTable(groups: readonly LeftAloneGroup<string>[], head: PlanHead): string {
  const rest = uncovered(head);
  if (groups.length === 0 && rest === null) return '';
  return [
    '\n### Left alone, and why\n',
    ...groups.flatMap(({ cause, count, shown }) => [
      `${plainText(titleOfCause(cause, count))}\n`,
      '| object | detail |',
      '|---|---|',
      ...shown,
      ...(count > shown.length ? [`| … and ${count - shown.length} more | --json lists all |`] : []),
      '',
    ]),
    ...(rest === null ? [] : [plainText(rest), '']),
  ].join('\n');
}

const spell = (value: string | null): string => (value === null ? '(none)' : codeSpan(value));

function groupRows({ status, shown, foldedCount, notes }: FoldedGroup<string>): readonly string[] {
  if (foldedCount === 0) return shown;
  const named = notes.slice(0, NAMED_NOTES).map(([note, count]) => `${plainText(note)} (${count})`);
  return [...shown, `| ${status} | … and ${foldedCount} more | ${named.join(', ')} | |`];
}
