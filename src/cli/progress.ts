import { SingleBar } from 'cli-progress';
import type { CycleCounts } from '../model/cycle.ts';
import type { Cli } from './cli.ts';

/** Shows how far a cycle is, where stderr is a terminal. */
export interface CycleProgress {
  show(counts: CycleCounts): void;
  /** Prints something without tearing the bar. */
  aside(print: () => void): void;
  stop(): void;
}

const SILENT: CycleProgress = { show: () => undefined, aside: (print) => print(), stop: () => undefined };

/**
 * Begins the progress bar of a cycle.
 * @param objectCount how many objects it reads; null: not known, and it counts up without a total
 */
export function cycleProgress(cli: Cli, objectCount: number | null): CycleProgress {
  if (!process.stderr.isTTY || cli.options.quiet || cli.options.json) return SILENT;
  const format =
    objectCount !== null
      ? '{bar} {value}/{total} objects read, {requests} requests, {failed} failed'
      : '{value} objects read, {requests} requests, {failed} failed';
  const bar = new SingleBar({ format, stream: process.stderr, clearOnComplete: true, hideCursor: true });
  bar.start(objectCount ?? 0, 0, { requests: 0, failed: 0 });
  return {
    show: ({ imported, requests, failed }) => bar.update(imported, { requests, failed }),
    aside: (print) => {
      process.stderr.write('\r\u001b[K');
      print();
      bar.render();
    },
    stop: () => bar.stop(),
  };
}
