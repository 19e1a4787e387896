import { expect, test } from 'vitest';
import { systemWorld } from '../../src/io/world.ts';
import { fakeWorld } from '../support/fake-world.ts';

test.each([
  ['the machine', systemWorld],
  ['the fake', fakeWorld()],
])(
  '%s tells the time in UTC, makes lower-case GUIDs without repeating one, and draws from 0 up to below 1',
  (_name, world) => {
    expect(world.now()).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const guids = Array.from({ length: 50 }, () => world.guid());
    for (const guid of guids)
      expect(guid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(new Set(guids).size).toBe(50);
    for (const number of Array.from({ length: 50 }, () => world.random())) {
      expect(number).toBeGreaterThanOrEqual(0);
      expect(number).toBeLessThan(1);
    }
  },
);

test('the clock of the fake moves only when advanced', () => {
  const world = fakeWorld({ now: '2026-03-01T00:00:00.000Z' });
  expect([world.now(), world.now()]).toEqual(['2026-03-01T00:00:00.000Z', '2026-03-01T00:00:00.000Z']);
  world.advance(90_000);
  expect(world.now()).toBe('2026-03-01T00:01:30.000Z');
});
