import pc from 'picocolors';
import type { Cli } from '../../cli.ts';
import { requestLines } from '../shared/exchange.ts';
import type { NameOf } from '../shared/names.ts';
import { rowPrinter, SHOWN_PER_GROUP } from '../shared/printer.ts';
import { estimateLine, planSummary, skipLine, titleOf, warningLines } from '../shared/summary.ts';
import { below } from '../shared/text.ts';
import type { PlanRow, PlanView } from './views.ts';

/** Options of the text form of a plan. */
export interface ShownPlan {
  /** Every object; else those of a large group are counted. */
  readonly showsAll: boolean;
  readonly showsRequests: boolean;
  readonly nameOf: NameOf;
}

/** The plan in text: grouped by phase and action, folded where it is long. */
export function textView(cli: Cli, { showsAll, showsRequests, nameOf }: ShownPlan): PlanView {
  const colors = pc.createColors(cli.options.color);
  const limit = showsAll ? Number.POSITIVE_INFINITY : SHOWN_PER_GROUP;
  const printer = rowPrinter({ ...cli, options: { ...cli.options, quiet: false } }, nameOf, limit);
  const more = (row: PlanRow): readonly string[] =>
    showsRequests ? below(row.requests().flatMap(requestLines)) : [];
  return {
    begin: ({ job, start }) => cli.print(`${titleOf(job, start)}\n`),
    page: (phase, rows) => printer.print(phase, rows, more),
    end: (end) => {
      printer.finish();
      if (printer.count() === 0) cli.print('  nothing to do');
      for (const line of warningLines(end.warnings, colors)) cli.print(line);
      cli.print(`\n${planSummary(end.counts, end.requestCount, end.requestsPerSecond)}`);
      for (const line of [skipLine(end), estimateLine(end)]) if (line !== '') cli.print(colors.dim(line));
    },
    abandon: () => printer.finish(),
  };
}
