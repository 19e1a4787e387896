import pc from 'picocolors';
import { visible } from '../../../app/rendering.ts';
import type { Phase } from '../../../model/pipeline.ts';
import type { Cli } from '../../cli.ts';
import type { ReportRow } from '../row.ts';
import type { NameOf } from './names.ts';
import { type FoldedGroup, NAMED_NOTES, PHASE_TITLES, phaseGroups } from './row-groups.ts';
import { type Colors, rowLines } from './text.ts';

/** Prints the rows of a report: phase by phase, and in each phase by status. */
export interface RowPrinter {
  /** @param more lines below a row; none by default */
  print<Row extends ReportRow>(
    phase: Phase,
    rows: readonly Row[],
    more?: (row: Row) => readonly string[],
  ): void;
  /** Prints the rows that are left, and how many were not shown. */
  finish(): void;
  /** Rows that were printed or counted. */
  count(): number;
}

/** Rows of one phase and status that a report shows by default. */
export const SHOWN_PER_GROUP = 20;

const SILENT: RowPrinter = { print: () => undefined, finish: () => undefined, count: () => 0 };

/**
 * Makes a printer that shows `shownPerGroup` rows of each status in a phase and counts the rest. It prints nothing under
 * `--json` and `--quiet`.
 * @param shownPerGroup infinity: all of them
 */
export function rowPrinter(cli: Cli, nameOf: NameOf, shownPerGroup: number): RowPrinter {
  if (cli.options.json || cli.options.quiet) return SILENT;
  const colors = pc.createColors(cli.options.color);
  let isFirst = true;
  const phases = phaseGroups<string>(shownPerGroup, (groups, phase) => {
    if (phase !== null) cli.print(`${isFirst ? '' : '\n'}${colors.bold(PHASE_TITLES[phase])}`);
    isFirst = false;
    cli.print(groups.flatMap((group) => groupLines(group, colors)).join('\n'));
  });
  return {
    print: (phase, rows, more = () => []) =>
      phases.page(phase, rows, (row) => {
        const below = more(row);
        return {
          show: (joined) => [...rowLines(joined, nameOf, colors), ...below].join('\n'),
          isJoined: below.length === 0,
        };
      }),
    finish: phases.finish,
    count: phases.count,
  };
}

function groupLines({ status, shown, foldedCount, notes }: FoldedGroup<string>, colors: Colors): string[] {
  if (foldedCount === 0) return [...shown];
  const named = notes.slice(0, NAMED_NOTES).map(([note, count]) => `${visible(note)} (${count})`);
  const rest = notes.length > named.length ? ', …' : '';
  return [
    ...shown,
    colors.dim(`  … and ${foldedCount} more to ${wordOf(status)}: ${named.join(', ')}${rest}`),
  ];
}

const wordOf = (status: FoldedGroup<string>['status']): string =>
  status === 'stagedDelete' ? 'hold back' : status === 'other' ? 'leave alone' : status;
