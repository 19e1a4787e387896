import pc from 'picocolors';
import type { Phase } from '../../model/pipeline.ts';
import type { Cli } from '../cli.ts';
import type { ReportItem } from './item.ts';
import { type NameOf, reportLines } from './text.ts';

/** Prints the items of a report as they come. */
export interface ItemPrinter {
  print(phase: Phase, items: readonly ReportItem[]): void;
  /** Says what was counted and not shown. */
  finish(): void;
}

/**
 * Makes a printer that shows so many objects of a phase and counts the rest; it prints nothing under `--json` and
 * `--quiet`.
 */
export function itemPrinter(cli: Cli, nameOf: NameOf, shownPerPhase: number): ItemPrinter {
  const colors = pc.createColors(cli.options.color);
  let current: Phase | null = null;
  let shown = 0;
  let folded = 0;
  const finish = (): void => {
    if (folded > 0) cli.print(colors.dim(`  … and ${folded} more (${current})`));
    shown = 0;
    folded = 0;
  };
  if (cli.options.json || cli.options.quiet) return { print: () => undefined, finish: () => undefined };
  return {
    print: (phase, items) => {
      if (phase !== current) finish();
      current = phase;
      for (const item of items) {
        const lines = reportLines(item, nameOf, colors);
        if (lines.length === 0) continue;
        if (shown++ < shownPerPhase) cli.print(lines.join('\n'));
        else folded += 1;
      }
    },
    finish,
  };
}
