import pc from 'picocolors';
import type { PlanItem, PlanOutput } from '../../../app/plan/output.ts';
import type { IsHidden } from '../../../io/har/hide.ts';
import type { Cli } from '../../cli.ts';
import { requestLines } from '../provision/exchange.ts';
import { itemPrinter, SHOWN_PER_GROUP } from '../shared/printer.ts';
import { estimateLine, planSummary, skipLine, warningLines } from '../shared/summary.ts';
import type { NameOf } from '../shared/text.ts';
import { itemOfPlanned } from './item.ts';
import { titleOf } from './title.ts';

/** How a plan is told to people. */
export interface TextOptions {
  readonly showsAll: boolean;
  readonly showsRequests: boolean;
  readonly nameOf: NameOf;
  readonly isHidden: IsHidden;
}

/** The plan for people: grouped by phase and action, folded where it is long. */
export function textOutput(cli: Cli, options: TextOptions): PlanOutput {
  const colors = pc.createColors(cli.options.color);
  const limit = options.showsAll ? Number.POSITIVE_INFINITY : SHOWN_PER_GROUP;
  const printer = itemPrinter({ ...cli, options: { ...cli.options, quiet: false } }, options.nameOf, limit);
  const more = ({ requests }: PlanItem): readonly string[] =>
    options.showsRequests
      ? requests
          .flatMap((request) => requestLines(request, options.isHidden))
          .map((line) => `${INDENT}${line}`)
      : [];
  return {
    begin: ({ job, start }) => cli.print(`${titleOf(job, start)}\n`),
    page: ({ phase, items }) =>
      printer.printWith(
        phase,
        items.map((item) => ({ item: itemOfPlanned(item.planned), more: more(item) })),
      ),
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

const INDENT = ' '.repeat(15);
