import { describe, expect, test } from 'vitest';
import {
  lookUpReferenced,
  noPendingLinks,
  pendingLinksByNotes,
  readKnown,
} from '../../../src/job/phases/referenced.ts';
import { sourceId, targetId } from '../../../src/model/identifiers.ts';
import type { Link } from '../../../src/model/pipeline.ts';
import { aLink, aUser, idOf } from '../../support/builders.ts';
import { aPlanning, type FakePlanning } from '../../support/planning-context.ts';

const A = idOf('a');
const linked = (context: FakePlanning, rest: Partial<Link> = {}) =>
  context.state.held.links.set(A, aLink(aUser({}, { id: 'a' }), rest));
const failedBefore = (context: FakePlanning, isReference: boolean) =>
  context.state.held.escrows.set('a', {
    sourceId: A,
    objectType: 'User',
    label: 'a',
    isReference,
    failure: { code: 'Conflict', message: '', status: 409 },
    firstFailedAt: '',
    lastFailedAt: '',
    attemptCount: 1,
  });

const known = async (prepare: (context: FakePlanning) => void, inPlan = false) => {
  const context = aPlanning();
  prepare(context);
  return lookUpReferenced(
    await readKnown([A], context.state),
    context,
    inPlan ? pendingLinksByNotes(context) : noPendingLinks,
  )(A);
};

describe('what is known of an object that is referred to', () => {
  test('linked and managed: its target id', async () => {
    expect(await known((context) => linked(context))).toEqual({ kind: 'linked', targetId: 't-a' });
  });

  test('out of scope since an earlier cycle: nothing may refer to it', async () => {
    expect(await known((context) => linked(context, { isManaged: false }))).toEqual({
      kind: 'notProvisioned',
    });
  });

  test('leaving scope in this cycle: nothing may refer to it any more', async () => {
    expect(
      await known((context) => {
        linked(context);
        context.notes.leaving.add(sourceId('a'));
      }),
    ).toEqual({ kind: 'notProvisioned' });
  });

  test('never linked: not provisioned', async () => {
    expect(await known(() => undefined)).toEqual({ kind: 'notProvisioned' });
  });

  test('failed in an earlier cycle, or in this one: it is waited for', async () => {
    expect(await known((context) => failedBefore(context, false))).toEqual({ kind: 'failing' });
    expect(await known((context) => context.notes.failing.add(sourceId('a')))).toEqual({ kind: 'failing' });
  });

  test('failed to come back into scope: it is waited for', async () => {
    expect(
      await known((context) => {
        linked(context, { isManaged: false });
        failedBefore(context, false);
      }),
    ).toEqual({ kind: 'failing' });
  });

  test('only a reference of its own failed: that does not matter here', async () => {
    expect(await known((context) => failedBefore(context, true))).toEqual({ kind: 'notProvisioned' });
  });

  test('linked and failing to be updated: it can be referred to', async () => {
    expect(
      await known((context) => {
        linked(context);
        failedBefore(context, false);
        context.notes.failing.add(sourceId('a'));
      }),
    ).toEqual({ kind: 'linked', targetId: 't-a' });
  });
});

describe('in a plan, where nothing is written,', () => {
  test('that will be created has no id yet', async () => {
    expect(await known((context) => context.notes.joining.claim(sourceId('a'), ''), true)).toEqual({
      kind: 'pending',
    });
  });

  test('that will be taken over has the id of the account found', async () => {
    expect(
      await known((context) => context.notes.joining.claim(sourceId('a'), targetId('t-7')), true),
    ).toEqual({
      kind: 'linked',
      targetId: 't-7',
    });
  });

  test('that comes back into scope has the id of the link', async () => {
    expect(
      await known((context) => {
        linked(context, { isManaged: false });
        context.notes.joining.claim(sourceId('a'), targetId('t-a'));
      }, true),
    ).toEqual({ kind: 'linked', targetId: 't-a' });
  });

  test('and in a run there are no pending links: users and groups are written by then', async () => {
    expect(await known((context) => context.notes.joining.claim(sourceId('a'), targetId('t-7')))).toEqual({
      kind: 'notProvisioned',
    });
  });
});
