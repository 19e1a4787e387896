import type { ElapsedTime } from './elapsed-time.ts';
import { createMeter } from './meter.ts';

/** The lowest pace that answers of 429 bring requests down to, in requests a second. */
export const LOWEST_PACE = 1;

/** What each success adds to the pace, in requests a second: after one cut, the full pace is back in some 7 s. */
export const RECOVERY = 0.1;

/**
 * What a job without a limit of its own is taken to have sent, at least, when it is told for the first time that it
 * was too much: the figure that the gallery asks of targets.
 */
export const ASSUMED_PACE = 25;

/** How fast requests may follow each other, as the target's answers teach it. */
export interface Pace {
  /** Waits until it is a request's turn. @throws what the wait does when the signal is aborted */
  turn(signal?: AbortSignal): Promise<void>;
  /** A pause has begun that a request has to wait for, also one whose turn it was. */
  isPaused(): boolean;
  /** Notes that a request is sent; returns when. */
  noteSent(): number;
  /** Notes that the target did what was asked, or refused it for a reason other than its load. */
  succeeded(): void;
  /**
   * Halves the pace.
   * @param sentAt when the request was sent that was too much; one sent before the last cut says nothing of the pace since
   */
  slowDown(sentAt: number): void;
  /** Holds all requests back for some milliseconds; a pause that lasts longer already stays. */
  pause(ms: number): void;
  /** Requests a second; null: as fast as the job's own limit lets them. */
  current(): number | null;
}

/**
 * Makes a pace that gives way: cut by half when the target says that it was sent too much, raised a little with each
 * success until it is full again.
 *
 * @param requestsPerSecond the full pace; 0: no limit, and then it is what was sent in the second before the cut, and
 * no limit again once that is reached.
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
