import { describe, expect, test } from 'vitest';
import { createLanes, exportChanges } from '../../src/exporting/export.ts';
import { countOutcome, newCounter } from '../../src/job/cycle/counts.ts';
import { DEFAULT_DIALECT } from '../../src/model/dialect.ts';
import type { SourceId } from '../../src/model/identifiers.ts';
import { targetId } from '../../src/model/identifiers.ts';
import type { VerifyMode } from '../../src/model/job.ts';
import type { Json } from '../../src/model/json.ts';
import type { MembershipChange, Outcome } from '../../src/model/pipeline.ts';
import type { ScimResponse } from '../../src/model/scim.ts';
import type { MovedMembers } from '../../src/model/verification.ts';
import { anAnswer } from '../scim/scim-builders.ts';
import { fakeTarget } from '../support/fake-target.ts';
import { aMembership, membersHeld, namesOf } from './change-builders.ts';

const followed = (added: readonly string[], removed: readonly string[] = []): MembershipChange => ({
  ...aMembership('g', added, removed),
  isLast: false,
  isFollowed: true,
});

interface Given {
  readonly verify?: VerifyMode;
  /** Answers the writes in their order; absent: 200 without anything. */
  readonly toWrites?: readonly ScimResponse[];
  /** The members that a read shows, by their source ids. */
  readonly held?: readonly string[];
  readonly toRead?: ScimResponse;
  readonly membersPerPatch?: number;
  /** Is aborted once so many writes were answered. */
  readonly abortAfter?: number;
}

const group = (members: Json) => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
  id: 't-g',
  displayName: 'Crew',
  members,
});
const entries = (ids: readonly string[]): Json => ids.map((id) => ({ value: `t-${id}` }));

/** Writes parts of the group `g` one after the other, as the pages of a cycle do. */
async function written(changes: readonly MembershipChange[], given: Given = {}) {
  const { verify = 'read', toWrites = [], held = [], membersPerPatch = 100, abortAfter } = given;
  const parts: MovedMembers[] = [];
  const stop = new AbortController();
  const resolved: SourceId[] = [];
  let writes = 0;
  const target = fakeTarget(({ method }) => {
    if (method === 'GET') return given.toRead ?? anAnswer(200, group(entries(held)));
    writes += 1;
    if (writes === abortAfter) stop.abort();
    return toWrites[writes - 1] ?? anAnswer(200, {});
  });
  const counter = newCounter();
  const outcomes: Outcome[] = [];
  for (const change of changes)
    outcomes.push(
      ...(await exportChanges([change], {
        target,
        reader: target,
        verify,
        dialect: { ...DEFAULT_DIALECT, membersPerPatch },
        resolve: (id) => {
          resolved.push(id);
          return targetId(`t-${id}`);
        },
        confirms: true,
        claim: () => null,
        membersBefore: membersHeld(() => outcomes.flatMap(addedBy).map((id) => `t-${id}`)),
        namesOf,
        membersShown: { isKnown: () => true, note: async () => {} },
        unreadParts: { note: (_, part) => parts.push(part), of: () => parts },
        lanes: createLanes(1),
        now: () => '2026-01-01T00:00:00.000Z',
        signal: stop.signal,
      })),
    );
  for (const outcome of outcomes) countOutcome(counter, outcome);
  const { untaken, unverified, failed } = counter.counts();
  const reads = target.requests.filter(({ method }) => method === 'GET').length;
  return { outcomes, counts: { untaken, unverified, failed }, reads, resolved };
}

const addedBy = (outcome: Outcome): readonly SourceId[] => {
  if (outcome.change.kind !== 'membership') return [];
  return outcome.result === 'failure' ? outcome.written.added : outcome.change.added;
};

const untakenOf = (outcomes: readonly Outcome[]) =>
  outcomes.flatMap(({ untaken = [] }) => untaken.map(({ kind, sent, found }) => [kind, sent, found]));

describe('a large group that is written in parts and read back', () => {
  const parts = [followed(['a', 'b'], ['x']), followed(['c']), aMembership('g', ['d'])];

  test('is read once, with the last part, and nothing stays unverified', async () => {
    const { counts, reads, outcomes } = await written(parts, { held: ['a', 'b', 'c', 'd'] });
    expect([counts, reads]).toEqual([{ untaken: 0, unverified: 0, failed: 0 }, 1]);
    expect(untakenOf(outcomes)).toEqual([]);
  });

  test('is compared with all parts, the additions and the removals', async () => {
    const { outcomes } = await written(parts, { held: ['c', 'x'] });
    expect(untakenOf(outcomes)).toEqual([
      ['notAdded', 'a, b, d', null],
      ['notRemoved', null, 'x'],
    ]);
  });

  test('is read back where the last part fails', async () => {
    const toWrites = [anAnswer(200, {}), anAnswer(200, {}), anAnswer(200, {}), anAnswer(400)];
    const { counts, reads, outcomes } = await written(parts, { toWrites });
    expect([counts, reads]).toEqual([{ untaken: 1, unverified: 0, failed: 1 }, 1]);
    expect(untakenOf(outcomes)).toEqual([['notAdded', 'a, b, c', null]]);
    expect(outcomes.at(-1)).toMatchObject({ result: 'failure', targetId: 't-g' });
  });

  test('stays unverified where the last part is never sent', async () => {
    const { counts, reads } = await written(parts.slice(0, 2));
    expect([counts, reads]).toEqual([{ untaken: 0, unverified: 2, failed: 0 }, 0]);
  });

  test('stays unverified where the read fails', async () => {
    const { counts } = await written(parts, { toRead: anAnswer(500) });
    expect(counts).toEqual({ untaken: 0, unverified: 3, failed: 0 });
  });

  test('stays unverified where it is interrupted', async () => {
    const { counts } = await written(parts, { abortAfter: 2 });
    expect(counts).toEqual({ untaken: 0, unverified: 1, failed: 0 });
  });

  test('is read back with a part that is cut short by an interruption', async () => {
    const given = { abortAfter: 1, membersPerPatch: 1, held: ['y'] };
    const { counts, outcomes, reads } = await written([followed(['a', 'b'])], given);
    expect([reads, counts.unverified]).toEqual([1, 0]);
    expect(untakenOf(outcomes)).toEqual([['notAdded', 'a', null]]);
  });
});

describe.each<[VerifyMode, Partial<Given>]>([
  ['read', { held: ['b'] }],
  ['response', {}],
])('a change of members that fails in its course, with verify %s', (verify, given) => {
  const parts = [aMembership('g', ['a', 'b'])];

  test('is verified as far as it was written', async () => {
    const toWrites = [anAnswer(200, group(entries(['b']))), anAnswer(400)];
    const { counts, outcomes } = await written(parts, { ...given, verify, toWrites, membersPerPatch: 1 });
    expect(counts).toEqual({ untaken: 1, unverified: 0, failed: 1 });
    expect(untakenOf(outcomes)).toEqual([['notAdded', 'a', null]]);
  });

  test('says nothing where nothing was written', async () => {
    const { counts, reads } = await written(parts, { ...given, verify, toWrites: [anAnswer(400)] });
    expect([counts, reads]).toEqual([{ untaken: 0, unverified: 0, failed: 1 }, 0]);
  });
});

test.each<[string, ScimResponse]>([
  ['shows the members', anAnswer(200, group(entries(['a', 'b', 'c'])))],
  ['shows none', anAnswer(200, { ok: true })],
  ['has no body', anAnswer(204)],
])('each member is looked up once, where the answer %s', async (_, answer) => {
  const { resolved } = await written([aMembership('g', ['a', 'b', 'c'])], {
    verify: 'response',
    toWrites: [answer],
  });
  expect([...resolved].sort()).toEqual(['a', 'b', 'c', 'g']);
});
