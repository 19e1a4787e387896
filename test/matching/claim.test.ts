import { describe, expect, test } from 'vitest';
import { claimCounterpart, claimTarget, type Fate, refuseCounterpart } from '../../src/matching/claim.ts';
import type { Presence } from '../../src/model/directory.ts';
import { attributePath, type SourceId, sourceId, targetId } from '../../src/model/identifiers.ts';
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
    aDesired(aUser({ displayName: id.toUpperCase() }, { id }), [
      anAttribute(USER_NAME, userName),
      anAttribute(EMPLOYEE, employee),
    ]),
    match,
  );

const aHolder = (id: SourceId, presence: Presence = 'live') => ({
  id,
  label: id,
  attributes: { displayName: id.toUpperCase() },
  presence,
});

const holdersOf = (links: readonly Link[]) => new Map(links.map((link) => [link.targetId, link]));

/** Lets objects claim one after the other, and returns each refused object with its rival. */
const claim = (objects: readonly MatchedObject[], links: readonly Link[] = []): readonly string[] => {
  const notes = fakeNotes();
  return objects.flatMap((one) => {
    const collision = claimCounterpart(one, holdersOf(links), notes.counterparts);
    const { match, desired } =
      collision === null ? one : refuseCounterpart(one, collision.by, aHolder(collision.holder), null);
    if (match.kind !== 'failed') return [];
    expect(match.failure.code).toBe('DuplicateSourceEntries');
    return [`${desired.scoped.object.id}: ${match.failure.message}`];
  });
};

const refusal = (id: string, other: string, by = 'userName "same@x"') =>
  `${id}: ${id.toUpperCase()} (${id}@contoso.com) and ${other.toUpperCase()} (${other}) have the same ${by}, and a target object belongs to one source object: correct the value of one of them, or match by another attribute`;

const sameTarget = (id: string, other: string, resource: string, by: string) =>
  `${id}: ${id.toUpperCase()} (${id}@contoso.com) and ${other.toUpperCase()} (${other}) have the same target object "${resource}", found for the first by ${by}, and a target object belongs to one source object: `;

describe('two source objects for one account', () => {
  test('the second of two that would be created under one matching value is refused', () => {
    expect(claim([matched('a', notFound()), matched('b', notFound())])).toEqual([refusal('b', 'a')]);
  });

  test('so is one that agrees in a later matching attribute only', () => {
    const second = matched('b', notFound(), 'other@x', '4711');
    expect(claim([matched('a', notFound(), 'one@x', '4711'), second])).toEqual([
      refusal('b', 'a', 'employeeNumber "4711"'),
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
      expect.stringContaining(sameTarget('b', 'a', 't-1', 'employeeNumber "4711"')),
    ]);
  });

  test('one that finds an account which another has just created is refused', () => {
    expect(
      claim([matched('a', notFound()), matched('b', foundAs('t-new', {}, 'userName', 'same@x'))]),
    ).toEqual([refusal('b', 'a')]);
  });

  test('one that finds the account of a linked object is refused', () => {
    const holder = aLink(aUser({}, { id: 'z' }));
    expect(claim([matched('a', foundAs('t-z', {}, 'userName', 'same@x'))], [holder])).toEqual([
      expect.stringContaining(sameTarget('a', 'z', 't-z', 'userName "same@x"')),
    ]);
  });
});

describe('a source object whose counterpart belongs to a deleted one', () => {
  const refused = (presence: Presence, fate: Fate) => {
    const by = { attribute: attributePath('userName'), value: 'same@x', caseExact: false };
    const other = aHolder(sourceId('a'), presence);
    const { match } = refuseCounterpart(matched('b', notFound()), by, other, fate);
    if (match.kind !== 'failed') throw new Error('it is not refused');
    return match.failure;
  };

  test('waits until the account is gone, where that one is deleted permanently', () => {
    expect(refused('hardDeleted', 'deleted')).toEqual({
      code: 'EntryConflict',
      message:
        'the target still holds the account of A (a), deleted permanently, under userName "same@x"; deletions are sent last in a cycle, and B (b@contoso.com) is created once that account is gone: if it stays, remove it in the target',
      status: null,
    });
  });

  test('waits until the account gives up the value, where that one is in the recycle bin', () => {
    expect(refused('softDeleted', 'renamed')).toMatchObject({
      code: 'EntryConflict',
      message: expect.stringMatching(
        /^the target still holds the account of A \(a\), deleted, under .* gives up/,
      ),
    });
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
  expect(claim([left('a'), left('b')])).toEqual([
    expect.stringMatching(/^b: .* and A \(a\) have the same target object/),
  ]);
});

describe('two source objects with one value that its mapping redacts', () => {
  const REDACTED_NAME = aMapping('userName', 'Redact([userPrincipalName])', { matchingPriority: 1 });
  const matchedAs = (id: string, match: Match): MatchedObject =>
    aMatched(aDesired(aUser({}, { id }), [anAttribute(REDACTED_NAME, 'spy@x')]), match);

  test.each([
    ['neither is there yet', notFound()],
    ['both have found one account', foundAs('t-1', {}, 'userName', 'spy@x')],
  ])('are told apart without it where %s', (_, match) => {
    const [message = ''] = claim([matchedAs('a', match), matchedAs('b', match)]);
    expect(message).toContain('userName [Redact]');
    expect(message).not.toContain('spy@x');
  });

  test('are told apart without it where one of them was found for another object', () => {
    const found = foundAs('t-z', {}, 'userName', 'spy@x');
    const [message = ''] = claim([matchedAs('a', found)], [aLink(aUser({}, { id: 'z' }))]);
    expect(message).toContain('userName [Redact]');
  });

  test('are told apart without it where the other is deleted', () => {
    const by = { attribute: attributePath('userName'), value: 'spy@x', caseExact: false };
    const { match } = refuseCounterpart(
      matchedAs('b', notFound()),
      by,
      aHolder(sourceId('a'), 'hardDeleted'),
      'deleted',
    );
    expect(match).toMatchObject({
      failure: { message: expect.stringContaining('under userName [Redact];') },
    });
  });
});
