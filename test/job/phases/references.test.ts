import { describe, expect, test } from 'vitest';
import { newCounter } from '../../../src/job/cycle/counts.ts';
import type { CycleStart } from '../../../src/job/cycle/start.ts';
import { noPendingLinks, pendingLinksByNotes } from '../../../src/job/phases/referenced.ts';
import { planReferences, settledReferences } from '../../../src/job/phases/references.ts';
import { warnOfReferences } from '../../../src/job/warnings/references.ts';
import { sourceId, targetId } from '../../../src/model/identifiers.ts';
import type { Escrow } from '../../../src/model/state.ts';
import type { ReferenceTask } from '../../../src/planning/plan-reference.ts';
import { allOf } from '../../support/all-of.ts';
import { aLink, aUser, idOf } from '../../support/builders.ts';
import { aPlanning, type FakePlanning } from '../../support/planning-context.ts';

const MANAGER = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager';

const task = (id: string, value: string, current: string | null = null): ReferenceTask => ({
  objectType: 'User',
  id: idOf(id),
  label: `${id}@contoso.com`,
  attribute: MANAGER,
  value: idOf(value),
  current: current === null ? null : targetId(current),
});

const contextWith = (linked: readonly string[], ...tasks: readonly ReferenceTask[]): FakePlanning => {
  const context = aPlanning();
  for (const id of linked) context.state.held.links.set(idOf(id), aLink(aUser({}, { id })));
  context.notes.references.append(tasks);
  return context;
};

const escrow = (id: string, isReference: boolean): Escrow => ({
  sourceId: idOf(id),
  objectType: 'User',
  label: id,
  isReference,
  failure: { code: 'Conflict', message: '', status: 409 },
  firstFailedAt: '',
  lastFailedAt: '',
  attemptCount: 1,
});

const START = { view: { job: 'it', now: '2026-01-01T00:00:00.000Z' }, retriesAll: false } as CycleStart;

const plan = async (context: FakePlanning, pendingLinks = noPendingLinks) => {
  const counter = newCounter();
  const pages = await allOf(planReferences(context, START, pendingLinks, counter));
  return {
    changes: pages
      .flatMap(({ items }) => items)
      .map((item) =>
        item.kind === 'reference'
          ? `${item.source.id} → ${item.value}`
          : item.kind === 'failure'
            ? `${item.source.id} fails: ${item.failure.code}`
            : item.kind,
      ),
    settled: pages.flatMap(({ settledReferences: ids }) => ids ?? []),
    compared: counter.counts().importedReferences,
  };
};

describe('the second pass over references', () => {
  test('writes those whose both ends are linked and that differ', async () => {
    const context = contextWith(['a', 'b', 'boss'], task('a', 'boss'), task('b', 'boss', 't-boss'));
    expect(await plan(context)).toEqual({ changes: ['a → boss'], settled: [], compared: 2 });
  });

  test('leaves out a reference to an object that is not provisioned, and warns of it', async () => {
    const context = contextWith(
      ['a', 'b', 'c', 'd', 'e'],
      ...['a', 'b', 'c', 'd'].map((id) => task(id, 'stranger')),
    );
    expect((await plan(context)).changes).toEqual([]);
    expect(warnOfReferences(context)).toEqual([
      '4 references point at objects that are not provisioned and are left out, until a restart: of a@contoso.com, b@contoso.com, c@contoso.com and 1 more',
    ]);
  });

  test('waits for an object that failed', async () => {
    const context = contextWith(['a'], task('a', 'boss'));
    context.notes.failing.add(sourceId('boss'));
    expect((await plan(context)).changes).toEqual(['a fails: UnableToResolveReferenceAttributeValue']);
    expect(warnOfReferences(context)).toEqual([]);
  });

  test('skips an object that could not be created itself', async () => {
    expect((await plan(contextWith(['boss'], task('a', 'boss')))).changes).toEqual([]);
  });

  test('in a plan, names an object that will be created in this cycle', async () => {
    const context = contextWith(['boss'], task('a', 'boss'), task('boss', 'a'));
    context.notes.joining.claim(sourceId('a'), '');
    expect((await plan(context, pendingLinksByNotes(context))).changes).toEqual(['a → boss', 'boss → a']);
  });

  test('settles a reference that failed before and needs nothing now', async () => {
    const context = contextWith(['a', 'b', 'boss'], task('a', 'boss', 't-boss'), task('b', 'boss'));
    for (const id of ['a', 'b']) context.state.held.escrows.set(`${id}|true`, escrow(id, true));
    expect((await plan(context)).settled).toEqual(['a']);
  });

  test('without any object is nothing', async () => {
    expect(await plan(contextWith([]))).toEqual({ changes: [], settled: [], compared: 0 });
  });
});

test('only references that failed before are settled, not objects', async () => {
  const { state } = aPlanning();
  state.held.escrows.set('a|false', escrow('a', false));
  state.held.escrows.set('b|true', escrow('b', true));
  const ids = [idOf('a'), idOf('b'), idOf('c')];
  expect(settledReferences(ids, await state.load(ids))).toEqual(['b']);
});
