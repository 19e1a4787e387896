import { describe, expect, test } from 'vitest';
import { DECISIONS, type Decision, decide, type Situation, situationOf } from '../../src/planning/decide.ts';
import {
  aDesired,
  aGroup,
  aLink,
  aMatched,
  aUser,
  type DesiredOptions,
  foundAs,
  linkedTo,
  notFound,
  UNASSIGNED,
} from '../support/builders.ts';

const ALL_ON = { create: true, update: true, delete: true };

/** An active linked user in scope. */
const LINKED: Situation = {
  isGroup: false,
  match: 'linked',
  isLinked: true,
  isManaged: true,
  isInScope: true,
  isActive: true,
  isHardDeleted: false,
  isUndecided: false,
  isDropped: false,
  isIgnored: false,
  hasFailure: false,
  actions: ALL_ON,
  skipOutOfScopeDeletions: false,
  hardDeletesUsers: false,
  deletesUnmanaged: true,
};

/** An active user in scope that was queried and is not there. */
const NEW: Situation = { ...LINKED, match: 'none', isLinked: false, isManaged: false };

const ALIGN = { do: 'align', linkEffect: 'manage' } as const;

describe('the decision about', () => {
  test.each<[string, Situation, Partial<Decision>]>([
    [
      'an object out of scope for which the target does not show whether a creation was executed',
      { ...NEW, match: 'failed', isInScope: false, hasFailure: true },
      { do: 'fail' },
    ],
    [
      'a hard-deleted object for which the target does not show whether a creation was executed',
      { ...NEW, match: 'failed', isHardDeleted: true, hasFailure: true },
      { do: 'fail' },
    ],
    [
      'an object gone for good that was never linked',
      { ...NEW, match: 'notAsked', isHardDeleted: true },
      { do: 'skip' },
    ],
    ['a linked object gone for good', { ...LINKED, isHardDeleted: true, isActive: false }, { do: 'delete' }],
    [
      'a linked object gone for good whose filter cannot be evaluated',
      { ...LINKED, isHardDeleted: true, isUndecided: true, hasFailure: true },
      { do: 'delete' },
    ],
    [
      'a linked object gone for good, Delete off',
      { ...LINKED, isHardDeleted: true, actions: { ...ALL_ON, delete: false } },
      { do: 'skip', reason: 'EntrySynchronizationSkipped' },
    ],
    [
      'an object gone for good after it had left scope',
      { ...LINKED, isHardDeleted: true, isManaged: false, isInScope: false },
      { do: 'delete' },
    ],
    [
      'an object gone for good after it had left scope, deletions after that off',
      { ...LINKED, isHardDeleted: true, isManaged: false, isInScope: false, deletesUnmanaged: false },
      { do: 'skip', reason: 'EntrySynchronizationSkipped' },
    ],
    [
      'a linked object gone for good, deletions of those who had left scope off',
      { ...LINKED, isHardDeleted: true, deletesUnmanaged: false },
      { do: 'delete' },
    ],
    [
      'a linked user blocked from signing in, of an application without soft delete',
      { ...LINKED, isActive: false, hardDeletesUsers: true },
      { do: 'delete' },
    ],
    [
      'a linked user out of scope, of an application without soft delete, Update off',
      { ...LINKED, isInScope: false, hardDeletesUsers: true, actions: { ...ALL_ON, update: false } },
      { do: 'delete' },
    ],
    [
      'a linked user out of scope, of an application without soft delete, Delete off',
      { ...LINKED, isInScope: false, hardDeletesUsers: true, actions: { ...ALL_ON, delete: false } },
      { do: 'skip', reason: 'EntrySynchronizationSkipped' },
    ],
    [
      'an active user in scope, of an application without soft delete',
      { ...LINKED, hardDeletesUsers: true },
      ALIGN,
    ],
    [
      'a linked user whose filter ran into its time limit',
      { ...LINKED, isUndecided: true, hasFailure: true },
      { do: 'fail' },
    ],
    [
      'an unassigned user, never linked, whose filter ran into its time limit',
      { ...NEW, match: 'notAsked', isInScope: false, isUndecided: true, hasFailure: true },
      { do: 'skip', reason: 'NotEffectivelyEntitled' },
    ],
    [
      'a linked user dropped by the input filter',
      { ...LINKED, isDropped: true, isInScope: false },
      { do: 'skip', reason: 'NotEffectivelyEntitled', linkEffect: 'keep' },
    ],
    [
      'a user blocked from signing in, never linked',
      { ...NEW, match: 'notAsked', isActive: false },
      { do: 'skip', reason: 'NotEffectivelyEntitled' },
    ],
    [
      'an unassigned user, never linked, whose mapping fails',
      { ...NEW, match: 'notAsked', isInScope: false, hasFailure: true },
      { do: 'skip', reason: 'NotEffectivelyEntitled' },
    ],
    [
      'a user that left scope in an earlier cycle',
      { ...LINKED, isManaged: false, isInScope: false },
      { do: 'skip', reason: 'NotEffectivelyEntitled', linkEffect: 'keep' },
    ],
    [
      'a user who leaves scope under SkipOutOfScopeDeletions',
      { ...LINKED, isInScope: false, skipOutOfScopeDeletions: true },
      { do: 'skip', reason: 'NotEffectivelyEntitled', linkEffect: 'keep' },
    ],
    [
      'a user blocked from signing in under SkipOutOfScopeDeletions',
      { ...LINKED, isActive: false, skipOutOfScopeDeletions: true },
      ALIGN,
    ],
    ['a user in scope whose read failed', { ...LINKED, match: 'failed', hasFailure: true }, { do: 'fail' }],
    [
      'a user that leaves scope and whose read failed',
      { ...LINKED, match: 'failed', hasFailure: true, isInScope: false },
      { do: 'fail' },
    ],
    ['a new user whose match failed', { ...NEW, match: 'failed', hasFailure: true }, { do: 'fail' }],
    [
      'a linked user that the mapping ignores',
      { ...LINKED, isIgnored: true },
      { do: 'skip', reason: 'EntrySynchronizationSkipped' },
    ],
    [
      'a user without a matching value',
      { ...NEW, match: 'noMatchingValue' },
      { do: 'skip', reason: 'ImportSkipped' },
    ],
    ['a new user', NEW, { do: 'create' }],
    [
      'a new user, Create off',
      { ...NEW, actions: { ...ALL_ON, create: false } },
      { do: 'skip', reason: 'EntrySynchronizationSkipped' },
    ],
    ['an account found by a matching attribute', { ...NEW, match: 'found', isLinked: true }, ALIGN],
    [
      'an account found, Create off',
      { ...NEW, match: 'found', isLinked: true, actions: { ...ALL_ON, create: false } },
      ALIGN,
    ],
    [
      'an account found, Update off: it is linked all the same',
      { ...NEW, match: 'found', isLinked: true, actions: { ...ALL_ON, update: false } },
      { do: 'skip', linkEffect: 'manage' },
    ],
    ['a linked group that leaves scope', { ...LINKED, isGroup: true, isInScope: false }, { do: 'delete' }],
    ['a linked group in the recycle bin', { ...LINKED, isGroup: true, isActive: false }, { do: 'delete' }],
    [
      'a linked group that leaves scope, Delete off',
      { ...LINKED, isGroup: true, isInScope: false, actions: { ...ALL_ON, delete: false } },
      { do: 'skip', linkEffect: 'keep' },
    ],
    [
      'a linked group that leaves scope under SkipOutOfScopeDeletions',
      { ...LINKED, isGroup: true, isInScope: false, skipOutOfScopeDeletions: true },
      { do: 'skip', reason: 'NotEffectivelyEntitled' },
    ],
    ['a linked group in scope', { ...LINKED, isGroup: true }, ALIGN],
    [
      'a linked user that leaves scope',
      { ...LINKED, isInScope: false },
      { do: 'align', linkEffect: 'unmanage' },
    ],
    [
      'a linked user who leaves scope, Update off: not disabled, hence still looked after',
      { ...LINKED, isInScope: false, actions: { ...ALL_ON, update: false } },
      { do: 'skip', linkEffect: 'keep' },
    ],
    ['a linked user in scope', LINKED, ALIGN],
    ['a linked user blocked from signing in', { ...LINKED, isActive: false }, ALIGN],
    ['a user back in scope', { ...LINKED, isManaged: false }, ALIGN],
    [
      'a linked user in scope, Update off',
      { ...LINKED, actions: { ...ALL_ON, update: false } },
      { do: 'skip', reason: 'EntrySynchronizationSkipped' },
    ],
  ])('%s', (_, situation, decision) => {
    expect(decide(situation).decision).toMatchObject(decision);
  });
});

const BOOLEANS = [true, false];

/** Every situation that matching and scoping can bring about. */
function* allSituations(): Generator<Situation> {
  const matches: readonly Pick<Situation, 'match' | 'isLinked' | 'isManaged'>[] = [
    { match: 'linked', isLinked: true, isManaged: true },
    { match: 'linked', isLinked: true, isManaged: false },
    { match: 'found', isLinked: true, isManaged: false },
    { match: 'none', isLinked: false, isManaged: false },
    { match: 'notAsked', isLinked: false, isManaged: false },
    { match: 'noMatchingValue', isLinked: false, isManaged: false },
    { match: 'failed', isLinked: false, isManaged: false },
    { match: 'failed', isLinked: true, isManaged: true },
    { match: 'failed', isLinked: true, isManaged: false },
  ];
  const names = [
    'isGroup',
    'isInScope',
    'isActive',
    'isHardDeleted',
    'isUndecided',
    'isDropped',
    'isIgnored',
    'hasFailure',
    'skipOutOfScopeDeletions',
    'hardDeletesUsers',
    'deletesUnmanaged',
    'create',
    'update',
    'delete',
  ] as const;
  for (const match of matches) {
    for (let bits = 0; bits < 2 ** names.length; bits++) {
      const flags = Object.fromEntries(
        names.map((name, index) => [name, ((bits >> index) & 1) === 1]),
      ) as Record<(typeof names)[number], boolean>;
      const { create, update, delete: remove, ...rest } = flags;
      const situation = { ...rest, ...match, actions: { create, update, delete: remove } };
      if (isPossible(situation)) yield situation;
    }
  }
}

function isPossible(s: Situation): boolean {
  if (s.isHardDeleted && s.isActive) return false;
  if ((s.match === 'failed' || s.isUndecided) && !s.hasFailure) return false;
  // The target is queried by attribute only for objects to be provisioned.
  const isToProvision = s.isInScope && s.isActive && !s.isDropped && !s.isIgnored && !s.isUndecided;
  if (['found', 'none', 'noMatchingValue'].includes(s.match) && !(isToProvision && !s.hasFailure))
    return false;
  if (s.match === 'notAsked' && isToProvision && !s.hasFailure) return false;
  // Or where a creation may have been executed, also of a hard-deleted object.
  return !(s.match === 'failed' && !s.isLinked && !isToProvision && !s.isHardDeleted);
}

const SITUATIONS = [...allSituations()];

const offending = (isBroken: (situation: Situation, decision: Decision) => boolean) =>
  SITUATIONS.filter((situation) => isBroken(situation, decide(situation).decision));

describe('whatever the situation', () => {
  test('there is a decision, and every row of the table decides something', () => {
    const used = new Set(SITUATIONS.map((situation) => decide(situation)));
    expect(DECISIONS.filter((row) => !used.has(row))).toEqual([]);
  });

  test('an object in scope and active is neither deleted nor unmanaged', () => {
    expect(
      offending(
        (s, d) =>
          s.isInScope &&
          s.isActive &&
          (d.do === 'delete' || ('linkEffect' in d && d.linkEffect === 'unmanage')),
      ),
    ).toEqual([]);
  });

  test('an object out of scope or not active is never created', () => {
    expect(offending((s, d) => d.do === 'create' && !(s.isInScope && s.isActive))).toEqual([]);
  });

  test('nothing is created where Create is off, written where Update is off, or deleted where Delete is off', () => {
    expect(
      offending(
        ({ actions }, d) =>
          (d.do === 'create' && !actions.create) ||
          (d.do === 'align' && !actions.update) ||
          (d.do === 'delete' && !actions.delete),
      ),
    ).toEqual([]);
  });

  test('only what has a counterpart is aligned or deleted, and only what has none is created', () => {
    expect(
      offending(
        (s, d) =>
          ((d.do === 'align' || d.do === 'delete') && !s.isLinked) || (d.do === 'create' && s.isLinked),
      ),
    ).toEqual([]);
  });

  test('users are deleted only when they are gone for good, or there is no soft delete', () => {
    expect(
      offending((s, d) => d.do === 'delete' && !s.isGroup && !s.isHardDeleted && !s.hardDeletesUsers),
    ).toEqual([]);
  });

  test('an undecided filter and an input filter deprovision no object that still exists', () => {
    expect(
      offending(
        (s, d) => (s.isUndecided || s.isDropped) && !s.isHardDeleted && d.do !== 'skip' && d.do !== 'fail',
      ),
    ).toEqual([]);
  });

  test('SkipOutOfScopeDeletions skips objects that left scope, unless hard-deleted', () => {
    expect(
      offending(
        (s, d) =>
          s.skipOutOfScopeDeletions &&
          !s.isInScope &&
          !s.isHardDeleted &&
          (d.do === 'align' || d.do === 'delete'),
      ),
    ).toEqual([]);
  });

  test('an alignment never meets a failure or an ignored object, whose state was not read', () => {
    expect(offending((s, d) => d.do === 'align' && (s.hasFailure || s.isIgnored || s.isDropped))).toEqual([]);
  });

  test('a group that is not active in scope is never aligned, nor is an object that left scope before', () => {
    expect(
      offending(
        (s, d) =>
          d.do === 'align' &&
          ((s.isGroup && !(s.isInScope && s.isActive)) ||
            (s.match === 'linked' && !s.isManaged && !s.isInScope)),
      ),
    ).toEqual([]);
  });
});

describe('the situation of', () => {
  const read = (desired: DesiredOptions, match: Parameters<typeof aMatched>[1], object = aUser()) =>
    situationOf(aMatched(aDesired(object, [], desired), match), ALL_ON, true);
  const FAILURE = { code: 'InternalError', message: '', status: null } as const;

  test.each(BOOLEANS)('a linked user records whether the user is managed: %j', (isManaged) => {
    expect(read({}, linkedTo(aLink(aUser(), { isManaged }), {}))).toEqual({
      ...LINKED,
      isManaged,
      skipOutOfScopeDeletions: true,
    });
  });

  test('an account found counts as linked, and is not managed yet', () => {
    expect(read({}, foundAs('t'))).toMatchObject({ match: 'found', isLinked: true, isManaged: false });
  });

  test('a new user is not linked', () => {
    expect(read({}, notFound())).toMatchObject({ match: 'none', isLinked: false });
  });

  test('a failed match fails, with or without a link', () => {
    const failed = (link: ReturnType<typeof aLink> | null) =>
      ({ kind: 'failed', link, failure: FAILURE }) as const;
    expect(read({}, failed(null))).toMatchObject({ hasFailure: true, isLinked: false });
    expect(read({}, failed(aLink(aUser())))).toMatchObject({
      hasFailure: true,
      isLinked: true,
      isManaged: true,
    });
  });

  test('a failed mapping fails, a filter that cannot be evaluated is undecided', () => {
    expect(read({ failure: FAILURE }, notFound())).toMatchObject({ hasFailure: true, isUndecided: false });
    expect(read({ scope: { failure: FAILURE } }, notFound())).toMatchObject({
      hasFailure: true,
      isUndecided: true,
    });
  });

  test('a group out of scope', () => {
    expect(read({ scope: UNASSIGNED }, linkedTo(aLink(aGroup()), null), aGroup())).toMatchObject({
      isGroup: true,
      isInScope: false,
    });
  });
});
