import { describe, expect, test } from 'vitest';
import type { Dialect } from '../../src/model/dialect.ts';
import { type SourceId, targetId } from '../../src/model/identifiers.ts';
import type { Change, Link, MatchedObject, Outcome, PlannedFailure, Skip } from '../../src/model/pipeline.ts';
import type { Escrow, StateChange } from '../../src/model/state.ts';
import type { RecordContext } from '../../src/recording/context.ts';
import * as recording from '../../src/recording/record.ts';
import { aMembership, aReference } from '../exporting/change-builders.ts';
import {
  aDesired,
  aGroup,
  aJob,
  aLink,
  aMapping,
  aMatched,
  assigned,
  aUser,
  type DesiredOptions,
  foundAs,
  idOf,
  linkedTo,
  notFound,
  UNASSIGNED,
} from '../support/builders.ts';
import { type FakeJobStore, fakeJobStore } from '../support/fake-job-store.ts';
import { fakeWorld } from '../support/fake-world.ts';
import { INCREMENTAL } from '../support/planning-context.ts';

/** The changes of one object by what they are about; null where there is none of a kind. */
const told = (changes: readonly StateChange[]) => {
  const of = <Kind extends StateChange['kind']>(kind: Kind) =>
    (changes.find((change) => change.kind === kind) ?? null) as Extract<StateChange, { kind: Kind }> | null;
  const members = of('members');
  const complete = of('membersComplete');
  const cleared = of('escrowCleared');
  const group = members?.group ?? complete?.group;
  return {
    dropLink: of('unlink')?.sourceId ?? null,
    link: of('link')?.link ?? null,
    state: of('targetState')?.attributes ?? null,
    clearEscrow: cleared && { sourceId: cleared.sourceId, isReference: cleared.isReference },
    memberships: group && {
      group,
      added: members?.added ?? [],
      removed: members?.removed ?? [],
      isComplete: complete !== null,
    },
    escrow: of('escrow')?.escrow ?? null,
    steps: of('log')?.entry.provisioningSteps.map(({ name }) => name) ?? [],
    stage: of('staged'),
    settled: of('intentSettled'),
    log: of('log')?.entry ?? null,
  };
};

const recordOutcome = (...given: Parameters<typeof recording.recordOutcome>) =>
  told(recording.recordOutcome(...given));
const recordSkip = (...given: Parameters<typeof recording.recordSkip>) =>
  told(recording.recordSkip(...given));
const recordFailure = (...given: Parameters<typeof recording.recordFailure>) =>
  told(recording.recordFailure(...given));
const recordSettledGroup = (id: SourceId) => told(recording.recordSettledGroup(id));
const recordSettledReference = (id: SourceId) => told(recording.recordSettledReference(id));

const TITLE = aMapping('title', '[jobTitle]');
const TAGS = aMapping('tags', '[tags]', { target: { multivalued: true } });
const user = aUser();
const LINK = aLink(user);
const CONFLICT = { code: 'Conflict', message: 'A value must be unique', status: 409 } as const;
const GONE = { code: 'InvalidAnchor', message: 'The resource is gone', status: 404 } as const;

const contextWith = async (
  state: FakeJobStore = fakeJobStore(),
  { kind = 'incremental', dialect = {} }: { kind?: RecordContext['kind']; dialect?: Partial<Dialect> } = {},
): Promise<RecordContext> => ({
  job: aJob({ dialect }),
  tenantId: 'directory-1',
  cycleId: 'cycle-1',
  world: fakeWorld(),
  kind,
  start: INCREMENTAL,
  keys: { digest: fakeWorld().digest, varying: () => ({}) },
  known: await state.load([...state.held.links.keys(), user.id]),
});

const REMATCHING = { dialect: { rematchOn404: true } };

const storeOf = (...links: readonly Link[]): FakeJobStore => {
  const store = fakeJobStore();
  for (const link of links) store.held.links.set(link.sourceId, link);
  return store;
};

const subject = {
  objectType: 'User',
  source: { id: user.id, label: user.label },
  reason: '',
  modifiedProperties: [],
} as const;

const creation = (matched: MatchedObject): Change => ({
  ...subject,
  kind: 'create',
  action: 'create',
  matched,
  attributes: [
    { kind: 'add', mapping: TITLE, value: 'Editor' },
    { kind: 'add', mapping: TAGS, value: ['a', 'b'] },
  ],
});

const update = (matched: MatchedObject, rest: object = {}): Change => ({
  ...subject,
  kind: 'update',
  action: 'update',
  targetId: targetId('t-u1'),
  matched,
  attributes: [{ kind: 'replace', mapping: TITLE, value: 'Boss' }],
  linkEffect: 'manage',
  ...rest,
});

const outcome = (change: Change, rest: object): Outcome =>
  ({
    change,
    exchanges: [],
    startedAt: '2026-01-01T00:00:00.123Z',
    durationMs: 5,
    ...rest,
  }) as unknown as Outcome;
const done = (change: Change, id = 't-new') =>
  outcome(change, { result: 'success', targetId: targetId(id), note: null });
const failed = (change: Change, failure: object = CONFLICT, written: object = { added: [], removed: [] }) =>
  outcome(change, { result: 'failure', failure, written });

const inScope = (options: DesiredOptions = {}, object = user) => aDesired(object, [], options);
const NEW = aMatched(inScope(), notFound());
const HELD = { title: 'Editor', tags: ['a'] };
const MATCHED = aMatched(inScope(), linkedTo(LINK, HELD));

describe('after a creation', () => {
  test('the object is linked to the id that the target issued, and what was sent is its state', async () => {
    expect(recordOutcome(done(creation(NEW)), await contextWith())).toMatchObject({
      link: { sourceId: 'u1', targetId: 't-new', objectType: 'User', isManaged: true, hasMemberships: false },
      state: { title: 'Editor', tags: ['a', 'b'] },
      clearEscrow: { sourceId: 'u1', isReference: false },
      dropLink: null,
      escrow: null,
      log: { provisioningAction: 'create' },
    });
  });

  test('that was refused there is no link, but an escrow', async () => {
    expect(recordOutcome(failed(creation(NEW)), await contextWith())).toMatchObject({
      link: null,
      state: null,
      clearEscrow: null,
      escrow: { sourceId: 'u1', isReference: false, failure: CONFLICT, attemptCount: 1 },
      log: { provisioningStatusInfo: { status: 'failure' } },
    });
  });

  test('of an object whose account was gone the traces of the old link are forgotten first', async () => {
    const matchedAgain = aMatched(inScope(), notFound(), true);
    expect(recordOutcome(done(creation(matchedAgain)), await contextWith()).dropLink).toBe('u1');
  });
});

describe('after an update', () => {
  test('the cached state is what it was, with the changes', async () => {
    expect(recordOutcome(done(update(MATCHED)), await contextWith())).toMatchObject({
      link: LINK,
      state: { title: 'Boss', tags: ['a'] },
      clearEscrow: { sourceId: 'u1', isReference: false },
    });
  });

  test('values that were added to a list join those that it held', async () => {
    const adding = update(MATCHED, { attributes: [{ kind: 'add', mapping: TAGS, value: ['b'] }] });
    expect(recordOutcome(done(adding), await contextWith()).state).toEqual({
      title: 'Editor',
      tags: ['a', 'b'],
    });
    const replacing = update(MATCHED, { attributes: [{ kind: 'replace', mapping: TAGS, value: ['b'] }] });
    expect(recordOutcome(done(replacing), await contextWith()).state).toEqual({
      title: 'Editor',
      tags: ['b'],
    });
  });

  test.each([
    [false, [{ value: 'old' }, { value: 'editor', display: 'Editor' }]],
    [true, [{ value: 'editor', display: 'Editor' }]],
  ])('roles join those that were there, unless they are assertive: %j', async (assertive, state) => {
    const roles = { assertive, roles: [{ id: '1', value: 'editor', displayName: 'Editor' }] };
    const matched = aMatched(inScope(), linkedTo(LINK, { roles: [{ value: 'old' }] }));
    const change = update(matched, {
      attributes: [{ kind: 'add', mapping: aMapping('roles', '[r]'), value: roles }],
    });
    expect(recordOutcome(done(change), await contextWith()).state).toEqual({ roles: state });
  });

  test('an account that was found is linked', async () => {
    const matched = aMatched(inScope(), foundAs('t-7', HELD));
    expect(recordOutcome(done(update(matched), 't-7'), await contextWith())).toMatchObject({
      link: { targetId: 't-7', isManaged: true },
      state: { title: 'Boss', tags: ['a'] },
    });
  });

  test.each([
    ['manage', { isManaged: false }, true],
    ['unmanage', { isManaged: true }, false],
    ['keep', { isManaged: true }, true],
    ['keep', { isManaged: false }, false],
  ] as const)('the link effect %s of %j leaves isManaged %j', async (linkEffect, link, isManaged) => {
    const matched = aMatched(inScope(), linkedTo({ ...LINK, ...link }, HELD));
    expect(recordOutcome(done(update(matched, { linkEffect })), await contextWith()).link).toMatchObject({
      isManaged,
    });
  });

  test('that failed the escrow counts on from the first failure', async () => {
    const store = storeOf(LINK);
    const before: Escrow = {
      sourceId: user.id,
      objectType: 'User',
      label: user.label,
      isReference: false,
      failure: GONE,
      firstFailedAt: '2025-12-31T00:00:00.000Z',
      lastFailedAt: '2025-12-31T12:00:00.000Z',
      attemptCount: 2,
    };
    store.held.escrows.set('u1|false', before);
    store.held.escrows.set('u1|true', { ...before, isReference: true, attemptCount: 9 });
    const recorded = recordOutcome(failed(update(MATCHED)), await contextWith(store));
    expect(recorded.steps[0]).toBe('EntryEscrowRetry');
    expect(recorded.escrow).toEqual({
      ...before,
      failure: CONFLICT,
      lastFailedAt: '2026-01-01T00:00:00.000Z',
      attemptCount: 3,
      cycleId: 'cycle-1',
      attempts: [
        {
          cycleId: 'cycle-1',
          code: 'Conflict',
          lastFailedAt: '2026-01-01T00:00:00.000Z',
          attemptCount: 3,
          failed: [expect.stringMatching(/^[0-9a-f]{64}$/)],
        },
      ],
    });
  });

  test('that was refused the state is the one before its intent; unanswered, it stays unknown', async () => {
    const silent = { ...CONFLICT, status: null };
    expect(recordOutcome(failed(update(MATCHED)), await contextWith(storeOf(LINK))).state).toEqual(HELD);
    expect(recordOutcome(failed(update(MATCHED), silent), await contextWith(storeOf(LINK))).state).toBeNull();
  });

  test('of an account that is gone the link is kept: it takes a restart to give it up', async () => {
    expect(
      recordOutcome(failed(update(MATCHED), GONE), await contextWith(storeOf(LINK))).dropLink,
    ).toBeNull();
  });

  test('of an account that is gone the link is dropped where the dialect says so, and the object is tried again', async () => {
    expect(
      recordOutcome(failed(update(MATCHED), GONE), await contextWith(storeOf(LINK), REMATCHING)),
    ).toMatchObject({
      dropLink: 'u1',
      link: null,
      escrow: { failure: GONE },
    });
  });
});

describe('after a deletion', () => {
  const deletion: Change = {
    ...subject,
    kind: 'delete',
    action: 'delete',
    targetId: LINK.targetId,
    matched: MATCHED,
  };

  test('everything about the object is forgotten', async () => {
    expect(recordOutcome(done(deletion, 't-u1'), await contextWith())).toMatchObject({
      dropLink: 'u1',
      link: null,
      state: null,
    });
  });

  test('that failed the link is kept', async () => {
    expect(recordOutcome(failed(deletion), await contextWith())).toMatchObject({
      dropLink: null,
      escrow: { sourceId: 'u1', isReference: false },
    });
  });
});

describe('after a reference', () => {
  const reference = aReference('u1', 'manager', 'add', 'boss');
  const boss = aLink(aUser({}, { id: 'boss' }));

  test('the cached state points at the target id', async () => {
    const store = storeOf(LINK, boss);
    store.held.states.set(user.id, HELD);
    expect(recordOutcome(done(reference, 't-u1'), await contextWith(store))).toMatchObject({
      link: LINK,
      state: { ...HELD, manager: 't-boss' },
      clearEscrow: { sourceId: 'u1', isReference: true },
    });
  });

  test('a state that is not known stays unknown', async () => {
    expect(recordOutcome(done(reference, 't-u1'), await contextWith(storeOf(LINK, boss))).state).toBeNull();
  });

  test('that was refused the state holds again what the reference points at', async () => {
    const store = storeOf(LINK, boss);
    store.held.states.set(user.id, HELD);
    const refused = { ...reference, current: targetId('t-old') };
    expect(recordOutcome(failed(refused), await contextWith(store)).state).toEqual({
      ...HELD,
      [reference.mapping.targetAttributeName]: 't-old',
    });
    expect(
      recordOutcome(failed(refused, { ...CONFLICT, status: null }), await contextWith(store)).state,
    ).toBeNull();
  });

  test('that failed the escrow is one of a reference', async () => {
    expect(recordOutcome(failed(reference), await contextWith(storeOf(LINK, boss)))).toMatchObject({
      link: LINK,
      state: null,
      escrow: { sourceId: 'u1', isReference: true },
    });
  });
});

describe('after memberships', () => {
  const change = aMembership('g1', ['a', 'b'], ['c']);
  const group = aLink(aGroup(), { hasMemberships: true });

  test('they are complete with the last part', async () => {
    expect(recordOutcome(done(change, 't-g1'), await contextWith(storeOf(group)))).toMatchObject({
      memberships: { group: 'g1', added: ['a', 'b'], removed: ['c'], isComplete: true },
      clearEscrow: { sourceId: 'g1', isReference: true },
    });
  });

  test('they are not complete with an earlier part, and what failed before stays noted', async () => {
    expect(
      recordOutcome(done({ ...change, isLast: false }, 't-g1'), await contextWith(storeOf(group))),
    ).toMatchObject({
      memberships: { isComplete: false },
      clearEscrow: null,
    });
  });

  test('that failed half-way those written are remembered, and next time all are compared', async () => {
    const written = { added: [idOf('a')], removed: [] };
    expect(recordOutcome(failed(change, CONFLICT, written), await contextWith(storeOf(group)))).toMatchObject(
      {
        memberships: { group: 'g1', added: ['a'], removed: [], isComplete: false },
        link: { ...group, hasMemberships: false },
        escrow: { sourceId: 'g1', objectType: 'Group', isReference: true },
      },
    );
  });
});

describe('after a skip', () => {
  const skip = (matched: MatchedObject, rest: Partial<Skip> = {}): Skip => ({
    kind: 'skip',
    objectType: matched.desired.scoped.object.objectType,
    source: matched.desired.scoped.object,
    matched,
    code: 'RedundantExport',
    reason: '',
    linkEffect: 'manage',
    action: 'other',
    ...rest,
  });

  test('the object is tried again no more', async () => {
    expect(recordSkip(skip(MATCHED), await contextWith()).clearEscrow).toEqual({
      sourceId: 'u1',
      isReference: false,
    });
  });

  test('an account that was found is linked, with the state that it has', async () => {
    const matched = aMatched(inScope(), foundAs('t-7', HELD));
    expect(recordSkip(skip(matched), await contextWith())).toMatchObject({
      link: { targetId: 't-7' },
      state: HELD,
    });
  });

  test('a state that was read is remembered, one from the cache need not be', async () => {
    const read = { ...linkedTo(LINK, HELD), wasRead: true } as MatchedObject['match'];
    expect(recordSkip(skip(aMatched(inScope(), read)), await contextWith()).state).toEqual(HELD);
    expect(recordSkip(skip(MATCHED), await contextWith()).state).toBeNull();
  });

  test('that leaves scope is unmanaged', async () => {
    const matched = aMatched(inScope({ scope: UNASSIGNED }), linkedTo(LINK, HELD));
    expect(recordSkip(skip(matched, { linkEffect: 'unmanage' }), await contextWith()).link).toMatchObject({
      isManaged: false,
    });
  });

  test.each([
    ['in scope stay complete', {}, true],
    ['out of scope pass by unseen', { scope: UNASSIGNED }, false],
    ['in the recycle bin pass by unseen', { scope: { isActive: false } }, false],
    ['ignored by its mapping pass by unseen', { isIgnored: true }, false],
    ['dropped by the input filter pass by unseen', { scope: { isDropped: true } }, false],
  ])('changes of memberships of a group %s', async (_, options, hasMemberships) => {
    const link = aLink(aGroup(), { hasMemberships: true });
    const matched = aMatched(inScope(options, aGroup()), linkedTo(link, null));
    expect(recordSkip(skip(matched, { linkEffect: 'keep' }), await contextWith()).link).toMatchObject({
      hasMemberships,
    });
  });

  test('a stale link is forgotten where the dialect matches again', async () => {
    const matched = aMatched(inScope({ scope: UNASSIGNED }), { kind: 'notAsked' });
    expect(recordSkip(skip({ ...matched, isRelinked: true }), await contextWith()).dropLink).toBe('u1');
    expect(recordSkip(skip(matched), await contextWith()).dropLink).toBeNull();
    expect(recordSkip(skip(MATCHED), await contextWith(fakeJobStore(), REMATCHING)).dropLink).toBeNull();
  });

  test.each([
    ['incremental', 'never linked and not assigned', aUser(), true],
    ['initial', 'never linked and not assigned', aUser(), false],
    ['initial', 'assigned, and out of scope all the same', aUser({}, { assignments: [assigned()] }), true],
  ] as const)('the log of an %s cycle tells of who is %s: %s', async (kind, _, object, isLogged) => {
    const matched = aMatched(inScope({ scope: UNASSIGNED }, object), { kind: 'notAsked' });
    const { log } = recordSkip(skip(matched), await contextWith(fakeJobStore(), { kind }));
    expect(log !== null).toBe(isLogged);
  });
});

describe('after a failure before anything was sent', () => {
  const planned = (object = user, isReference = false): PlannedFailure => ({
    kind: 'failure',
    objectType: object.objectType,
    source: { id: object.id, label: object.label },
    matched: null,
    action: 'update',
    failure: CONFLICT,
    isReference,
  });

  test('the object is kept for retry, and logged', async () => {
    expect(recordFailure(planned(), await contextWith(storeOf(LINK)))).toMatchObject({
      link: null,
      escrow: { sourceId: 'u1', label: 'u1@contoso.com', isReference: false, failure: CONFLICT },
      log: { provisioningStatusInfo: { status: 'failure' } },
    });
  });

  test.each([true, false])(
    'memberships of a group are compared as a whole next time (reference: %j)',
    async (isReference) => {
      const group = aLink(aGroup(), { hasMemberships: true });
      expect(recordFailure(planned(aGroup(), isReference), await contextWith(storeOf(group)))).toMatchObject({
        link: { ...group, hasMemberships: false },
        escrow: { isReference },
      });
    },
  );

  test('a group that is not linked yet has no link to mark', async () => {
    expect(recordFailure(planned(aGroup()), await contextWith()).link).toBeNull();
  });
});

describe('what is settled', () => {
  test('a group without a difference is complete, and its failure ends', () => {
    expect(recordSettledGroup(idOf('g1'))).toMatchObject({
      memberships: { group: 'g1', added: [], removed: [], isComplete: true },
      clearEscrow: { sourceId: 'g1', isReference: true },
      log: null,
    });
  });

  test('a reference without a difference is tried no more', () => {
    expect(recordSettledReference(idOf('u1'))).toMatchObject({
      clearEscrow: { sourceId: 'u1', isReference: true },
    });
  });
});
