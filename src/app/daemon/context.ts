import type { Metrics } from '../../io/http/metrics.ts';
import type { Log } from './log.ts';
import type { Exclusively } from './serial-executor.ts';

/** What the parts of a daemon share. */
export interface DaemonContext {
  readonly log: Log;
  readonly metrics: Metrics;
  /** Serializes writes to the directory store. */
  readonly exclusively: Exclusively;
  /** Whether the clock is right for the cycle of a job that begins, whatever the cycle before says. */
  readonly acceptsClock: (job: string) => boolean;
}
