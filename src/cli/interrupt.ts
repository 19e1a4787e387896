import { Interruption } from '../model/errors.ts';
import { EXIT } from './exit-codes.ts';

/** A signal that SIGINT and SIGTERM abort once. */
export interface Interrupt {
  readonly signal: AbortSignal;
  /** Does as the first signal would. */
  stop(): void;
  /** Restores the signal handling of before. */
  release(): void;
}

let underWay = 0;
let begun = 0;

/** Whether something is under way that a signal would have finished and saved. */
export function isUnderWay(): boolean {
  return underWay > 0;
}

/** Whether something of the kind was ever begun. */
export function wasUnderWay(): boolean {
  return begun > 0;
}

/**
 * Turns the first SIGINT or SIGTERM into an abort, so that what is under way can be finished; a second one ends the
 * process at once, as without a listener.
 * @param controller what is aborted; one of its own when absent
 */
export function interruptSignal(
  announce: () => void,
  controller: AbortController = new AbortController(),
): Interrupt {
  let isReleased = false;
  underWay += 1;
  begun += 1;
  const letSignalsGo = (): void => {
    process.off('SIGINT', abort);
    process.off('SIGTERM', abort);
  };
  const release = (): void => {
    letSignalsGo();
    if (!isReleased) underWay -= 1;
    isReleased = true;
  };
  const abort = (): void => {
    letSignalsGo();
    endWhereSignalsDoNot();
    announce();
    controller.abort();
  };
  process.on('SIGINT', abort);
  process.on('SIGTERM', abort);
  return { signal: controller.signal, stop: abort, release };
}

/**
 * Does work that the first SIGINT or SIGTERM stops; it then cleans up, and the exit code tells.
 * @param announce says what becomes of the work
 */
export async function untilInterrupted(
  announce: () => void,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const interrupt = interruptSignal(announce);
  try {
    await work(interrupt.signal);
  } catch (error) {
    if (!(error instanceof Interruption)) throw error;
    process.exitCode = EXIT.interrupted;
  } finally {
    interrupt.release();
  }
}

/** The first process of a container is not ended by a signal without a listener. */
function endWhereSignalsDoNot(): void {
  if (process.pid !== 1) return;
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => process.exit(EXIT.interrupted));
}
