import { describe, expect, test } from 'vitest';
import { claimCounterpart, claimTarget, refuseCounterpart } from '../../src/matching/claim.ts';
import { sourceId, targetId } from '../../src/model/identifiers.ts';
import type { Link, Match, MatchedObject } from '../../src/model/pipeline.ts';
import {
  aDesired,
  aGroup,
  aLink,
  aMapping,
  aMatched,
  anAttribute,
  aUser,
  foundAs,
  linkedTo,
  notFound,
} from '../support/builders.ts';
import { fakeNotes } from '../support/fake-scratch.ts';

const USER_NAME = aMapping('userName', '[userPrincipalName]', { matchingPriority: 1 });
const EMPLOYEE = aMapping('employeeNumber', '[employeeId]', {
  matchingPriority: 2,
  target: { caseExact: true },
});

const matched = (
  id: string,
  match: Match,
  userName = 'same@x',
  employee: string | null = null,
): MatchedObject =>
  aMatched(
    aDesired(aUser({}, { id }), [anAttribute(USER_NAME, userName), anAttribute(EMPLOYEE, employee)]),
    match,
  );

const holdersOf = (links: readonly Link[]) => new Map(links.map((link) => [link.targetId, link]));

/** Lets objects claim one after the other, and returns each refused object with its rival. */
const claim = (objects: readonly MatchedObject[], links: readonly Link[] = []): readonly string[] => {
  const notes = fakeNotes();
  return objects.flatMap((one) => {
    const holder = claimCounterpart(one, holdersOf(links), notes.counterparts);
    const { match, desired } = holder === null ? one : refuseCounterpart(one, holder, 'live');
    if (match.kind !== 'failed') return [];
    expect(match.failure.code).toBe('DuplicateSourceEntries');
    return [`${desired.scoped.object.id}: ${match.failure.message}`];
  });
};

const refusal = (id: string, other: string, by = 'userName "same@x"', resource: string | null = null) =>
  `${id}: another source object (${other}) has the same counterpart${resource === null ? '' : `, the resource "${resource}" of the target`} (${by}); a target object belongs to one source object: where their matching values are the same, correct one of them; where they differ, the target answers both with one resource: look at it there`;

describe('two source objects for one account', () => {
  test('the second of two that would be created under one matching value is refused', () => {
    expect(claim([matched('a', notFound()), matched('b', notFound())])).toEqual([refusal('b', 'a')]);
  });

  test('so is one that agrees in a later matching attribute only', () => {
    const second = matched('b', notFound(), 'other@x', '4711');
    expect(claim([matched('a', notFound(), 'one@x', '4711'), second])).toEqual([
      refusal('b', 'a', 'userName "other@x"'),
    ]);
  });

  test('case does not make values differ, unless the attribute says so', () => {
    expect(claim([matched('a', notFound()), matched('b', notFound(), 'SAME@x')])).toHaveLength(1);
    expect(claim([matched('a', notFound(), '1@x', 'abc'), matched('b', notFound(), '2@x', 'ABC')])).toEqual(
      [],
    );
  });

  test('the second of two that found one account is refused', () => {
    const second = matched('b', foundAs('t-1', {}, 'employeeNumber', '4711'), 'other@x', '4711');
    expect(claim([matched('a', foundAs('t-1')), second])).toEqual([
      refusal('b', 'a', 'employeeNumber "4711"', 't-1'),
    ]);
  });

  test('one that finds an account which another has just created is refused', () => {
    expect(
      claim([matched('a', notFound()), matched('b', foundAs('t-new', {}, 'userName', 'same@x'))]),
    ).toEqual([refusal('b', 'a', undefined, 't-new')]);
  });

  test('one that finds the account of a linked object is refused', () => {
    const holder = aLink(aUser({}, { id: 'z' }));
    expect(claim([matched('a', foundAs('t-z', {}, 'userName', 'same@x'))], [holder])).toEqual([
      refusal('a', 'z', undefined, 't-z'),
    ]);
  });
});

describe('no conflict', () => {
  test('is to find the account of one’s own former link', () => {
    expect(claim([matched('a', foundAs('t-a'))], [aLink(aUser({}, { id: 'a' }))])).toEqual([]);
  });

  test('is a user and a group under one name', () => {
    const byName = aMapping('userName', '[displayName]', { matchingPriority: 1 });
    const group = aMatched(aDesired(aGroup(), [anAttribute(byName, 'same@x')]), notFound());
    expect(claim([matched('a', notFound()), group])).toEqual([]);
  });

  test('is whatever is linked, left alone or failed already', () => {
    const link = aLink(aUser({}, { id: 'b' }));
    expect(
      claim([
        matched('a', notFound()),
        matched('b', linkedTo(link, {})),
        matched('c', { kind: 'notAsked' }),
        matched('d', { kind: 'noMatchingValue' }),
      ]),
    ).toEqual([]);
  });

  test('is to be asked twice', () => {
    expect(claim([matched('a', notFound()), matched('a', notFound())])).toEqual([]);
  });
});

describe('the id that a creation was answered with', () => {
  const answered = (
    ids: readonly (readonly [source: string, target: string, type?: 'User' | 'Group'])[],
    found: readonly MatchedObject[] = [],
  ): readonly (string | null)[] => {
    const notes = fakeNotes();
    for (const one of found) claimCounterpart(one, new Map(), notes.counterparts);
    return ids.map(([source, target, type = 'User']) =>
      claimTarget(type, sourceId(source), targetId(target), notes.counterparts),
    );
  };

  test('belongs to the first that gets it, also before anything is recorded', () => {
    expect(
      answered([
        ['a', 't-1'],
        ['b', 't-1'],
        ['a', 't-1'],
        ['c', 't-2'],
      ]),
    ).toEqual([null, 'a', null, null]);
  });

  test('belongs to the object that found it in this cycle', () => {
    expect(answered([['b', 't-1']], [matched('a', foundAs('t-1'))])).toEqual(['a']);
  });

  test('may be that of an object of the other type', () => {
    expect(
      answered([
        ['a', '1'],
        ['b', '1', 'Group'],
      ]),
    ).toEqual([null, null]);
  });
});

test('of two that left, one takes the account that an unconfirmed creation may have made', () => {
  const left = (id: string): MatchedObject => {
    const link: Link = {
      sourceId: sourceId(id),
      targetId: targetId('t-1'),
      objectType: 'User',
      isManaged: true,
      hasMemberships: false,
    };
    const { desired, ...rest } = matched(id, { kind: 'linked', link, target: null, wasRead: true });
    return { ...rest, desired: { ...desired, isSoftDeleted: true } };
  };
  expect(claim([left('a'), left('b')])).toEqual([expect.stringMatching(/^b: another source object \(a\)/)]);
});
