import type { PlanEnd, PlanHead, PlanItem, PlanOutput } from '../../../app/plan/output.ts';
import type { OutputFile } from '../../../app/plan/output-file.ts';
import type { IsHidden } from '../../../io/har/hide.ts';
import type { Phase } from '../../../model/pipeline.ts';
import { requestLines } from '../provision/exchange.ts';
import { codeSpan, plainText } from '../shared/markdown-escape.ts';
import { estimateLine, planSummary, skipLine } from '../shared/summary.ts';
import type { NameOf } from '../shared/text.ts';
import { cellsOf } from './change-cells.ts';
import { itemOfPlanned, type ReportItem } from './item.ts';
import { groupOf } from './item-group.ts';
import { type FoldedGroup, PHASE_TITLES, type PhaseGroups, phaseGroups } from './phase-groups.ts';
import { titleOf } from './title.ts';

/** How a plan is told to a pull request. */
export interface MarkdownOptions {
  readonly showsAll: boolean;
  readonly showsRequests: boolean;
  readonly nameOf: NameOf;
  readonly isHidden: IsHidden;
}

/** Objects of a group that are shown: a comment on GitHub takes 65,536 characters. */
const SHOWN_PER_GROUP = 50;

/** The plan for a pull request: the sum and the warnings first, then a table a phase. */
export function markdownOutput(file: OutputFile, options: MarkdownOptions): PlanOutput {
  const limit = options.showsAll ? Number.POSITIVE_INFINITY : SHOWN_PER_GROUP;
  let head: PlanHead | null = null;
  let current: Phase | null = null;
  let titled: Phase | null = null;
  let groups: PhaseGroups<string> = phaseGroups(limit);
  const flush = (): void => {
    const rows = groups.groups().flatMap(groupRows);
    groups = phaseGroups(limit);
    if (current === null || rows.length === 0) return;
    if (titled !== current) file.write(`\n### ${PHASE_TITLES[current]}\n\n${TABLE}`);
    titled = current;
    file.write(`${rows.join('\n')}\n`);
  };
  return {
    begin: (begun) => {
      head = begun;
    },
    page: ({ phase, items }) => {
      if (phase !== current) flush();
      current = phase;
      for (const one of items)
        if (one.planned.kind !== 'skip')
          groups.add(
            itemOfPlanned(one.planned),
            (item) => rowOf(item, one.requests, options),
            !options.showsRequests,
          );
      if (options.showsAll) flush();
    },
    end: (end) => {
      flush();
      if (head !== null) file.finish(opening(head, end));
    },
    abandon: () => file.abandon(),
  };
}

const TABLE = '| | object | why | what |\n|---|---|---|---|\n';

function opening({ job, start }: PlanHead, end: PlanEnd): string {
  const warnings = end.warnings.map((warning) => `> - ${plainText(warning)}`);
  return [
    `## ${plainText(titleOf(job, start))}`,
    '',
    `**${plainText(planSummary(end.counts, end.requestCount, end.requestsPerSecond))}**`,
    '',
    ...[skipLine(end), estimateLine(end)].filter((line) => line !== '').map((line) => `${plainText(line)}  `),
    ...(warnings.length === 0 ? [] : ['', '> [!WARNING]', ...warnings]),
    ...(end.requestCount + end.counts.failed + end.counts.stagedDelete === 0 ? ['', 'Nothing to do.'] : []),
    '',
  ].join('\n');
}

function rowOf(
  item: ReportItem,
  requests: PlanItem['requests'],
  { nameOf, isHidden, showsRequests }: MarkdownOptions,
): string {
  const { type, label, reason, values } = cellsOf(item, nameOf);
  const isCreation = item.kind === 'change' && item.change.kind === 'create';
  const what = isCreation
    ? []
    : values.map(({ name, before, after, refersTo }) =>
        refersTo === null
          ? `${codeSpan(name)} ${spell(before)} → ${spell(after)}`
          : `${codeSpan(name)} ${spell(before)} → ${codeSpan(refersTo)}`,
      );
  const sent = showsRequests
    ? requests.flatMap((request) => requestLines(request, isHidden)).map((line) => codeSpan(line))
    : [];
  return `| ${groupOf(item)} | ${type} ${codeSpan(label)} | ${plainText(reason)} | ${[...what, ...sent].join('<br>')} |`;
}

const spell = (value: string | null): string => (value === null ? '(none)' : codeSpan(value));

const groupRows = ({ group, shown, foldedCount, notes }: FoldedGroup<string>): readonly string[] => {
  if (foldedCount === 0) return shown;
  const named = notes.slice(0, 3).map(([note, count]) => `${plainText(note)} (${count})`);
  return [...shown, `| ${group} | … and ${foldedCount} more | ${named.join(', ')} | |`];
};
