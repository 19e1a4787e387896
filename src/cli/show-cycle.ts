import { SingleBar } from 'cli-progress';
import pc from 'picocolors';
import type { AppEvent, Call } from '../app/events.ts';
import type { CycleCounts } from '../model/cycle.ts';
import type { Cli } from './cli.ts';
import { type Interrupt, interruptSignal } from './interrupt.ts';
import { noteEvent } from './note-events.ts';
import { progressLine, type ShownProgress } from './report/progress-line.ts';
import { rowsOfPage } from './report/row.ts';
import { type LeftAlone, leftAlone, leftAloneLine, leftAloneLines } from './report/shared/left-alone.ts';
import { knownNames } from './report/shared/names.ts';
import { type RowPrinter, rowPrinter } from './report/shared/printer.ts';

/** What shows a cycle while it is under way. */
interface Shown {
  readonly progress: CycleProgress;
  readonly printer: RowPrinter;
  readonly interrupt: Interrupt;
}

/**
 * The call of a use case that runs a cycle: a progress bar and a line an object as it is done, and a first signal that
 * has the cycle finish what is under way.
 * @param shownPerGroup objects of one phase about which the same is done that are shown; the rest is counted
 * @param showsWhy lists who is left alone, and why, at the end
 */
export function showCycle(cli: Cli, shownPerGroup: number, showsWhy = false): Call {
  const stop = new AbortController();
  let shown: Shown | null = null;
  const names = knownNames();
  const isSilent = !showsWhy || cli.options.json || cli.options.quiet;
  const skipped = leftAlone<string>(isSilent ? 0 : shownPerGroup);
  const onEvent = (event: AppEvent): void => {
    if (event.kind === 'cycleBegun')
      shown = {
        progress: cycleProgress(cli, event.objectCount),
        printer: rowPrinter(cli, names.nameOf, shownPerGroup),
        // Until now nothing is under way, and a signal ends the process as usual.
        interrupt: interruptSignal(
          () =>
            cli.note(
              '\nStopping: what is under way is finished and saved. Press Ctrl+C again to stop at once.',
            ),
          stop,
        ),
      };
    else if (event.kind === 'pageExported') {
      const { phase, items, outcomes, counts } = event;
      names.keep(event.names);
      shown?.progress.show(counts);
      const rows = rowsOfPage(items, outcomes);
      skipped.note(rows, leftAloneLine);
      shown?.progress.aside(() => shown?.printer.print(phase, rows));
    } else if (event.kind === 'requestsUnderWay') shown?.progress.waiting(event.count);
    else if (event.kind === 'cycleEnded') {
      shown?.progress.stop();
      shown?.printer.finish();
      if (!isSilent) printLeftAlone(cli, skipped, (shown?.printer.count() ?? 0) > 0);
      shown?.interrupt.release();
    } else noteEvent(cli, event);
  };
  return { signal: stop.signal, onEvent };
}

function printLeftAlone(cli: Cli, skipped: LeftAlone<string>, isFollowing: boolean): void {
  const lines = leftAloneLines(skipped.groups(), null, pc.createColors(cli.options.color));
  if (lines.length > 0) cli.print(`${isFollowing ? '\n' : ''}${lines.join('\n')}`);
}

/** Shows how far a cycle is, where stderr is a terminal. */
interface CycleProgress {
  show(counts: CycleCounts): void;
  /** Takes how many requests are not answered yet. */
  waiting(underWay: number): void;
  /** Prints something without tearing the bar. */
  aside(print: () => void): void;
  stop(): void;
}

const SILENT: CycleProgress = {
  show: () => undefined,
  waiting: () => undefined,
  aside: (print) => print(),
  stop: () => undefined,
};

/**
 * Begins the progress bar of a cycle.
 * @param objectCount how many objects it reads; null: not known, and it counts up without a total
 */
function cycleProgress(cli: Cli, objectCount: number | null): CycleProgress {
  if (!process.stderr.isTTY || cli.options.quiet || cli.options.json) return SILENT;
  let shown: ShownProgress = { read: 0, total: objectCount, requests: 0, underWay: 0, failed: 0 };
  const bar = new SingleBar({
    format: () => progressLine(shown, process.stderr.columns ?? 80),
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: true,
  });
  bar.start(1, 0);
  const show = (change: Partial<ShownProgress>): void => {
    shown = { ...shown, ...change };
  };
  return {
    show: ({ imported, requests, failed }) => show({ read: imported, requests, failed }),
    waiting: (underWay) => show({ underWay }),
    aside: (print) => {
      process.stderr.write('\r\u001b[K');
      print();
      bar.render();
    },
    stop: () => bar.stop(),
  };
}
