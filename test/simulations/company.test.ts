import { expect, it } from 'vitest';
import type { CycleRecord } from '../../src/model/cycle.ts';
import { startTarget } from '../../src/target/start.ts';
import { simulateCompany } from './simulated-company.ts';

it('a week of a company in which users join, move and leave: after each change the target holds what it should', async () => {
  const target = await startTarget();
  const cycles: CycleRecord[] = [];
  try {
    const { comparisons, changes } = await simulateCompany({
      target,
      seed: 7,
      userCount: 80,
      days: 7,
      everyHours: 4,
      changesAtOnce: 6,
      watches: true,
      onCycle: (record) => cycles.push(record),
    });
    for (const { at, held, intended } of comparisons) expect(held, at).toEqual(intended);
    expect(comparisons).toHaveLength(43);
    expect(changes).toBeGreaterThan(100);
    expect(cycles).toHaveLength((7 * 24 * 60) / 40 + 1);
    expect(cycles.filter(({ kind }) => kind === 'initial')).toHaveLength(2);
    expect(cycles.filter(({ counts }) => counts.failed > 0)).toEqual([]);
  } finally {
    await target.stop();
  }
});

it('of users deleted a month before nothing is left', async () => {
  const target = await startTarget();
  try {
    const { comparisons } = await simulateCompany({
      target,
      seed: 11,
      userCount: 20,
      days: 40,
      everyHours: 24,
      changesAtOnce: 3,
      watches: true,
      onCycle: () => {},
    });
    for (const { at, held, intended } of comparisons) expect(held, at).toEqual(intended);
    const deleted = target
      .requests()
      .filter(({ method, path }) => method === 'DELETE' && path.startsWith('/Users'));
    expect(deleted.length).toBeGreaterThan(0);
  } finally {
    await target.stop();
  }
});
