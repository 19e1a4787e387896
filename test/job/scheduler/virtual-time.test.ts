import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../src/io/fingerprint.ts';
import { createVirtualTime, createVirtualWorld } from '../../../src/job/scheduler/virtual-time.ts';

const START = '2026-01-01T00:00:00.000Z';

describe('the time of a simulation', () => {
  it('stands still until it is advanced', () => {
    const time = createVirtualTime(START);
    expect([time.now(), time.now()]).toEqual([START, START]);
    time.advanceTo('2026-02-01T00:00:00.000Z');
    expect(time.now()).toBe('2026-02-01T00:00:00.000Z');
    expect(time.nowMs()).toBe(Date.parse('2026-02-01T00:00:00.000Z'));
  });

  it('never goes back', () => {
    const time = createVirtualTime(START);
    time.advanceTo('2025-01-01T00:00:00.000Z');
    expect(time.now()).toBe(START);
  });

  it('passes by the longest of the waits that run side by side, not by their sum', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(100_000), { minLength: 1 }), async (waits) => {
        const time = createVirtualTime(START);
        await Promise.all(waits.map((ms) => time.sleep(ms)));
        expect(time.nowMs()).toBe(Date.parse(START) + Math.max(...waits));
      }),
    );
  });

  it('passes by the sum of waits that follow each other', async () => {
    const time = createVirtualTime(START);
    await time.sleep(1_000);
    await time.sleep(2_000);
    expect(time.now()).toBe('2026-01-01T00:00:03.000Z');
  });
});

describe('the chance of a simulation', () => {
  const draw = (seed: number) => {
    const world = createVirtualWorld(createVirtualTime(START), sha256, seed);
    return Array.from({ length: 20 }, () => [world.guid(), world.random()] as const);
  };

  it('is the same for the same seed, and another for another', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        expect(draw(seed)).toEqual(draw(seed));
        expect(draw(seed)).not.toEqual(draw(seed + 1));
      }),
    );
  });

  it('makes GUIDs of version 4 that do not repeat, and numbers from 0 to below 1', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const drawn = draw(seed);
        expect(new Set(drawn.map(([guid]) => guid)).size).toBe(drawn.length);
        for (const [guid, number] of drawn) {
          expect(guid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
          expect(number).toBeGreaterThanOrEqual(0);
          expect(number).toBeLessThan(1);
        }
      }),
    );
  });
});
