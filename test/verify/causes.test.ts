import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../src/verify/catalogue.ts';
import { findCauses } from '../../src/verify/causes.ts';
import { type CheckResult, STATES } from '../../src/verify/result.ts';
import { SYMPTOMS } from '../../src/verify/verdict.ts';
import { type SeededRandom, seededRandom } from '../support/seeded-random.ts';

const SEEDS = 2000;

/** A result of each check that a run may come to, whether it makes sense or not. */
const anyResults = (random: SeededRandom): readonly CheckResult[] =>
  CATALOGUE.filter(() => random.chance(0.9)).map((check) => {
    const state = random.pick(STATES) ?? 'pass';
    const isUnmet = state === 'fail' || state === 'warn';
    return {
      check,
      severity: check.severity,
      state,
      reason: state === 'pass' ? null : 'for a reason',
      miss: isUnmet ? (random.pick(['refused', 'dropped', 'wrong'] as const) ?? null) : null,
      symptom: isUnmet ? (random.pick([null, ...SYMPTOMS]) ?? null) : null,
      isLesser: state === 'warn' && random.chance(0.5),
      notes: [],
      exchanges: [],
      decisive: null,
      status: isUnmet ? (random.pick([200, 204, 400, 404, 405, 406, 409, 500, 501]) ?? null) : null,
      durationMs: 0,
      isKnown: false,
    };
  });

describe('the causes of failures', () => {
  it('explain what is not met only, and each check once', () => {
    for (let seed = 0; seed < SEEDS; seed += 1) {
      const results = anyResults(seededRandom(seed));
      const explained = findCauses(results).flatMap(({ checks }) => checks);
      const unmet = results.filter(({ state }) => state === 'fail' || state === 'warn');
      expect(explained.filter((id) => !unmet.some(({ check }) => check.id === id))).toEqual([]);
      expect(new Set(explained).size).toBe(explained.length);
    }
  });

  it('are none where all is met', () => {
    const passed = anyResults(seededRandom(1)).map((result) => ({ ...result, state: 'pass' as const }));
    expect(findCauses(passed)).toEqual([]);
  });
});
