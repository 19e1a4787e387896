import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type FailureWatch, watchFailures } from '../../../src/job/cycle/failure-watch.ts';
import type { PlannedPage } from '../../../src/job/phases/planned-page.ts';
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

/** Watches with small figures: the check begins at 5 failures, 10 are too many, 15 with references. */
function watching({ kind = 'incremental' as CycleKind, sourceCount = 0, stock = 0, successCount = 0 } = {}) {
  const resets: (readonly RestartScope[])[] = [];
  let objects = stock;
  let references = 0;
  const watch = watchFailures({
    kind,
    sourceCount,
    control: { ...INITIAL_CONTROL, successCount },
    state: { escrowCount: async (isReference) => (isReference ? references : objects) },
    store: {
      reset: async (scopes) => {
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
  const note: FailureWatch['note'] = async (one, outcomes) => {
    const failed = one.items.filter(({ kind: planned }) => planned === 'failure').length;
    if (one.phase === 'references' || one.phase === 'memberships') references += failed;
    else objects += failed;
    await watch.note(one, outcomes);
  };
  return { watch: { ...watch, note }, resets };
}

describe('an incremental cycle', () => {
  test('breaks off as soon as its failures are too many whatever comes of the rest', async () => {
    const { watch } = watching({ sourceCount: 1_000 });
    await watch.note(page(times(10, 'fails')), []);
    await expect(watch.note(page(['fails']), [])).rejects.toThrow(QuarantineError);
  });

  test('continues while the remaining objects may outweigh the failures', async () => {
    const { watch } = watching({ sourceCount: 15 });
    await watch.note(page(times(6, 'fails')), []);
    await watch.note(page(times(9, 'agrees')), []);
    expect([await watch.conclude(), watch.successCount()]).toEqual([null, 9]);
  });

  test('breaks off when they cannot any more', async () => {
    const { watch } = watching({ sourceCount: 14 });
    await expect(watch.note(page(times(6, 'fails')), [])).rejects.toThrow(/6 of 14 objects fail/);
  });

  test('comes to the same verdict in whatever order its pages come', async () => {
    const fates = fc
      .record({ failing: fc.nat({ max: 9 }), agreeing: fc.nat({ max: 20 }) })
      .map(({ failing, agreeing }) => [...times(failing, 'fails'), ...times(agreeing, 'agrees')]);
    const shuffled = fates.chain((all) =>
      fc.tuple(fc.shuffledSubarray([...all], { minLength: all.length }), fc.integer({ min: 1, max: 7 })),
    );
    await fc.assert(
      fc.asyncProperty(shuffled, async ([all, size]) => {
        const { watch } = watching({ sourceCount: all.length });
        const failing = all.filter((fate) => fate === 'fails').length;
        const isTooBad = failing >= 5 && failing / all.length > 0.4;
        const run = async (): Promise<unknown> => {
          for (let start = 0; start < all.length; start += size)
            await watch.note(page(all.slice(start, start + size)), []);
          return await watch.conclude();
        };
        let verdict: unknown;
        try {
          verdict = await run();
        } catch (error) {
          verdict = error;
        }
        expect(verdict instanceof QuarantineError).toBe(isTooBad);
      }),
    );
  });

  test('gives those that failed before their chance, and judges what is left of them at its end', async () => {
    const { watch } = watching({ sourceCount: 100, stock: 12 });
    await watch.note(page(['fails']), []);
    expect((await watch.conclude())?.reason).toBe('EncounteredBaseEscrowThreshold');
  });

  test('counts the successes since failures were last forgotten', async () => {
    const { watch } = watching({ stock: 6, successCount: 9 });
    expect(await watch.conclude()).toBeNull();
    expect((await watching({ stock: 6, successCount: 8 }).watch.conclude())?.message).toMatch(/^6 of 14 /);
  });

  test('counts failed references with the others for the total only', async () => {
    const { watch } = watching({ sourceCount: 1_000 });
    await watch.note(page(times(9, 'fails')), []);
    await watch.note(page(times(6, 'fails'), 'memberships'), []);
    await expect(watch.note(page(['fails'], 'references'), [])).rejects.toThrow(
      /16 failures, references included/,
    );
  });

  test('counts no skipped object as a success', async () => {
    const { watch } = watching();
    await watch.note(page(times(20, 'is skipped')), []);
    expect(watch.successCount()).toBe(0);
  });
});

describe('an initial cycle', () => {
  test('discards failures that are too many, and continues', async () => {
    const { watch, resets } = watching({ kind: 'initial', sourceCount: 30 });
    await watch.note(page(times(11, 'fails')), []);
    expect([resets, watch.isPruned(), watch.successCount()]).toEqual([[['Escrows']], true, 0]);
    await watch.note(page(times(4, 'agrees')), []);
    expect([await watch.conclude(), watch.successCount()]).toEqual([null, 4]);
  });

  test('discards at its end a share that is too large only then', async () => {
    const { watch, resets } = watching({ kind: 'initial', sourceCount: 30 });
    await watch.note(page(times(6, 'fails')), []);
    expect(watch.isPruned()).toBe(false);
    expect([await watch.conclude(), watch.isPruned(), resets]).toEqual([null, true, [['Escrows']]]);
  });

  test('keeps failures that are bearable', async () => {
    const { watch, resets } = watching({ kind: 'initial', sourceCount: 20 });
    await watch.note(page(times(5, 'fails')), []);
    await watch.note(page(times(15, 'agrees')), []);
    expect([await watch.conclude(), watch.isPruned(), resets]).toEqual([null, false, []]);
  });
});
