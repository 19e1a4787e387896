import { describe, expect, test } from 'vitest';
import { createLanes, exportChanges } from '../../src/exporting/export.ts';
import type { SourceId } from '../../src/model/identifiers.ts';
import { targetId } from '../../src/model/identifiers.ts';
import { DEFAULT_DIALECT, type Dialect, type VerifyMode } from '../../src/model/job.ts';
import type { Json, JsonObject } from '../../src/model/json.ts';
import type { AttributeChange, Change } from '../../src/model/pipeline.ts';
import type { ScimRequest, ScimResponse } from '../../src/model/scim.ts';
import { aChange, anAnswer } from '../scim/scim-builders.ts';
import { fakeTarget } from '../support/fake-target.ts';
import { aCreation, aDeletion, aMembership, anUpdate, aReference } from './change-builders.ts';

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
) {
  const target = fakeTarget(({ method }: ScimRequest) =>
    method === 'GET' ? (answers.toRead ?? anAnswer(500)) : (answers.toWrite ?? anAnswer(204)),
  );
  const [outcome] = await exportChanges([change], {
    target,
    reader: target,
    verify,
    dialect: { ...DEFAULT_DIALECT, ...dialect },
    resolve: (id: SourceId) => targetId(`t-${id}`),
    claim: () => null,
    membersBefore: () => before.map(targetId),
    lanes: createLanes(1),
    now: () => '2026-01-01T00:00:00.000Z',
    signal: new AbortController().signal,
  });
  if (outcome?.result !== 'success') throw new Error('the change failed');
  return { ...outcome, requests: target.requests };
}

const update = (...attributes: readonly AttributeChange[]) => anUpdate('User', 't-u1', attributes);
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
    ['no such attribute', aChange('add', 'title', 'Editor'), {}, [{ sent: 'Editor', found: null }]],
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
    const { untaken } = await outcomeOf(change, 'response', answering({ id: 't-u1', displayName: 'Old' }));
    expect(untaken).toEqual([{ attribute: 'displayName', sent: 'Ola', found: 'Old' }]);
  });

  test('never shows a value that the mapping redacts', async () => {
    const { mapping, ...title } = aChange('replace', 'title', 'hush');
    const source = { type: 'Function', name: 'Redact', expression: 'Redact([jobTitle])' } as const;
    const change = update({ ...title, mapping: { ...mapping, source } });
    const { untaken } = await outcomeOf(change, 'response', answering(whole({ title: 'also hush' })));
    expect(untaken).toEqual([{ attribute: 'title', sent: '[Redact]', found: '[Redact]' }]);
  });

  test('however long or odd is told in a line', async () => {
    const change = update(aChange('replace', 'title', 'x'));
    const { untaken } = await outcomeOf(
      change,
      'response',
      answering(whole({ title: `\u001b[2J\n${'a'.repeat(5000)}` })),
    );
    expect(untaken?.[0]?.found).toMatch(/^\[2J a{290,300}…$/);
  });
});

test.each<[VerifyMode, ScimResponse]>([
  ['response', anAnswer(204)],
  ['response', { ...anAnswer(200), body: undefined, text: 'OK' }],
  ['response', anAnswer(200, [])],
  ['off', anAnswer(200, whole({ title: 'Clerk' }))],
])('with verify %s nothing is compared where nothing is shown, or nobody asks', async (verify, toWrite) => {
  const outcome = await outcomeOf(update(aChange('replace', 'title', 'Editor')), verify, { toWrite });
  expect(outcome.untaken ?? []).toEqual([]);
  expect(outcome.requests).toHaveLength(1);
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
    const change = update(aChange('replace', 'name.formatted', 'Ola Nordmann'));
    const held = aChange('replace', 'displayName', 'Ola').mapping;
    const onCreation = { ...aChange('replace', 'nickName', 'O').mapping, flowType: 'ObjectAddOnly' as const };
    const { matched } = change;
    const attributes = [held, onCreation].map((mapping) => ({
      mapping,
      value: mapping === held ? 'Ola' : 'O',
      followsSoftDelete: false,
    }));
    const outcome = await outcomeOf(
      { ...change, matched: { ...matched, desired: { ...matched.desired, attributes } } },
      'read',
      reading(whole({ name: { formatted: 'Ola Nordmann' }, displayName: 'Ola Nordmann' })),
    );
    expect(outcome.untaken).toEqual([{ attribute: 'displayName', sent: 'Ola', found: 'Ola Nordmann' }]);
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
  const group = (members?: readonly Json[]): JsonObject => ({
    id: 't-g',
    ...(members === undefined ? {} : { members: members as Json }),
  });
  const change = aMembership('g', ['a', 'b', 'c', 'd', 'e'], ['x']);

  test('are compared by a read of the whole group', async () => {
    const outcome = await outcomeOf(change, 'read', reading(group([{ value: 't-a' }, 't-x'])));
    expect(outcome.untaken).toEqual([
      { attribute: 'members', sent: 't-b, t-c, t-d, … (4)', found: null },
      { attribute: 'members', sent: null, found: 't-x' },
    ]);
    expect(outcome.requests.at(-1)).toMatchObject({ method: 'GET', path: '/Groups/t-g', query: '' });
  });

  test('who are as they should be need no word', async () => {
    const members = ['a', 'b', 'c', 'd', 'e', 'other'].map((id) => ({ value: `t-${id}` }));
    expect((await outcomeOf(change, 'read', reading(group(members)))).untaken).toEqual([]);
  });

  test('who were there before and are gone are missed as well, whatever the change was about', async () => {
    const removal = aMembership('g', [], ['x']);
    const emptied = await outcomeOf(removal, 'read', reading(group([])), {}, ['t-a', 't-b', 't-x']);
    expect(emptied.untaken).toEqual([{ attribute: 'members', sent: 't-a, t-b', found: null }]);
  });

  test('who are not to be there may be left out, when nobody else is to be there either', async () => {
    const removal = aMembership('g', [], ['x']);
    const outcome = await outcomeOf(removal, 'read', reading(group()), {}, ['t-x']);
    expect([outcome.untaken, outcome.unverified]).toEqual([[], undefined]);
  });

  test('that the target does not show are said to be unknown', async () => {
    const outcome = await outcomeOf(change, 'read', reading(group()));
    expect(outcome.unverified).toBe('the target does not show members');
    expect(outcome.untaken).toBeUndefined();
  });

  test('are not compared with the answer to a PATCH', async () => {
    const outcome = await outcomeOf(change, 'response', answering({ schemas: ['x'], ...group([]) }));
    expect(outcome.untaken ?? []).toEqual([]);
    expect(outcome.requests.every(({ method }) => method === 'PATCH')).toBe(true);
  });
});
