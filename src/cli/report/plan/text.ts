import pc from 'picocolors';
import type { PlanHead } from '../../../app/plan/output.ts';
import { visible } from '../../../app/rendering.ts';
import type { Cli } from '../../cli.ts';
import { requestLines } from '../shared/exchange.ts';
import { leftAlone, leftAloneLine, leftAloneLines } from '../shared/left-alone.ts';
import type { NameOf } from '../shared/names.ts';
import { rowPrinter, SHOWN_PER_GROUP } from '../shared/printer.ts';
import {
  basisLines,
  estimateLine,
  planSummary,
  skipLine,
  titleOf,
  waitingText,
  warningLines,
} from '../shared/summary.ts';
import { below } from '../shared/text.ts';
import type { PlanRow, PlanView } from './views.ts';

/** Options of the text form of a plan. */
export interface ShownPlan {
  /** Every object; else those of a large group are counted. */
  readonly showsAll: boolean;
  readonly showsRequests: boolean;
  /** Who is left alone, and why. */
  readonly showsWhy: boolean;
  readonly nameOf: NameOf;
}

/** The plan in text: grouped by phase and action, folded where it is long. */
export function textView(cli: Cli, { showsAll, showsRequests, showsWhy, nameOf }: ShownPlan): PlanView {
  const colors = pc.createColors(cli.options.color);
  const limit = showsAll ? Number.POSITIVE_INFINITY : SHOWN_PER_GROUP;
  const printer = rowPrinter({ ...cli, options: { ...cli.options, quiet: false } }, nameOf, limit);
  const more = (row: PlanRow): readonly string[] =>
    showsRequests ? below(row.requests().flatMap(requestLines)) : [];
  const skipped = leftAlone<string>(showsWhy ? limit : 0);
  let head: PlanHead | null = null;
  return {
    begin: (begun) => {
      head = begun;
      cli.print(titleOf(begun));
      for (const line of basisLines(begun)) cli.print(colors.dim(visible(line)));
      cli.print('');
    },
    page: (phase, rows) => {
      printer.print(phase, rows, more);
      skipped.note(rows, leftAloneLine);
    },
    end: (end) => {
      printer.finish();
      if (printer.count() === 0) cli.print('  nothing to do');
      const why = showsWhy && head !== null ? leftAloneLines(skipped.groups(), head, colors) : [];
      if (why.length > 0) cli.print(`\n${why.join('\n')}`);
      for (const line of warningLines(end.warnings, colors)) cli.print(line);
      cli.print(`\n${planSummary(end.counts, end.requestCount, end.requestsPerSecond)}`);
      if (end.waiting.count > 0) cli.print(waitingText(end.waiting));
      const skips = skipLine(end);
      const hint = skips === '' || showsWhy ? '' : '; --why lists them';
      for (const line of [skips + hint, estimateLine(end)]) if (line !== '') cli.print(colors.dim(line));
    },
    abandon: () => printer.finish(),
  };
}
