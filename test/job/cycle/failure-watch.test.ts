import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type FailureWatch, watchFailures } from '../../../src/job/cycle/failure-watch.ts';
import type { PlannedPage } from '../../../src/job/phases/objects.ts';
import type { RestartScope } from '../../../src/model/control.ts';
import { INITIAL_CONTROL } from '../../../src/model/control.ts';
import type { CycleKind } from '../../../src/model/cycle.ts';
import { QuarantineError } from '../../../src/model/errors.ts';
import type { Phase, Planned } from '../../../src/model/pipeline.ts';
import { DEFAULT_SAFETY } from '../../../src/model/safety.ts';
import { aDesired, aMatched, aUser, idOf, notFound } from '../../support/builders.ts';

type Fate = 'fails' | 'agrees' | 'is skipped';

const subject = { objectType: 'User', source: { id: idOf('u1'), label: 'u1' } } as const;

const itemOf = (fate: Fate): Planned =>
  fate === 'fails'
    ? {
        kind: 'failure',
        ...subject,
        matched: null,
        action: 'create',
        isReference: false,
        failure: { code: 'Conflict', message: '', status: 409 },
      }
    : {
        kind: 'skip',
        ...subject,
        matched: aMatched(aDesired(aUser(), []), notFound()),
        code: fate === 'agrees' ? 'RedundantExport' : 'NotEffectivelyEntitled',
        reason: '',
        linkEffect: 'keep',
        action: 'other',
      };

const page = (fates: readonly Fate[], phase: Phase = 'users'): PlannedPage => ({
  phase,
  items: fates.map(itemOf),
});

const times = (count: number, fate: Fate): readonly Fate[] => Array.from({ length: count }, () => fate);

/** Watches with small figures: 5 failures are looked at, 10 are too many, 15 with references. */
function watching({ kind = 'incremental' as CycleKind, sourceCount = 0, stock = 0, successCount = 0 } = {}) {
  const resets: (readonly RestartScope[])[] = [];
  let objects = stock;
  let references = 0;
  const watch = watchFailures({
    kind,
    sourceCount,
    control: { ...INITIAL_CONTROL, successCount },
    state: { escrowCount: (isReference) => (isReference ? references : objects) },
    store: {
      reset: (scopes) => {
        resets.push(scopes);
        objects = references = 0;
      },
    },
    safety: {
      ...DEFAULT_SAFETY,
      quarantine: {
        ...DEFAULT_SAFETY.quarantine,
        minimumFailures: 5,
        maximumFailures: 10,
        maximumTotalFailures: 15,
      },
    },
  });
  const note: FailureWatch['note'] = (one, outcomes) => {
    const failed = one.items.filter(({ kind: planned }) => planned === 'failure').length;
    if (one.phase === 'references' || one.phase === 'memberships') references += failed;
    else objects += failed;
    watch.note(one, outcomes);
  };
  return { watch: { ...watch, note }, resets };
}

describe('an incremental cycle', () => {
  test('breaks off as soon as its failures are too many whatever comes of the rest', () => {
    const { watch } = watching({ sourceCount: 1_000 });
    watch.note(page(times(10, 'fails')), []);
    expect(() => watch.note(page(['fails']), [])).toThrow(QuarantineError);
  });

  test('goes on while those that it has not come to may outweigh the failures', () => {
    const { watch } = watching({ sourceCount: 15 });
    watch.note(page(times(6, 'fails')), []);
    watch.note(page(times(9, 'agrees')), []);
    expect([watch.conclude(), watch.successCount()]).toEqual([null, 9]);
  });

  test('breaks off when they cannot any more', () => {
    const { watch } = watching({ sourceCount: 14 });
    expect(() => watch.note(page(times(6, 'fails')), [])).toThrow(/6 of 14 objects fail/);
  });

  test('comes to the same verdict in whatever order its pages come', () => {
    const fates = fc
      .record({ failing: fc.nat({ max: 9 }), agreeing: fc.nat({ max: 20 }) })
      .map(({ failing, agreeing }) => [...times(failing, 'fails'), ...times(agreeing, 'agrees')]);
    const shuffled = fates.chain((all) =>
      fc.tuple(fc.shuffledSubarray([...all], { minLength: all.length }), fc.integer({ min: 1, max: 7 })),
    );
    fc.assert(
      fc.property(shuffled, ([all, size]) => {
        const { watch } = watching({ sourceCount: all.length });
        const failing = all.filter((fate) => fate === 'fails').length;
        const isTooBad = failing >= 5 && failing / all.length > 0.4;
        const run = (): unknown => {
          for (let start = 0; start < all.length; start += size)
            watch.note(page(all.slice(start, start + size)), []);
          return watch.conclude();
        };
        let verdict: unknown;
        try {
          verdict = run();
        } catch (error) {
          verdict = error;
        }
        expect(verdict instanceof QuarantineError).toBe(isTooBad);
      }),
    );
  });

  test('gives those that failed before their chance, and judges what is left of them at its end', () => {
    const { watch } = watching({ sourceCount: 100, stock: 12 });
    watch.note(page(['fails']), []);
    expect(watch.conclude()?.reason).toBe('EncounteredBaseEscrowThreshold');
  });

  test('counts the successes since failures were last forgotten', () => {
    const { watch } = watching({ stock: 6, successCount: 9 });
    expect(watch.conclude()).toBeNull();
    expect(watching({ stock: 6, successCount: 8 }).watch.conclude()?.message).toMatch(/^6 of 14 /);
  });

  test('counts failed references with the others for the total only', () => {
    const { watch } = watching({ sourceCount: 1_000 });
    watch.note(page(times(9, 'fails')), []);
    watch.note(page(times(6, 'fails'), 'memberships'), []);
    expect(() => watch.note(page(['fails'], 'references'), [])).toThrow(/16 failures, references included/);
  });

  test('counts nobody as a success who was left alone', () => {
    const { watch } = watching();
    watch.note(page(times(20, 'is skipped')), []);
    expect(watch.successCount()).toBe(0);
  });
});

describe('an initial cycle', () => {
  test('discards failures that are too many, and goes on', () => {
    const { watch, resets } = watching({ kind: 'initial', sourceCount: 30 });
    watch.note(page(times(11, 'fails')), []);
    expect([resets, watch.isPruned(), watch.successCount()]).toEqual([[['Escrows']], true, 0]);
    watch.note(page(times(4, 'agrees')), []);
    expect([watch.conclude(), watch.successCount()]).toEqual([null, 4]);
  });

  test('discards at its end a share that is too large only then', () => {
    const { watch, resets } = watching({ kind: 'initial', sourceCount: 30 });
    watch.note(page(times(6, 'fails')), []);
    expect(watch.isPruned()).toBe(false);
    expect([watch.conclude(), watch.isPruned(), resets]).toEqual([null, true, [['Escrows']]]);
  });

  test('keeps failures that are bearable', () => {
    const { watch, resets } = watching({ kind: 'initial', sourceCount: 20 });
    watch.note(page(times(5, 'fails')), []);
    watch.note(page(times(15, 'agrees')), []);
    expect([watch.conclude(), watch.isPruned(), resets]).toEqual([null, false, []]);
  });
});
