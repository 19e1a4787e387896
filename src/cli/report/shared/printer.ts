import pc from 'picocolors';
import { visible } from '../../../io/terminal-text.ts';
import type { Phase } from '../../../model/pipeline.ts';
import type { Cli } from '../../cli.ts';
import type { ReportItem } from '../plan/item.ts';
import { type FoldedGroup, PHASE_TITLES, type PhaseGroups, phaseGroups } from '../plan/phase-groups.ts';
import { type Colors, type NameOf, reportLines } from './text.ts';

/** An object of a report, with what else is shown below it. */
export interface PrintedItem {
  readonly item: ReportItem;
  readonly more?: readonly string[];
}

/** Prints the items of a report: phase by phase, and in each phase by what is done. */
export interface ItemPrinter {
  print(phase: Phase, items: readonly ReportItem[]): void;
  /** Prints items that have more to show than a report does. */
  printWith(phase: Phase, items: readonly PrintedItem[]): void;
  /** Prints what is left, with what was counted and not shown. */
  finish(): void;
  /** How many objects were printed or counted. */
  count(): number;
}

/** Objects of one phase about which the same is done that a report shows unless it is to show all. */
export const SHOWN_PER_GROUP = 20;

const SILENT: ItemPrinter = {
  print: () => undefined,
  printWith: () => undefined,
  finish: () => undefined,
  count: () => 0,
};

/**
 * Makes a printer that shows so many objects of a group and counts the rest: a phase is printed once it is over. To
 * show all of them it prints page by page, so that it holds no more than one. It prints nothing under `--json` and
 * `--quiet`.
 */
export function itemPrinter(cli: Cli, nameOf: NameOf, shownPerGroup: number): ItemPrinter {
  if (cli.options.json || cli.options.quiet) return SILENT;
  const colors = pc.createColors(cli.options.color);
  const showsAll = shownPerGroup === Number.POSITIVE_INFINITY;
  let current: Phase | null = null;
  let titled: Phase | null = null;
  let groups: PhaseGroups<string> = phaseGroups(shownPerGroup);
  let printed = 0;
  const flush = (): void => {
    const lines = groups.groups().flatMap((group) => groupLines(group, colors));
    groups = phaseGroups(shownPerGroup);
    if (current === null || lines.length === 0) return;
    if (titled !== current) cli.print(`${titled === null ? '' : '\n'}${colors.bold(PHASE_TITLES[current])}`);
    titled = current;
    cli.print(lines.join('\n'));
  };
  const printWith = (phase: Phase, items: readonly PrintedItem[]): void => {
    if (phase !== current) flush();
    current = phase;
    for (const { item, more = [] } of items) {
      if (item.kind === 'other' && item.planned.kind === 'skip') continue;
      printed += 1;
      const lines = (one: ReportItem): string => [...reportLines(one, nameOf, colors), ...more].join('\n');
      groups.add(item, lines, more.length === 0);
    }
    if (showsAll) flush();
  };
  return {
    printWith,
    print: (phase, items) =>
      printWith(
        phase,
        items.map((item) => ({ item })),
      ),
    finish: flush,
    count: () => printed,
  };
}

/** Notes that a line about folded objects names. */
const NAMED_NOTES = 3;

function groupLines({ group, shown, foldedCount, notes }: FoldedGroup<string>, colors: Colors): string[] {
  if (foldedCount === 0) return [...shown];
  const named = notes.slice(0, NAMED_NOTES).map(([note, count]) => `${visible(note)} (${count})`);
  const rest = notes.length > named.length ? ', …' : '';
  return [
    ...shown,
    colors.dim(`  … and ${foldedCount} more to ${wordOf(group)}: ${named.join(', ')}${rest}`),
  ];
}

const wordOf = (group: FoldedGroup<string>['group']): string =>
  group === 'stagedDelete' ? 'hold back' : group === 'other' ? 'leave alone' : group;
