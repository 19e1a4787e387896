import fc from 'fast-check';
import { expect, test } from 'vitest';
import { progressLine } from '../../../src/cli/report/progress-line.ts';

const PROGRESS = { read: 1_500, total: 3_000, requests: 1_620, underWay: 8, failed: 2 };

test.each([
  [100, `${'█'.repeat(19)}${'░'.repeat(19)} 1500/3000 objects read, 1620 requests, 8 under way, 2 failed`],
  [40, '████████░░░░░░░░ 1500/3000, 8 under way'],
  [30, '███░░░ 1500/3000, 8 under way'],
  [20, '████░░░░░ 1500/3000'],
  [10, '1500/3000'],
  [5, ''],
])('in %i columns it is whole', (columns, line) => {
  expect(progressLine(PROGRESS, columns)).toBe(line);
});

test('it says how many requests are under way at 40 columns', () => {
  expect(progressLine(PROGRESS, 40)).toContain('8 under way');
  expect(progressLine({ ...PROGRESS, total: null }, 40)).toBe('1500 read, 8 under way, 2 failed');
});

test('it is never wider than the terminal, and its bar never full', () => {
  const count = fc.integer({ min: 0, max: 10_000_000 });
  fc.assert(
    fc.property(
      count,
      count,
      count,
      count,
      count,
      fc.integer({ min: 1, max: 300 }),
      (read, rest, requests, underWay, failed, columns) => {
        const line = progressLine({ read, total: read + rest, requests, underWay, failed }, columns);
        expect(line.length).toBeLessThanOrEqual(Math.max(0, columns - 1));
        if (line.includes('█')) expect(line).toContain('░');
      },
    ),
  );
});
