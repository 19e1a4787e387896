import { describe, expect, test } from 'vitest';
import { createLanes, exportChanges } from '../../src/exporting/export.ts';
import type { MembersShownIn } from '../../src/model/control.ts';
import { DEFAULT_DIALECT, type Dialect } from '../../src/model/dialect.ts';
import type { SourceId } from '../../src/model/identifiers.ts';
import { targetId } from '../../src/model/identifiers.ts';
import type { VerifyMode } from '../../src/model/job.ts';
import type { Json, JsonObject } from '../../src/model/json.ts';
import type { AttributeChange, Change, MembershipChange } from '../../src/model/pipeline.ts';
import type { AttributeMapping } from '../../src/model/schema.ts';
import type { ScimRequest, ScimResponse } from '../../src/model/scim.ts';
import type { MovedMembers, UntakenValue } from '../../src/model/verification.ts';
import { aChange, anAnswer } from '../scim/scim-builders.ts';
import { fakeTarget } from '../support/fake-target.ts';
import {
  aCreation,
  aDeletion,
  aMembership,
  anUpdate,
  aReference,
  membersHeld,
  namesOf,
} from './change-builders.ts';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const MANAGER = `${ENTERPRISE}:manager`;

/** Carries one change out against a target that answers writes and reads in its own way. */
async function outcomeOf(
  change: Change,
  verify: VerifyMode,
  answers: { readonly toWrite?: ScimResponse; readonly toRead?: ScimResponse },
  dialect: Partial<Dialect> = {},
  before: readonly string[] = [],
  shownBefore: readonly MembersShownIn[] = [],
) {
  const shown = new Set(shownBefore);
  const parts: MovedMembers[] = [];
  const target = fakeTarget(({ method }: ScimRequest) =>
    method === 'GET' ? (answers.toRead ?? anAnswer(500)) : (answers.toWrite ?? anAnswer(204)),
  );
  const [outcome] = await exportChanges([change], {
    target,
    reader: target,
    verify,
    dialect: { ...DEFAULT_DIALECT, ...dialect },
    resolve: (id: SourceId) => targetId(`t-${id}`),
    confirms: true,
    claim: () => null,
    membersBefore: membersHeld(() => before),
    namesOf,
    membersShown: {
      isKnown: (where) => shown.has(where),
      note: async (where) => {
        shown.add(where);
      },
    },
    unreadParts: { note: (_, part) => parts.push(part), of: () => parts },
    lanes: createLanes(1),
    now: () => '2026-01-01T00:00:00.000Z',
    signal: new AbortController().signal,
  });
  if (outcome?.result !== 'success') throw new Error('the change failed');
  const untaken = outcome.untaken?.map(withoutRemedy);
  return { ...outcome, untaken, requests: target.requests, shown };
}

/** What is found is compared here; which option helps has tests of its own. */
const withoutRemedy = ({ remedy: _, ...found }: UntakenValue) => found;

const update = (...attributes: readonly AttributeChange[]) => anUpdate('User', 't-u1', attributes);

/** An update of an account of which the target is known to hold some values, as they are to be. */
function updateOfKnown(known: Readonly<Record<string, string>>, ...attributes: readonly AttributeChange[]) {
  const change = update(...attributes);
  const { matched } = change;
  const { match } = matched;
  if (match.kind !== 'linked') throw new Error('an account that is updated is linked');
  const held = Object.entries(known).map(([path, value]) => aChange('replace', path, value));
  return {
    ...change,
    matched: {
      ...matched,
      match: { ...match, target: { id: targetId('t-u1'), attributes: known } },
      desired: {
        ...matched.desired,
        attributes: held.map(({ mapping, value }) => ({ mapping, value, followsSoftDelete: false })),
      },
    },
  };
}

const whole = (values: JsonObject): JsonObject => ({
  schemas: [USER],
  id: 't-u1',
  userName: 'ola',
  ...values,
});
const answering = (resource: JsonObject) => ({ toWrite: anAnswer(200, resource) });
const reading = (resource: JsonObject) => ({ toRead: anAnswer(200, resource) });

describe('an answer that shows the resource', () => {
  test.each<[string, AttributeChange, JsonObject, { sent: string; found: string | null }[]]>([
    ['the value', aChange('replace', 'title', 'Editor'), { title: 'Editor' }, []],
    ['it in another case', aChange('replace', 'title', 'Editor'), { TITLE: 'editor' }, []],
    [
      'the old value',
      aChange('replace', 'title', 'Editor'),
      { title: 'Clerk' },
      [{ sent: 'Editor', found: 'Clerk' }],
    ],
    ['a boolean', aChange('replace', 'active', 'False'), { active: false }, []],
    [
      'the other boolean',
      aChange('replace', 'active', 'False'),
      { active: true },
      [{ sent: 'False', found: 'True' }],
    ],
    [
      'the text of a boolean, which is none',
      aChange('replace', 'active', 'False'),
      { active: 'False' },
      [{ sent: 'False', found: 'the text False' }],
    ],
    [
      'the text of an integer, which is none',
      aChange('replace', 'level', '7', { type: 'Integer' }),
      { level: '7' },
      [{ sent: '7', found: 'the text 7' }],
    ],
    ['nothing for the empty text', aChange('replace', 'title', ''), {}, []],
    [
      'the entry that a filter names',
      aChange('add', 'emails[type eq "work"].value', 'a@x.example'),
      {
        emails: [
          { type: 'home', value: 'b@x.example' },
          { type: 'work', value: 'a@x.example' },
        ],
      },
      [],
    ],
    [
      'more than what was added to a list',
      aChange('add', 'languages', ['de'], { multivalued: true }),
      { languages: ['en', { value: 'de' }] },
      [],
    ],
    [
      'more than what a list was replaced by',
      aChange('replace', 'languages', ['de'], { multivalued: true }),
      { languages: ['en', 'de'] },
      [{ sent: '["de"]', found: '["en","de"]' }],
    ],
    [
      'roles in any of their forms',
      aChange('add', 'roles', { assertive: false, roles: [{ id: '1', value: 'ed', displayName: 'Editor' }] }),
      { roles: [{ value: '{"id":"1","value":"ed","displayName":"Editor"}' }, { value: 'other' }] },
      [],
    ],
    ['nothing of a password', aChange('replace', 'password', 'hush', { mutability: 'WriteOnly' }), {}, []],
  ])('with %s', async (_, change, values, untaken) => {
    const attribute = change.mapping.targetAttributeName;
    const outcome = await outcomeOf(update(change), 'response', answering(whole(values)));
    expect(outcome.untaken).toEqual(untaken.map((one) => ({ attribute, ...one })));
    expect(outcome.requests).toHaveLength(1);
  });

  test('with another value than was written before, of what is not written now', async () => {
    const change = updateOfKnown(
      { active: 'False', displayName: 'Ola' },
      aChange('replace', 'title', 'Editor'),
    );
    const shown = whole({ title: 'Editor', active: true, displayName: 'ola' });
    const { untaken } = await outcomeOf(change, 'response', answering(shown));
    expect(untaken).toEqual([{ attribute: 'active', kind: 'heldBefore', sent: 'False', found: 'True' }]);
  });

  describe.each<[string, JsonObject]>([
    ['what was sent', { title: 'Editor' }],
    ['less than that', {}],
  ])('with an extract of %s', (_, values) => {
    const held = { displayName: 'Ola', 'name.givenName': 'Ola', active: 'False' };
    const change = updateOfKnown(held, aChange('replace', 'title', 'Editor'));

    test('says nothing of what it leaves out', async () => {
      const { untaken, isUnshown = false } = await outcomeOf(change, 'response', answering(whole(values)));
      expect([untaken, isUnshown]).toEqual([[], !('title' in values)]);
    });

    test('is evidence where it shows another value than was written before', async () => {
      const shown = whole({ ...values, active: true });
      const { untaken } = await outcomeOf(change, 'response', answering(shown));
      expect(untaken).toEqual([{ attribute: 'active', kind: 'heldBefore', sent: 'False', found: 'True' }]);
    });

    test('is no such thing where it was read', async () => {
      const { untaken } = await outcomeOf(change, 'read', reading(whole({ ...held, ...values, name: null })));
      expect(untaken).toContainEqual({
        attribute: 'name.givenName',
        kind: 'heldBefore',
        sent: 'Ola',
        found: null,
      });
    });
  });

  test('without what was sent did not take it, where it shows all that was written before', async () => {
    const change = updateOfKnown({ displayName: 'Ola' }, aChange('add', 'title', 'Editor'));
    const { untaken } = await outcomeOf(change, 'response', answering(whole({ displayName: 'Ola' })));
    expect(untaken).toEqual([{ attribute: 'title', sent: 'Editor', found: null }]);
  });

  test('of a creation with less than half of what was sent is an extract', async () => {
    const sent = ['userName', 'title', 'displayName'].map((path) => aChange('add', path, 'ola'));
    const toWrite = anAnswer(201, whole({}));
    const { untaken, isUnshown } = await outcomeOf(aCreation('User', sent), 'response', { toWrite });
    expect([untaken, isUnshown]).toEqual([[], true]);
  });

  test.each<[string, Partial<AttributeMapping>, string | undefined]>([
    ['that was never sent, because the target held another one', {}, 'Chief'],
    ['that is sent on creation only', { flowType: 'ObjectAddOnly' }, 'O'],
    ['that is added only where there is none', { flowType: 'AttributeAddOnly' }, 'O'],
    ['that is not mapped', { source: null }, undefined],
  ])('says nothing of a value %s', async (_, mapping, cached) => {
    const change = updateOfKnown({}, aChange('replace', 'title', 'Editor'));
    const nickName = { ...aChange('replace', 'nickName', 'O').mapping, ...mapping };
    const { match, desired } = change.matched;
    const matched = {
      ...change.matched,
      match: {
        ...match,
        target: { id: targetId('t-u1'), attributes: cached === undefined ? {} : { nickName: cached } },
      },
      desired: { ...desired, attributes: [{ mapping: nickName, value: 'O', followsSoftDelete: false }] },
    };
    const shown = whole({ title: 'Editor', nickName: 'Chief' });
    expect((await outcomeOf({ ...change, matched }, 'response', answering(shown))).untaken).toEqual([]);
  });

  test('after a creation', async () => {
    const creation = aCreation('User', [
      aChange('add', 'userName', 'ola'),
      aChange('add', 'title', 'Editor'),
    ]);
    const { untaken } = await outcomeOf(creation, 'response', { toWrite: anAnswer(201, whole({})) });
    expect(untaken).toEqual([{ attribute: 'title', sent: 'Editor', found: null }]);
  });

  test('in part says nothing of what it leaves out', async () => {
    const change = update(aChange('replace', 'title', 'Editor'), aChange('replace', 'displayName', 'Ola'));
    const { untaken, isUnshown } = await outcomeOf(
      change,
      'response',
      answering({ id: 't-u1', displayName: 'Old' }),
    );
    expect(untaken).toEqual([{ attribute: 'displayName', sent: 'Ola', found: 'Old' }]);
    expect(isUnshown).toBe(true);
  });

  test('never shows a value that the mapping redacts', async () => {
    const { mapping, ...title } = aChange('replace', 'title', 'hush');
    const source = { type: 'Function', name: 'Redact', expression: 'Redact([jobTitle])' } as const;
    const change = update({ ...title, mapping: { ...mapping, source } });
    const { untaken } = await outcomeOf(change, 'response', answering(whole({ title: 'also hush' })));
    expect(untaken).toEqual([{ attribute: 'title', sent: '[Redact]', found: '[Redact]' }]);
  });

  test('of any length or content is reported in a line', async () => {
    const change = update(aChange('replace', 'title', 'x'));
    const { untaken } = await outcomeOf(
      change,
      'response',
      answering(whole({ title: `\u001b[2J\n${'a'.repeat(5000)}` })),
    );
    expect(untaken?.[0]?.found).toMatch(/^\[2J a{290,300}…$/);
  });
});

const MESSAGES = 'urn:ietf:params:scim:api:messages:2.0';

describe('an answer that does not show the resource', () => {
  const change = update(aChange('replace', 'title', 'Editor'));

  test.each<[string, ScimResponse]>([
    ['204', anAnswer(204)],
    ['200 without a body', anAnswer(200)],
    ['a text', { ...anAnswer(200), body: undefined, text: 'OK' }],
    ['a list', anAnswer(200, [])],
    ['an object without anything', anAnswer(200, {})],
    ['the envelope alone', anAnswer(200, { schemas: [USER], id: 't-u1', meta: {} })],
    ['the request', anAnswer(200, { schemas: [`${MESSAGES}:PatchOp`], Operations: [] })],
    ['a ListResponse', anAnswer(200, { schemas: [`${MESSAGES}:ListResponse`], totalResults: 0 })],
  ])('but %s leaves the write unverified', async (_, toWrite) => {
    const outcome = await outcomeOf(change, 'response', { toWrite });
    expect(outcome.untaken ?? []).toEqual([]);
    expect(outcome.isUnshown).toBe(true);
    expect(outcome.requests).toHaveLength(1);
  });

  test('but another resource leaves the write unverified', async () => {
    const outcome = await outcomeOf(change, 'response', answering({ ...whole({}), id: 't-2' }));
    expect(outcome.untaken).toBeUndefined();
    expect(outcome.unverified).toBe('the target shows another resource, t-2, in place of t-u1');
  });

  test('leaves nothing open where only what is never shown was written', async () => {
    const password = update(aChange('replace', 'password', 'hush', { mutability: 'WriteOnly' }));
    expect((await outcomeOf(password, 'response', {})).isUnshown).toBeUndefined();
  });

  test('is not checked where the job does not verify', async () => {
    const toWrite = anAnswer(200, whole({ title: 'Clerk' }));
    const outcome = await outcomeOf(change, 'off', { toWrite });
    expect([outcome.untaken, outcome.isUnshown]).toEqual([undefined, undefined]);
    expect((await outcomeOf(change, 'off', {})).isUnshown).toBeUndefined();
  });
});

describe('a read after the write', () => {
  test('shows what is not there, and is among the exchanges', async () => {
    const change = update(aChange('add', 'title', 'Editor'));
    const outcome = await outcomeOf(change, 'read', reading({ id: 't-u1' }));
    expect(outcome.untaken).toEqual([{ attribute: 'title', sent: 'Editor', found: null }]);
    expect(outcome.exchanges.map(({ request }) => `${request.method} ${request.path}`)).toEqual([
      'PATCH /Users/t-u1',
      'GET /Users/t-u1',
    ]);
  });

  test('also shows what the target changed along with what was sent', async () => {
    const change = updateOfKnown(
      { displayName: 'Ola' },
      aChange('replace', 'name.formatted', 'Ola Nordmann'),
    );
    const shown = whole({ name: { formatted: 'Ola Nordmann' }, displayName: 'Ola Nordmann' });
    const outcome = await outcomeOf(change, 'read', reading(shown));
    expect(outcome.untaken).toEqual([
      { attribute: 'displayName', kind: 'heldBefore', sent: 'Ola', found: 'Ola Nordmann' },
    ]);
  });

  test('of another resource says nothing of the one that was written', async () => {
    const outcome = await outcomeOf(
      update(aChange('add', 'title', 'Editor')),
      'read',
      reading({ ...whole({}), id: 't-9' }),
    );
    expect(outcome.untaken).toBeUndefined();
    expect(outcome.unverified).toMatch(/asked for the resource "t-u1" and answered with "t-9"/);
  });

  test('that fails says that it is not known', async () => {
    const outcome = await outcomeOf(update(aChange('add', 'title', 'Editor')), 'read', {
      toRead: anAnswer(500),
    });
    expect(outcome).toMatchObject({ result: 'success' });
    expect(outcome.unverified).toMatch(/^what was written was not read back: The target answered 500/);
  });

  test('is not made of what was deleted', async () => {
    const outcome = await outcomeOf(aDeletion('User', 't-u1'), 'read', {});
    expect(outcome.requests.map(({ method }) => method)).toEqual(['DELETE']);
    expect(outcome.unverified).toBeUndefined();
  });
});

describe('a manager', () => {
  const holding = (manager: Json | undefined): JsonObject =>
    manager === undefined ? whole({}) : whole({ [ENTERPRISE]: { manager } });

  test.each<[string, Json | undefined, string | null | false]>([
    ['the one who was set', { value: 't-boss' }, false],
    ['another one', { value: 't-old' }, 't-old'],
    ['none', undefined, null],
    ['the id as a text, which is no reference', 't-boss', 'the text t-boss'],
  ])('who was set, where the target holds %s', async (_, manager, found) => {
    const { untaken } = await outcomeOf(
      aReference('u1', MANAGER, 'add', 'boss'),
      'read',
      reading(holding(manager)),
    );
    expect(untaken).toEqual(found === false ? [] : [{ attribute: MANAGER, sent: 't-boss', found }]);
  });

  test('that was set is unverified where the answer shows none: it may be an extract', async () => {
    const change = aReference('u1', MANAGER, 'add', 'boss');
    const { untaken, isUnshown } = await outcomeOf(change, 'response', answering(holding(undefined)));
    expect([untaken, isUnshown]).toEqual([[], true]);
  });

  test.each<[string, Json | undefined, string | false]>([
    ['nobody', undefined, false],
    ['a reference to nobody', { value: '' }, false],
    ['who was removed', { value: 't-boss' }, 't-boss'],
  ])('who was removed, where the target holds %s', async (_, manager, found) => {
    const change = aReference('u1', MANAGER, 'remove', null, 't-boss');
    const { untaken } = await outcomeOf(change, 'read', reading(holding(manager)), {
      managerRemoval: 'remove',
    });
    expect(untaken).toEqual(found === false ? [] : [{ attribute: MANAGER, sent: null, found }]);
  });
});

describe('members', () => {
  const group = (members?: Json): JsonObject => ({
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
    id: 't-g',
    displayName: 'Crew',
    ...(members === undefined ? {} : { members }),
  });
  const entries = (...ids: readonly string[]) => ids.map((id) => ({ value: `t-${id}` }));
  const change = aMembership('g', ['a', 'b', 'c', 'd', 'e'], ['x']);
  const removal = aMembership('g', [], ['x']);
  const of = (kind: string, sent: string | null, found: string | null = null) => ({
    attribute: 'members',
    kind,
    sent,
    found,
  });
  /** The two ways in which members are shown: by what a PATCH is answered, and by a read. */
  const WAYS = [
    ['response', 'answer', answering],
    ['read', 'read', reading],
  ] as const;

  describe.each(WAYS)('with verify %s', (verify, where, showing) => {
    const outcomeWith = (
      changed: MembershipChange,
      members: Json | undefined,
      before: readonly string[] = [],
      shownBefore: readonly MembersShownIn[] = [],
    ) =>
      outcomeOf(
        changed,
        verify,
        showing(group(members)),
        {},
        before.map((id) => `t-${id}`),
        shownBefore,
      );

    test('are compared with what the target shows, by their names', async () => {
      const { untaken, shown } = await outcomeWith(change, [{ value: 't-a' }, 't-x']);
      expect(untaken).toEqual([of('notAdded', 'b, c, d and 1 more'), of('notRemoved', null, 'x')]);
      expect([...shown]).toEqual([where]);
    });

    test.each<[string, Json]>([
      ['objects', entries('a', 'b', 'c', 'd', 'e', 'other')],
      ['texts', ['t-a', 't-b', 't-c', 't-d', 't-e']],
      ['references', ['a', 'b', 'c', 'd', 'e'].map((id) => ({ $ref: `https://x.example/Users/t-${id}` }))],
    ])('who are as they should be need no word, be they %s', async (_, members) => {
      const { untaken, doubled, unverified, isUnshown } = await outcomeWith(change, members);
      expect([untaken, doubled, unverified, isUnshown]).toEqual([[], undefined, undefined, undefined]);
    });

    test('who were there before and are gone are missed, and those who stayed are not', async () => {
      const { untaken } = await outcomeWith(removal, entries('b'), ['a', 'b', 'x']);
      expect(untaken).toEqual([of('dropped', 'a')]);
    });

    test('who were written before and are shown say that the target knows how they were sent', async () => {
      const evidence = async (changed: MembershipChange, members: Json, before: readonly string[]) =>
        (await outcomeWith(changed, members, before)).showsEarlier;
      expect(await evidence(aMembership('g', ['a']), entries('b'), ['b'])).toBe(true);
      expect(await evidence(removal, entries('x'), ['x'])).toBe(true);
      expect(await evidence(aMembership('g', ['a']), entries('other'), ['b'])).toBeUndefined();
    });

    test('that are no longer linked go by their target ids', async () => {
      const before = ['t-a', 'stray', 't-b', 't-x'];
      const { untaken } = await outcomeOf(removal, verify, showing(group(entries('b'))), {}, before);
      expect(untaken).toEqual([of('dropped', 'a, stray')]);
    });

    test('that are all gone after the removal of one are reported as such', async () => {
      const { untaken } = await outcomeWith(removal, [], ['a', 'b', 'x']);
      expect(untaken).toEqual([of('emptied', 'a, b')]);
    });

    test.each<[string, Json | undefined]>([
      ['left out', undefined],
      ['null', null],
    ])('that are %s are none where the target has shown members before', async (_, members) => {
      const { untaken } = await outcomeWith(removal, members, ['a', 'x'], [where]);
      expect(untaken).toEqual([of('emptied', 'a')]);
    });

    test('may be left out when none are expected', async () => {
      const { untaken, unverified, isUnshown } = await outcomeWith(removal, undefined, ['x']);
      expect([untaken, unverified, isUnshown]).toEqual([[], undefined, undefined]);
    });

    test('without ids are said to be unknown', async () => {
      const { untaken, unverified } = await outcomeWith(change, [{ display: 'Ada' }]);
      expect([untaken, unverified]).toEqual([undefined, 'the target shows members without their ids']);
    });

    test('that are shown twice are named', async () => {
      const adding = aMembership('g', ['a']);
      const { untaken, doubled } = await outcomeWith(adding, entries('a', 'b', 'a', 'b', 'a'), ['b']);
      expect([untaken, doubled]).toEqual([[], { count: 2, names: ['a', 'b'] }]);
    });

    test('of a group of 100,000 are compared as sets', async () => {
      const ids = Array.from({ length: 100_000 }, (_, index) => `${index}`);
      const { untaken } = await outcomeWith(removal, entries(...ids.slice(2)), [...ids, 'x']);
      expect(untaken).toEqual([of('dropped', '0, 1')]);
    });
  });

  test('that no read shows are said to be unknown', async () => {
    const outcome = await outcomeOf(change, 'read', reading(group()), {}, [], ['answer']);
    expect(outcome.unverified).toBe('the target does not show members');
    expect(outcome.untaken).toBeUndefined();
  });

  test('that no answer shows are unverified, whatever reads show', async () => {
    const outcome = await outcomeOf(change, 'response', answering(group()), {}, [], ['read']);
    expect([outcome.untaken, outcome.isUnshown]).toEqual([undefined, true]);
  });

  test('in part of the resource are not missed where they were written before', async () => {
    const answer = answering({ id: 't-g', members: entries('a') });
    const { untaken } = await outcomeOf(aMembership('g', ['a']), 'response', answer, {}, ['t-b']);
    expect(untaken).toEqual([]);
  });

  test('of a part that another follows are compared with that part only', async () => {
    const part = { ...aMembership('g', ['a', 'b']), isLast: false, isFollowed: true };
    const { untaken } = await outcomeOf(part, 'response', answering(group(entries('a'))), {}, ['t-old']);
    expect(untaken).toEqual([of('notAdded', 'b')]);
  });
});
