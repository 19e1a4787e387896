import type { ElapsedTime } from './elapsed-time.ts';
import { createMeter } from './meter.ts';

/** The slowest pace after 429s, in requests a second. */
export const LOWEST_PACE = 1;

/** Each success adds this to the pace, in requests a second: full pace returns about 7 s after one cut. */
export const RECOVERY = 0.1;

/** The pace that a job without a limit is cut from at least: the rate that the gallery requires of targets. */
export const ASSUMED_PACE = 25;

/** The request rate, adapted to the answers of the target. */
interface Pace {
  /** Waits until a request may be sent. @throws what the wait does when the signal is aborted */
  turn(signal?: AbortSignal): Promise<void>;
  /** Whether a pause applies now, which may have begun after `turn` resolved. */
  isPaused(): boolean;
  /** Notes that a request is sent; returns the instant. */
  noteSent(): number;
  /** Notes an answer other than 429 and 503. */
  succeeded(): void;
  /** Halves the pace. @param sentAt when the request was sent; one sent before the last cut is ignored */
  slowDown(sentAt: number): void;
  /** Delays all requests; never shortens a pause. */
  pause(ms: number): void;
  /** Requests a second; null: unlimited here. */
  current(): number | null;
}

/**
 * Makes a pace that 429s halve and successes raise again until it is full.
 * @param requestsPerSecond the full pace; 0: unlimited. Then a cut starts from the measured rate, and no limit
 * applies once that is reached again.
 */
export function createPace(requestsPerSecond: number, time: ElapsedTime): Pace {
  const meter = createMeter();
  let limit: number | null = null;
  let full = requestsPerSecond;
  let cutAt = Number.NEGATIVE_INFINITY;
  let pausedUntil = Number.NEGATIVE_INFINITY;
  let nextAt = Number.NEGATIVE_INFINITY;

  const isPaused = (): boolean => time.nowMs() < pausedUntil;

  const turn = async (signal?: AbortSignal): Promise<void> => {
    do {
      const now = time.nowMs();
      const at = Math.max(now, pausedUntil, limit === null ? now : nextAt);
      if (limit !== null) nextAt = at + 1_000 / limit;
      if (at > now) await time.sleep(Math.ceil(at - now), signal);
    } while (isPaused());
  };

  return {
    turn,
    isPaused,
    noteSent: () => {
      const now = time.nowMs();
      meter.note(now);
      return now;
    },
    succeeded: () => {
      if (limit === null) return;
      limit += RECOVERY;
      if (limit >= full) limit = null;
    },
    slowDown: (sentAt) => {
      if (sentAt < cutAt) return;
      const now = time.nowMs();
      if (limit === null && requestsPerSecond === 0) full = Math.max(ASSUMED_PACE, meter.perSecond(now));
      limit = Math.max(Math.min(LOWEST_PACE, full), (limit ?? full) / 2);
      nextAt = now + 1_000 / limit;
      cutAt = now;
    },
    pause: (ms) => {
      pausedUntil = Math.max(pausedUntil, time.nowMs() + ms);
    },
    current: () => limit,
  };
}
