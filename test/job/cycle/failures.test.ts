import { beforeEach, describe, expect, test } from 'vitest';
import { QuarantineError } from '../../../src/model/errors.ts';
import { isChange } from '../../../src/model/pipeline.ts';
import { DEFAULT_SAFETY } from '../../../src/model/safety.ts';
import type { ScimRequest } from '../../../src/model/scim.ts';
import { anAnswer, noAnswer } from '../../scim/scim-builders.ts';
import {
  aGroup,
  aMapping,
  assigned,
  aUser,
  groupMapping,
  idOf,
  userMapping,
} from '../../support/builders.ts';
import { type FakeCycles, fakeCycles } from '../../support/fake-cycles.ts';
import { askedFor } from '../../support/fake-target.ts';

const IN = { assignments: [assigned()] };
const user = (id: string, attributes = {}, rest = {}) => aUser(attributes, { id, ...IN, ...rest });
const group = (id = 'g1', attributes = {}, rest = {}) => aGroup(attributes, { id, ...IN, ...rest });
const ids = (...names: readonly string[]) => names.map(idOf);
const HOUR = 3_600_000;

let job: FakeCycles;
beforeEach(() => {
  job = fakeCycles();
});

const escrows = () =>
  [...job.store.held.escrows.values()].map(({ sourceId, failure }) => `${sourceId}: ${failure.code}`);
const linked = () => [...job.store.held.links.keys()];

describe('one object that fails', () => {
  const objects = [user('a'), user('b'), user('c')];
  const refuseB = () =>
    job.misbehave(({ method, body }) =>
      method === 'POST' && body?.userName === 'b@contoso.com' ? anAnswer(500) : null,
    );

  test('does not keep the others from being provisioned, and the watermark moves on', async () => {
    refuseB();
    const cycle = await job.run({ objects });
    expect(cycle).toMatchObject({ state: 'EntryLevelErrors', counts: { create: 2, failed: 1 } });
    expect([linked(), escrows(), job.store.held.position?.watermark]).toEqual([
      ['a', 'c'],
      ['b: InternalServerError'],
      50,
    ]);
  });

  test('is tried again in the next cycle although nothing changed, and forgotten once it succeeds', async () => {
    refuseB();
    await job.run({ objects });
    job.sent();
    job.misbehave(() => null);
    const cycle = await job.run({ objects });
    expect(cycle).toMatchObject({
      kind: 'incremental',
      state: 'Succeeded',
      counts: { imported: 1, create: 1 },
    });
    expect([job.sent(), escrows()]).toEqual([['GET /Users', 'POST /Users'], []]);
    await job.run({ objects });
    expect(job.sent()).toEqual([]);
  });

  test('counts its attempts', async () => {
    refuseB();
    await job.run({ objects });
    job.world.advance(7 * HOUR);
    await job.run({ objects });
    expect([...job.store.held.escrows.values()]).toMatchObject([
      {
        attemptCount: 2,
        firstFailedAt: '2026-01-01T00:00:00.000Z',
        lastFailedAt: '2026-01-01T07:00:00.000Z',
      },
    ]);
  });

  test('is tried again no more once it left scope', async () => {
    refuseB();
    await job.run({ objects });
    const after = [user('a'), user('b', {}, { assignments: [] }), user('c')];
    await job.run({ objects: after, changed: ids('b') });
    expect(escrows()).toEqual([]);
  });

  test('after the target did what was asked is found by the next cycle, and no second account is made', async () => {
    let isLost = false;
    job.misbehave((request) => {
      if (request.method !== 'POST' || isLost) return null;
      isLost = true;
      job.resources.set('/Users/t-lost', { ...request.body, id: 't-lost' });
      return noAnswer('reset');
    });
    await job.run({ objects: [user('a')] });
    await job.run({ objects: [user('a')] });
    expect(job.store.held.links.get(idOf('a'))?.targetId).toBe('t-lost');
    expect(job.resources.size).toBe(1);
  });
});

describe('credentials that die in mid-cycle', () => {
  const objects = [user('a'), user('b')];

  test.each([
    ['a write', (method: string) => method === 'POST'],
    ['a read', (method: string, isMatching: boolean) => method === 'GET' && isMatching],
  ])('end the cycle when %s and then the probe are refused, and the watermark stays', async (_, dies) => {
    job.misbehave(dying(dies));
    await expect(job.run({ objects })).rejects.toThrow(QuarantineError);
    expect(job.store.held.position).toBeNull();
    expect(job.store.held.cycles.at(-1)).toMatchObject({
      state: 'Failed',
      error: { code: 'SystemForCrossDomainIdentityManagementInvalidCredentials' },
    });
  });

  test('end a plan as well', async () => {
    job.misbehave(dying((_, isMatching) => isMatching));
    await expect(job.plan({ objects })).rejects.toThrow(QuarantineError);
  });
});

describe('one object that is refused with 401', () => {
  test('fails alone when the target answers the probe that follows, and the cycle goes on', async () => {
    job.misbehave(({ method, body }) =>
      method === 'POST' && body?.userName === 'a@contoso.com' ? anAnswer(401) : null,
    );
    const cycle = await job.run({ objects: [user('a'), user('b')] });
    expect(cycle).toMatchObject({ state: 'EntryLevelErrors', counts: { create: 1, failed: 1 } });
    expect([linked(), escrows()]).toEqual([['b'], ['a: Unauthorized']]);
    expect(job.store.held.control.quarantine).toBeNull();
  });

  test('among many of a page makes the target be probed once, and not once for each', async () => {
    const probes = probesAfterFirst();
    job.misbehave((request) => {
      probes.count(request);
      return request.method === 'POST' ? anAnswer(401) : null;
    });
    const objects = Array.from({ length: 40 }, (_, index) => user(`u${index}`));
    await job.run({ objects });
    expect(escrows()).toHaveLength(40);
    expect(probes.total()).toBe(2);
  });
});

/** Refuses a request that dies and every probe after it. */
function dying(dies: (method: string, isMatching: boolean) => boolean) {
  let isDead = false;
  return (request: ScimRequest) => {
    isDead ||= dies(request.method, askedFor(request)?.value.includes('@') ?? false);
    return isDead ? anAnswer(401) : null;
  };
}

/** Counts the rounds of probes. */
function probesAfterFirst() {
  let total = 0;
  return {
    count: (request: ScimRequest) => {
      const asked = askedFor(request);
      if (request.path === '/Users' && /^[0-9a-f]{8}-/.test(asked?.value ?? '')) total += 1;
    },
    total: () => total,
  };
}

describe('a refused creation', () => {
  const refuse = () =>
    job.misbehave(({ method }) => (method === 'POST' ? anAnswer(409, { detail: 'taken' }) : null));

  test('asks the target again before it is repeated, and finds who was made in between', async () => {
    refuse();
    await job.run({ objects: [user('a')] });
    job.resources.set('/Users/t-made', { userName: 'a@contoso.com', id: 't-made' });
    await job.run({ objects: [user('a')] });
    expect(job.store.held.links.get(idOf('a'))?.targetId).toBe('t-made');
  });

  test('is repeated as it was without asking where retry.requery is off, until it is tried on request', async () => {
    const { retry } = DEFAULT_SAFETY;
    const safety = { ...DEFAULT_SAFETY, retry: { ...retry, requery: false } };
    job = fakeCycles({ safety });
    refuse();
    await job.run({ objects: [user('a')] });
    job.resources.set('/Users/t-made', { userName: 'a@contoso.com', id: 't-made' });
    job.sent();
    await job.run({ objects: [user('a')] });
    expect(job.sent()).toEqual(['POST /Users']);
    await job.run({ objects: [user('a')] }, { retriesAll: true });
    expect(job.store.held.links.get(idOf('a'))?.targetId).toBe('t-made');
  });
});

describe('an interrupted cycle', () => {
  test('records what was done, leaves the watermark, and the next one continues from there', async () => {
    const objects = [user('a'), user('b'), user('c')];
    const abort = new AbortController();
    job.misbehave(({ method }) => {
      if (method === 'POST') abort.abort();
      return null;
    });
    expect(await job.run({ objects }, { signal: abort.signal })).toMatchObject({ endedAt: null });
    expect([linked(), job.store.held.position]).toEqual([['a'], null]);
    job.sent();
    job.misbehave(() => null);
    expect(await job.run({ objects })).toMatchObject({ kind: 'initial', state: 'Succeeded' });
    expect(job.sent().filter((request) => request.startsWith('POST'))).toHaveLength(2);
    expect(job.resources.size).toBe(3);
  });
});

describe('the memberships of a group', () => {
  const GROUP = '/Groups/t-3';
  const all = [user('a'), user('b'), group()];
  const joined = {
    changedMembers: { g1: [{ member: idOf('b'), memberType: 'User', isMember: true } as const] },
  };
  const written = () => [...(job.store.held.memberships.get(idOf('g1')) ?? [])];

  beforeEach(async () => {
    await job.run({ objects: all, members: { g1: ids('a') } });
    job.sent();
  });

  test('that changed while the group failed are seen once it succeeds', async () => {
    // The state is not known, so that the group is read, and the read fails.
    job.store.held.states.delete(idOf('g1'));
    job.misbehave(({ method, path }) => (method === 'GET' && path === GROUP ? anAnswer(503) : null));
    await job.run({ objects: all, changed: ids('g1'), members: { g1: ids('a', 'b') }, ...joined });
    expect([written(), escrows()]).toEqual([['a'], ['g1: InternalServerError']]);
    job.misbehave(() => null);
    await job.run({ objects: all, members: { g1: ids('a', 'b') } });
    expect([written(), escrows()]).toEqual([['a', 'b'], []]);
  });

  test('that changed while the group was out of scope and left alone are seen once it is back', async () => {
    job = fakeCycles({ group: groupMapping({ actions: { create: true, update: true, delete: false } }) });
    await job.run({ objects: all, members: { g1: ids('a') } });
    const out = [user('a'), user('b'), group('g1', {}, { assignments: [] })];
    await job.run({ objects: out, changed: ids('g1'), members: { g1: ids('a') } });
    await job.run({ objects: out, changed: ids('g1'), members: { g1: ids('a', 'b') }, ...joined });
    expect(written()).toEqual(['a']);
    await job.run({ objects: all, changed: ids('g1'), members: { g1: ids('a', 'b') } });
    expect(written()).toEqual(['a', 'b']);
  });

  test('with one that cannot be provisioned are complete once that one is', async () => {
    const later = [...all, user('c')];
    job.misbehave(({ method, path }) => (method === 'POST' && path === '/Users' ? anAnswer(503) : null));
    const members = { members: { g1: ids('a', 'c') } };
    const moved = {
      changedMembers: { g1: [{ member: idOf('c'), memberType: 'User', isMember: true } as const] },
    };
    await job.run({ objects: later, changed: ids('c', 'g1'), ...members, ...moved });
    expect(escrows().sort()).toEqual([
      'c: InternalServerError',
      'g1: UnableToResolveReferenceAttributeValue',
    ]);
    job.misbehave(() => null);
    await job.run({ objects: later, ...members });
    expect([written(), escrows()]).toEqual([['a', 'c'], []]);
  });
});

describe('a manager', () => {
  test('that failed is waited for; once the user has none any more, nothing is', async () => {
    const boss = user('boss');
    job.misbehave(({ body }) => (body?.userName === 'boss@contoso.com' ? anAnswer(503) : null));
    await job.run({ objects: [user('a', {}, { manager: boss.id }), boss] });
    expect(escrows().sort()).toEqual([
      'a: UnableToResolveReferenceAttributeValue',
      'boss: InternalServerError',
    ]);
    await job.run({ objects: [user('a'), boss], changed: ids('a') });
    expect(escrows()).toEqual(['boss: InternalServerError']);
  });
});

describe('a linked account that is gone from the target', () => {
  const changed = (title: string) => ({ objects: [user('a', { jobTitle: title })], changed: ids('a') });

  test('fails with InvalidAnchor, and is not created again', async () => {
    await job.run({ objects: [user('a')] });
    job.resources.clear();
    await job.run(changed('Editor'));
    expect([escrows(), job.resources.size]).toEqual([['a: InvalidAnchor'], 0]);
  });

  test('is created again where the dialect says so, also when the state came from the cache', async () => {
    job = fakeCycles({ dialect: { rematchOn404: true } });
    await job.run({ objects: [user('a')] });
    job.resources.clear();
    await job.run(changed('Editor'));
    job.world.advance(7 * HOUR);
    await job.run({ objects: changed('Editor').objects });
    expect([escrows(), [...job.resources.keys()]]).toEqual([[], ['/Users/t-2']]);
    expect(job.store.held.links.get(idOf('a'))?.targetId).toBe('t-2');
  });

  test('that was a group gets all its members again', async () => {
    job = fakeCycles({ dialect: { rematchOn404: true }, state: 'live' });
    const contents = { objects: [user('a'), group()], members: { g1: ids('a') } };
    await job.run(contents);
    job.resources.delete('/Groups/t-2');
    job.sent();
    await job.run({ ...contents, changed: ids('g1') });
    expect(job.sent()).toEqual(['GET /Groups/t-2', 'GET /Groups', 'POST /Groups', 'PATCH /Groups/t-3']);
    expect([...(job.store.held.memberships.get(idOf('g1')) ?? [])]).toEqual(['a']);
  });
});

describe('two users for one account', () => {
  const byMail = userMapping({
    attributeMappings: [
      aMapping('userName', '[mail]', { matchingPriority: 1 }),
      aMapping('title', '[jobTitle]'),
    ],
  });

  test('are provisioned as one, the other is reported, and the account of the first is not taken over', async () => {
    job = fakeCycles({ user: byMail });
    const objects = ['a', 'b'].map((id) => user(id, { mail: 'shared@contoso.com', jobTitle: id }));
    await job.run({ objects });
    expect([linked(), escrows(), job.resources.size]).toEqual([['a'], ['b: DuplicateSourceEntries'], 1]);
    job.world.advance(7 * HOUR);
    await job.run({ objects });
    expect([linked(), escrows()]).toEqual([['a'], ['b: DuplicateSourceEntries']]);
  });
});

describe('what a plan says', () => {
  test('is what the run then does', async () => {
    const contents = {
      objects: [user('a', {}, { manager: idOf('b') }), user('b'), group()],
      members: { g1: ids('a', 'b') },
    };
    const planned = (await job.plan(contents)).map((item) => (isChange(item) ? item.action : item.kind));
    expect(job.store.held.links.size).toBe(0);
    const { counts } = await job.run(contents);
    expect(planned).toEqual(['create', 'create', 'create', 'update', 'update']);
    expect(counts).toMatchObject({ create: 3, update: 2 });
    expect(await job.plan({ ...contents, changed: ids('a', 'b', 'g1') })).toMatchObject([
      { kind: 'skip' },
      { kind: 'skip' },
      { kind: 'skip' },
    ]);
  });
});
