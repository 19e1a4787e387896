import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ASSUMED_PACE, createPace, LOWEST_PACE, RECOVERY } from '../../../../src/io/scim-client/flow/pace.ts';
import { fakeTime } from '../raw-target.ts';

/** Sends so many requests one after another; when each of them was sent. */
const send = async (pace: ReturnType<typeof createPace>, count: number): Promise<readonly number[]> => {
  const sentAt: number[] = [];
  for (let n = 0; n < count; n += 1) {
    await pace.turn();
    sentAt.push(pace.noteSent());
  }
  return sentAt;
};

describe('the pace', () => {
  test('is full, without delays, until a 429', async () => {
    const time = fakeTime();
    const pace = createPace(25, time);
    await send(pace, 50);
    expect(time.naps).toEqual([]);
    expect(pace.current()).toBeNull();
  });

  test('is halved then, and requests follow each other that much more slowly', async () => {
    const pace = createPace(25, fakeTime());
    const [first = 0] = await send(pace, 1);
    pace.slowDown(first);
    expect(pace.current()).toBe(12.5);
    expect(await send(pace, 3)).toEqual([80, 160, 240]);
  });

  test('is halved once for all concurrent requests', async () => {
    const pace = createPace(20, fakeTime());
    const sentAt = await send(pace, 5);
    await pace.turn();
    pace.slowDown(sentAt[4] ?? 0);
    expect(pace.current()).toBe(10);
    const [after = 0] = await send(pace, 1);
    pace.slowDown(after - 1_000);
    expect(pace.current()).toBe(10);
    pace.slowDown(after);
    expect(pace.current()).toBe(5);
  });

  test('never falls below its lowest, unless the job itself is slower', async () => {
    for (const [full, lowest] of [
      [25, LOWEST_PACE],
      [0.2, 0.2],
    ] as const) {
      const pace = createPace(full, fakeTime());
      for (let n = 0; n < 20; n += 1) pace.slowDown((await send(pace, 1))[0] ?? 0);
      expect(pace.current()).toBe(lowest);
    }
  });

  test('recovers step by step with each success, up to the full pace and not further', async () => {
    const pace = createPace(2, fakeTime());
    pace.slowDown((await send(pace, 1))[0] ?? 0);
    expect(pace.current()).toBe(1);
    pace.succeeded();
    expect(pace.current()).toBeCloseTo(1 + RECOVERY);
    for (let n = 0; n < 10; n += 1) pace.succeeded();
    expect(pace.current()).toBeNull();
  });

  test('of a job without a limit is halved from what was sent, and has no limit again afterwards', async () => {
    const busy = createPace(0, fakeTime());
    busy.slowDown((await send(busy, 200)).at(-1) ?? 0);
    expect(busy.current()).toBe(100);
    const idle = createPace(0, fakeTime());
    idle.slowDown((await send(idle, 1))[0] ?? 0);
    expect(idle.current()).toBe(ASSUMED_PACE / 2);
    for (let n = 0; n < ASSUMED_PACE / 2 / RECOVERY + 1; n += 1) idle.succeeded();
    expect(idle.current()).toBeNull();
  });
});

describe('a pause', () => {
  test('holds every request back until it is over, and a shorter one does not end it', async () => {
    const time = fakeTime();
    const pace = createPace(25, time);
    pace.pause(7_000);
    pace.pause(1_000);
    expect(pace.isPaused()).toBe(true);
    expect(await send(pace, 2)).toEqual([7_000, 7_000]);
    expect(pace.isPaused()).toBe(false);
  });

  test('that begins while a request waits delays that request too', async () => {
    const time = fakeTime((ms) => {
      if (ms === 1_000) pace.pause(9_000);
    });
    const pace = createPace(2, time);
    pace.slowDown(pace.noteSent());
    expect(await send(pace, 1)).toEqual([10_000]);
    expect(time.naps).toEqual([1_000, 9_000]);
  });
});

test('whatever the target answers, the pace stays between its lowest and the full one', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.1, max: 1_000, noNaN: true }),
      fc.array(fc.boolean(), { maxLength: 200 }),
      (full, successes) => {
        const pace = createPace(full, fakeTime());
        for (const isSuccess of successes) {
          if (isSuccess) pace.succeeded();
          else pace.slowDown(0);
          const current = pace.current() ?? full;
          expect(current).toBeLessThanOrEqual(full);
          expect(current).toBeGreaterThanOrEqual(Math.min(LOWEST_PACE, full) - 1e-9);
        }
      },
    ),
  );
});
