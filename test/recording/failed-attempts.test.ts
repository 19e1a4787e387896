import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_SAFETY } from '../../src/model/safety.ts';
import type { Escrow } from '../../src/model/state.ts';
import { nextAttemptAt } from '../../src/recording/escrow.ts';
import { attemptsWith, attemptsWithout, type FailedNow } from '../../src/recording/failed-attempts.ts';
import { idOf } from '../support/builders.ts';

const HOUR = 3_600_000;
const at = (hours: number): string =>
  new Date(Date.parse('2026-01-01T00:00:00.000Z') + hours * HOUR).toISOString();
const never = (): boolean => false;

const failing = (key: string, cycle: number, code: FailedNow['code'] = 'Conflict'): FailedNow => ({
  key,
  code,
  cycleId: `cycle-${cycle}`,
  now: at(cycle),
});

const anEscrow = (rest: Partial<Escrow> = {}): Escrow => ({
  sourceId: idOf('g1'),
  objectType: 'Group',
  label: 'g1',
  isReference: true,
  failure: { code: 'Conflict', message: '', status: 409 },
  firstFailedAt: at(0),
  lastFailedAt: at(0),
  attemptCount: 1,
  ...rest,
});

/** The escrow after some failures, one after another. */
const escrowAfter = (...failures: readonly FailedNow[]): Escrow =>
  failures.reduce<Escrow>(
    (before, failed) => anEscrow({ attempts: attemptsWith(failed, before, never), lastFailedAt: failed.now }),
    anEscrow({ attempts: [] }),
  );

describe('what failed of an object', () => {
  test('counts once in a cycle, and what failed together is kept together', () => {
    const { attempts } = escrowAfter(
      failing('a', 0),
      failing('b', 0),
      failing('b', 1),
      failing('a', 1),
      failing('a', 1),
    );
    expect(attempts).toEqual([
      { cycleId: 'cycle-1', code: 'Conflict', lastFailedAt: at(1), attemptCount: 2, failed: ['b', 'a'] },
    ]);
  });

  test('has a time of its own for each write: the earliest is that of the object', () => {
    const escrow = escrowAfter(
      failing('a', 0),
      failing('a', 1),
      failing('a', 7),
      failing('b', 8),
      failing('b', 9),
    );
    expect(escrow.attempts?.map(({ attemptCount }) => attemptCount)).toEqual([3, 2]);
    expect(nextAttemptAt(escrow, DEFAULT_SAFETY.retry)).toBe(at(15));
  });

  test('before anything was sent continues counting although its message differs', () => {
    const { attempts } = escrowAfter(
      failing('Conflict 1', 0),
      failing('Conflict 2', 1),
      failing('Conflict 3', 7),
    );
    expect(attempts).toMatchObject([{ attemptCount: 3, failed: ['Conflict 3'] }]);
  });

  test('continues counting from an escrow of an older state', () => {
    expect(attemptsWith(failing('a', 9), anEscrow({ attemptCount: 4 }), never)).toMatchObject([
      { attemptCount: 5 },
    ]);
  });

  test('is forgotten where it was written, or is written no more', () => {
    const escrow = escrowAfter(failing('a', 0), failing('b', 0), failing('c', 1));
    expect(attemptsWithout('c', escrow, 'cycle-2', never)).toMatchObject([{ failed: ['a', 'b'] }]);
    expect(attemptsWithout('a', escrow, 'cycle-1', () => true)).toMatchObject([{ failed: ['c'] }]);
  });

  test('is there once, however often and in whatever order it fails', () => {
    const failure = fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd'), cycle: fc.nat({ max: 5 }) });
    fc.assert(
      fc.property(fc.array(failure, { minLength: 1, maxLength: 20 }), (failures) => {
        const inOrder = failures.sort((one, other) => one.cycle - other.cycle);
        const { attempts = [] } = escrowAfter(...inOrder.map(({ key, cycle }) => failing(key, cycle)));
        for (const key of new Set(inOrder.map((one) => one.key))) {
          const cycles = new Set(inOrder.flatMap((one) => (one.key === key ? [one.cycle] : [])));
          const kept = attempts.filter(({ failed }) => failed.includes(key));
          expect(kept).toMatchObject([{ attemptCount: cycles.size, lastFailedAt: at(Math.max(...cycles)) }]);
        }
      }),
    );
  });
});
