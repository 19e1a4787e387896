import { describe, expect, test } from 'vitest';
import { newCounter } from '../../../src/job/cycle/counts.ts';
import { beginPage, cycleRecording } from '../../../src/job/cycle/record-page.ts';
import type { PlannedPage } from '../../../src/job/phases/planned-page.ts';
import { targetId } from '../../../src/model/identifiers.ts';
import type { Change, Outcome, Planned } from '../../../src/model/pipeline.ts';
import type { StateChange } from '../../../src/model/state.ts';
import { aCreation, aMembership } from '../../exporting/change-builders.ts';
import { aDesired, aGroup, aLink, aMatched, aUser, idOf, linkedTo } from '../../support/builders.ts';
import { aPlanning, INCREMENTAL, INITIAL } from '../../support/planning-context.ts';

const outcome = (change: Change, rest: object = { result: 'success', targetId: 't', note: null }): Outcome =>
  ({
    change,
    exchanges: [],
    startedAt: '2026-01-01T00:00:00.000Z',
    durationMs: 0,
    ...rest,
  }) as unknown as Outcome;

const REFUSED = {
  result: 'failure',
  failure: { code: 'Conflict', message: '', status: 409 },
  written: { added: [], removed: [] },
};

/** A place where pages are recorded one after the other. */
const recorder = () => {
  const context = aPlanning();
  context.state.held.links.set(idOf('g'), aLink(aGroup({}, { id: 'g' })));
  const counter = newCounter();
  const transactions: (readonly StateChange[])[] = [];
  const store = {
    ...context.state,
    apply: async (changes: readonly StateChange[]) => {
      transactions.push(changes);
      return await context.state.apply(changes);
    },
  };
  return {
    ...context,
    transactions,
    counter,
    page: async (
      page: Partial<PlannedPage>,
      ...outcomes: readonly Outcome[]
    ): Promise<readonly Outcome[]> => {
      const { note, finish } = await beginPage(
        { phase: 'memberships', items: [], ...page },
        { ...context, store },
        cycleRecording(context, INCREMENTAL),
        counter,
      );
      for (const one of outcomes) await note(one);
      return finish(outcomes);
    },
  };
};

const skip: Planned = {
  kind: 'skip',
  objectType: 'User',
  source: aUser(),
  matched: aMatched(aDesired(aUser(), []), linkedTo(aLink(aUser()), {})),
  code: 'RedundantExport',
  reason: '',
  linkEffect: 'manage',
  action: 'other',
};

const failure: Planned = {
  kind: 'failure',
  objectType: 'User',
  source: { id: idOf('f'), label: 'f' },
  matched: null,
  action: 'create',
  failure: { code: 'Conflict', message: '', status: 409 },
  isReference: false,
};

const part = (isLast: boolean, ...added: readonly string[]) => ({ ...aMembership('g', added), isLast });
const isComplete = ({ state }: ReturnType<typeof recorder>) =>
  state.held.links.get(idOf('g'))?.hasMemberships;

describe('a page', () => {
  test('is recorded whatever came of it, what was not sent before what was', async () => {
    const { page, transactions, state, counter } = recorder();
    const items: readonly Planned[] = [skip, failure, aCreation('User', [])];
    await page({ items }, outcome(aCreation('User', [])));
    const kinds = transactions.map((changes) => changes.map(({ kind }) => kind).join());
    expect(kinds).toEqual([
      'intent,link,escrowCleared,intentSettled,log,escrow,log',
      'link,targetState,escrowCleared,log',
    ]);
    expect(state.held.log).toHaveLength(3);
    expect([...state.held.escrows.keys()]).toEqual(['f|false']);
    expect(counter.counts()).toMatchObject({ skipped: 1, failed: 1, create: 1 });
  });

  test('has its outcomes recorded as time goes by, those of a moment together, and the rest at its end', async () => {
    const { counter, ...context } = recorder();
    const { state } = context;
    const page: PlannedPage = { phase: 'users', items: [] };
    const recording = cycleRecording(context, INITIAL);
    const { note, finish } = await beginPage(page, { ...context, store: state }, recording, counter);
    const recorded: number[] = [];
    for (const durationMs of [10, 209, 210, 211]) {
      await note({ ...outcome(aCreation('User', [])), durationMs });
      recorded.push(state.held.log.length);
    }
    expect(recorded).toEqual([0, 0, 3, 3]);
    await finish([]);
    expect(state.held.log).toHaveLength(4);
  });

  test('that was interrupted counts only the changes that were begun', async () => {
    const { page, counter, state } = recorder();
    await page({ items: [aCreation('User', [])] });
    expect([counter.counts().create, state.held.log]).toEqual([0, []]);
  });

  test('notes the objects that failed, so that references wait', async () => {
    const { page, notes } = recorder();
    await page({}, outcome(aCreation('User', []), REFUSED));
    expect(notes.failing.has(idOf('new'))).toBe(true);
  });
});

describe('the memberships of a group', () => {
  test('are complete once the last part is written', async () => {
    const one = recorder();
    await one.page({}, outcome(part(false, 'a')));
    expect(isComplete(one)).toBe(false);
    await one.page({}, outcome(part(true, 'b')));
    expect(isComplete(one)).toBe(true);
  });

  test('are not complete when an earlier part failed, and are tried again', async () => {
    const one = recorder();
    await one.page({}, outcome(part(false, 'a'), REFUSED));
    await one.page({}, outcome(part(true, 'b')));
    expect(isComplete(one)).toBe(false);
    expect([...one.state.held.escrows.keys()]).toEqual(['g|true']);
    expect([...(one.state.held.memberships.get(idOf('g')) ?? [])]).toEqual(['b']);
  });

  test('are not settled either when a part failed', async () => {
    const one = recorder();
    await one.page({}, outcome(part(false, 'a'), REFUSED));
    await one.page({ settledGroups: [idOf('g')] });
    expect(isComplete(one)).toBe(false);
    expect([...one.state.held.escrows.keys()]).toEqual(['g|true']);
  });

  test('are complete when they need no change', async () => {
    const one = recorder();
    await one.page({ settledGroups: [idOf('g')] });
    expect(isComplete(one)).toBe(true);
  });
});

test('a reference that is settled is tried no more', async () => {
  const { page, state } = recorder();
  await page({}, outcome({ ...aMembership('g', ['a']), isLast: true }, REFUSED));
  expect(state.held.escrows.size).toBe(1);
  await page({ settledReferences: [idOf('g')] });
  expect(state.held.escrows.size).toBe(0);
});

test('a creation that is answered with the id of a resource of another object failed, and is retried', async () => {
  const { page, state, counter } = recorder();
  state.held.links.set(idOf('other'), {
    ...aLink(aUser({}, { id: 'other' })),
    targetId: targetId('t'),
  });
  const created = outcome(aCreation('User', []));
  expect(await page({ items: [created.change] }, created)).toMatchObject([
    {
      result: 'failure',
      failure: {
        code: 'DuplicateTargetEntries',
        message: expect.stringContaining('belongs to another source object (other)'),
      },
    },
  ]);
  expect([...state.held.links.keys()]).not.toContain(created.change.source.id);
  expect([...state.held.pendingIntents.keys()]).toEqual([created.change.source.id]);
  expect(counter.counts()).toMatchObject({ create: 0, failed: 1 });
});

test('a creation whose resource another page links in between is told as the failure that is recorded', async () => {
  const { page, state, counter } = recorder();
  const created = outcome(aCreation('User', []));
  const { linksOfTargets } = state;
  let asked = 0;
  Object.assign(state, {
    linksOfTargets: async (...of: Parameters<typeof linksOfTargets>) => {
      const before = await linksOfTargets(...of);
      asked += 1;
      if (asked === 1)
        state.held.links.set(idOf('other'), {
          ...aLink(aUser({}, { id: 'other' })),
          targetId: targetId('t'),
        });
      return before;
    },
  });
  expect(await page({ items: [created.change] }, created)).toMatchObject([
    { result: 'failure', failure: { code: 'DuplicateTargetEntries' } },
  ]);
  expect([...state.held.links.keys()]).not.toContain(created.change.source.id);
  expect(counter.counts()).toMatchObject({ create: 0, failed: 1 });
});

test('an object whose account is linked to another one counts as failed, whether it was written or left alone', async () => {
  const { page, state, counter } = recorder();
  const other = aLink(aUser({}, { id: 'other' }));
  state.held.links.set(idOf('other'), { ...other, targetId: 't' as never });
  await page({ items: [aCreation('User', [])] }, outcome(aCreation('User', [])));
  expect(counter.counts()).toMatchObject({ create: 0, failed: 1 });
  state.held.links.set(idOf('other'), { ...other, targetId: aLink(aUser()).targetId });
  await page({ items: [skip] });
  expect(counter.counts()).toMatchObject({ skipped: 0, failed: 2 });
});
