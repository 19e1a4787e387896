import { sha256 } from '../../src/io/fingerprint.ts';
import type { Instant } from '../../src/model/identifiers.ts';
import type { World } from '../../src/model/ports.ts';

/** A world in which nothing happens unless a test says so. */
export interface FakeWorld extends World {
  /** Lets time pass. */
  advance(ms: number): void;
}

/**
 * Makes a world whose clock stands still until it is advanced, whose GUIDs count up from 1, and whose chance is
 * always the same number.
 */
export const fakeWorld = ({
  now = '2026-01-01T00:00:00.000Z',
  random = 0.5,
}: {
  readonly now?: Instant;
  readonly random?: number;
} = {}): FakeWorld => {
  let clock = Date.parse(now);
  let guids = 0;
  return {
    now: () => new Date(clock).toISOString(),
    guid: () => `00000000-0000-4000-8000-${(++guids).toString(16).padStart(12, '0')}`,
    random: () => random,
    digest: sha256,
    advance: (ms) => {
      clock += ms;
    },
  };
};
