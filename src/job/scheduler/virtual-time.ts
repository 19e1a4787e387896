import type { Instant } from '../../model/identifiers.ts';
import type { World } from '../../model/ports.ts';

/** Time that passes only when a test or simulation advances it. */
export interface VirtualTime {
  now(): Instant;
  /** Milliseconds since 1970. */
  nowMs(): number;
  /** Passes at once. Concurrent waits take as long as the longest, not as their sum. */
  sleep(ms: number): Promise<void>;
  /** Goes on to an instant; one that is past changes nothing. */
  advanceTo(instant: Instant): void;
}

/** Makes a virtual time that stands at an instant. */
export function createVirtualTime(startsAt: Instant): VirtualTime {
  let nowMs = Date.parse(startsAt);
  return {
    now: () => new Date(nowMs).toISOString(),
    nowMs: () => nowMs,
    sleep: async (ms) => {
      const until = nowMs + ms;
      await Promise.resolve();
      nowMs = Math.max(nowMs, until);
    },
    advanceTo: (instant) => {
      nowMs = Math.max(nowMs, Date.parse(instant));
    },
  };
}

/** Makes numbers, 0 ≤ n < 1, that a seed decides (the generator known as mulberry32). */
const seededNumbers = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

/** Makes a world on a virtual time, whose chance is decided by a seed: the same simulation has the same course. */
export function createVirtualWorld(time: Pick<VirtualTime, 'now'>, digest: World['digest'], seed = 1): World {
  const random = seededNumbers(seed);
  const digits = (count: number): string =>
    Array.from({ length: count }, () => Math.floor(random() * 16).toString(16)).join('');
  return {
    now: time.now,
    random,
    digest,
    // @see RFC 9562 §5.4: version 4, with the variant in the two highest bits of its fourth part.
    guid: () =>
      `${digits(8)}-${digits(4)}-4${digits(3)}-${'89ab'[Math.floor(random() * 4)]}${digits(3)}-${digits(12)}`,
  };
}
