import { setTimeout as sleep } from 'node:timers/promises';
import { InvalidArgumentError, Option } from 'commander';
import { parseDurationMs } from '../app/rendering.ts';

/** The option that says how often the output is refreshed, once a second by default; its value is in milliseconds. */
export function intervalOption(meaning: string): Option {
  return new Option('--interval <duration>', meaning).argParser(readInterval).default(1_000, '1s');
}

function readInterval(text: string): number {
  const intervalMs = parseDurationMs(text);
  if (intervalMs !== null && intervalMs >= 1_000) return intervalMs;
  throw new InvalidArgumentError('a duration of at least 1s was expected, such as 5s or 1m.');
}

/** Shows something now and again after each interval, until the signal is aborted. */
export async function refresh(show: () => unknown, intervalMs: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await show();
    // Aborted, the wait ends at once, and that is no failure.
    await sleep(intervalMs, undefined, { signal }).catch(() => undefined);
  }
}
