import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { createLanes, type ExportContext, exportChanges } from '../../src/exporting/export.ts';
import { DEFAULT_DIALECT } from '../../src/model/dialect.ts';
import { type SourceId, type TargetId, targetId } from '../../src/model/identifiers.ts';
import type { Change } from '../../src/model/pipeline.ts';
import type { ScimRequest, ScimResponse } from '../../src/model/scim.ts';
import { aChange, anAnswer, aTextAnswer, noAnswer } from '../scim/scim-builders.ts';
import { type FakeTarget, fakeTarget } from '../support/fake-target.ts';
import { fakeWorld } from '../support/fake-world.ts';
import {
  aCreation,
  aDeletion,
  aMembership,
  anUpdate,
  aReference,
  membersHeld,
  NEVER_SEEN,
} from './change-builders.ts';

const run = (target: FakeTarget, changes: readonly Change[], context: Partial<ExportContext> = {}) =>
  exportChanges(changes, {
    target,
    reader: target,
    verify: 'off',
    dialect: DEFAULT_DIALECT,
    resolve: (id: SourceId): TargetId | undefined => targetId(`t-${id}`),
    confirms: true,
    claim: () => null,
    membersBefore: membersHeld(() => []),
    ...NEVER_SEEN,
    lanes: createLanes(4),
    now: () => '2026-01-01T00:00:00.000Z',
    signal: new AbortController().signal,
    ...context,
  });

const updateOf = (id: string) => anUpdate('User', id, [aChange('replace', 'title', 'Editor')]);
const sent = ({ requests }: FakeTarget) => requests.map(({ method, path }) => `${method} ${path}`);
const answering = (response: ScimResponse) => fakeTarget(() => response);

describe('the outcome of', () => {
  test('a creation has the id that the target issued', async () => {
    const target = answering(anAnswer(201, { id: '2819c223', userName: 'mia' }));
    const [outcome] = await run(target, [aCreation('User', [aChange('add', 'userName', 'mia')])]);
    expect(outcome).toMatchObject({ result: 'success', targetId: '2819c223', note: null });
    expect(sent(target)).toEqual(['POST /Users']);
  });

  test.each([
    ['without an id', anAnswer(201, { userName: 'mia' })],
    ['without a body', anAnswer(201)],
    ['with an HTML page', { ...anAnswer(200), body: undefined, text: '<html>' }],
  ])(
    'a creation that the target answers %s is a failure: the object could not be addressed again',
    async (_, response) => {
      const [outcome] = await run(answering(response), [aCreation('User', [])]);
      expect(outcome).toMatchObject({
        result: 'failure',
        failure: { code: 'SystemForCrossDomainIdentityManagementServiceIncompatible' },
      });
    },
  );

  test('a creation in conflict is a failure that names the conflict', async () => {
    const [outcome] = await run(answering(anAnswer(409)), [aCreation('User', [])]);
    expect(outcome).toMatchObject({
      result: 'failure',
      failure: { code: 'SystemForCrossDomainIdentityManagementServiceIncompatibleFiltering', status: 409 },
    });
  });

  test.each([200, 204])('an update answered %d keeps the id of the link', async (status) => {
    const [outcome] = await run(answering(anAnswer(status)), [updateOf('t-u1')]);
    expect(outcome).toMatchObject({ result: 'success', targetId: 't-u1' });
  });

  test('an update of what is gone is InvalidAnchor', async () => {
    const [outcome] = await run(answering(anAnswer(404)), [updateOf('t-u1')]);
    expect(outcome).toMatchObject({ result: 'failure', failure: { code: 'InvalidAnchor', status: 404 } });
  });

  test('an update without an answer is a failure without a status', async () => {
    const [outcome] = await run(answering(noAnswer('timeout')), [updateOf('t-u1')]);
    expect(outcome).toMatchObject({ result: 'failure', failure: { code: 'Timeout', status: null } });
  });

  test('a deletion of what is gone already is done, and says so', async () => {
    const [outcome] = await run(answering(anAnswer(404)), [aDeletion('User', 't-u1')]);
    expect(outcome).toMatchObject({
      result: 'success',
      targetId: 't-u1',
      note: 'the target had dropped it already (404)',
    });
  });

  test.each([
    ['an update', updateOf('t-u1')],
    ['a deletion', aDeletion('User', 't-u1')],
    ['a membership', aMembership('g1', ['u1'])],
  ])('%s that a web page answers is a failure, whatever its status: nobody did it', async (_, change) => {
    const page = aTextAnswer(200, '<!DOCTYPE html><h1>Sign in</h1>', 'text/html');
    const [outcome] = await run(answering(page), [change]);
    expect(outcome).toMatchObject({
      result: 'failure',
      failure: {
        code: 'SystemForCrossDomainIdentityManagementServiceIncompatible',
        message: expect.stringContaining('an HTML page where JSON belongs'),
      },
    });
  });

  test('an update is done whatever other text answers it', async () => {
    const [outcome] = await run(answering(aTextAnswer(200, 'OK')), [updateOf('t-u1')]);
    expect(outcome).toMatchObject({ result: 'success' });
  });

  test('a deletion that is refused is a failure', async () => {
    const [outcome] = await run(answering(anAnswer(405)), [aDeletion('User', 't-u1')]);
    expect(outcome).toMatchObject({ result: 'failure', failure: { code: 'MethodNotAllowed' } });
  });

  test('a reference is written by the ids of both ends', async () => {
    const target = answering(anAnswer(204));
    const [outcome] = await run(target, [aReference('u1', 'manager', 'add', 'boss')]);
    expect(outcome).toMatchObject({ result: 'success', targetId: 't-u1' });
    expect(target.requests[0]).toMatchObject({ path: '/Users/t-u1' });
    expect(JSON.stringify(target.requests[0]?.body)).toContain('t-boss');
  });

  test('a change without a request is a success', async () => {
    const target = answering(anAnswer(500));
    const [outcome] = await run(target, [aMembership('g', [])]);
    expect(outcome).toMatchObject({ result: 'success', targetId: 't-g', exchanges: [] });
    expect(target.requests).toEqual([]);
  });

  test('any change records when it began, how long it took and its exchanges', async () => {
    const world = fakeWorld();
    const target = fakeTarget(() => {
      world.advance(250);
      return anAnswer(204);
    });
    const [outcome] = await run(target, [updateOf('t-u1')], { now: world.now });
    expect(outcome).toMatchObject({ startedAt: '2026-01-01T00:00:00.000Z', durationMs: 250 });
    expect(outcome?.exchanges).toEqual([{ request: target.requests[0], response: anAnswer(204) }]);
  });
});

describe('memberships', () => {
  const dialect = { ...DEFAULT_DIALECT, membersPerPatch: 2 };
  const change = aMembership('g', ['a', 'b', 'c', 'd'], ['x', 'y', 'z']);

  test('are all written, additions before removals', async () => {
    const target = answering(anAnswer(204));
    const [outcome] = await run(target, [change], { dialect });
    expect(outcome).toMatchObject({ result: 'success' });
    expect(sent(target)).toEqual(Array(4).fill('PATCH /Groups/t-g'));
  });

  test.each([
    [1, [], []],
    [2, ['a', 'b'], []],
    [3, ['a', 'b', 'c', 'd'], []],
    [4, ['a', 'b', 'c', 'd'], ['x', 'y']],
  ])(
    'of which request %d fails tell who was written before, and end there',
    async (failing, added, removed) => {
      let count = 0;
      const target = fakeTarget(() => anAnswer(++count === failing ? 400 : 204));
      const [outcome] = await run(target, [change], { dialect });
      expect(outcome).toMatchObject({ result: 'failure', written: { added, removed } });
      expect(target.requests).toHaveLength(failing);
    },
  );
});

/** A target whose answers are given by hand, so that what is under way at once can be seen. */
function heldBack() {
  const waiting: { readonly request: ScimRequest; readonly answer: () => void }[] = [];
  const target = fakeTarget(
    (request) =>
      new Promise<ScimResponse>((resolve) => {
        waiting.push({ request, answer: () => resolve(anAnswer(204)) });
      }),
  );
  const settled = async () => {
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  };
  return {
    target,
    underWay: async () => {
      await settled();
      return waiting.map(({ request }) => request.path);
    },
    answerFirst: () => waiting.shift()?.answer(),
  };
}

describe('side by side', () => {
  test('go changes of different objects, as many as the job allows', async () => {
    const { target, underWay, answerFirst } = heldBack();
    const done = run(target, ['a', 'b', 'c'].map(updateOf), { lanes: createLanes(2) });
    expect(await underWay()).toEqual(['/Users/a', '/Users/b']);
    answerFirst();
    expect(await underWay()).toEqual(['/Users/b', '/Users/c']);
    answerFirst();
    answerFirst();
    expect(await done).toHaveLength(3);
  });

  test('go no two changes of one object: the second waits for the first', async () => {
    const { target, underWay, answerFirst } = heldBack();
    const first = updateOf('a');
    const second = aReference('a', 'manager', 'add', 'boss');
    const done = run(target, [first, second, updateOf('b')]);
    expect(await underWay()).toEqual(['/Users/a', '/Users/b']);
    answerFirst();
    expect(await underWay()).toEqual(['/Users/b', '/Users/t-a']);
    answerFirst();
    answerFirst();
    expect((await done).map(({ change }) => change.kind)).toEqual(['update', 'reference', 'update']);
  });

  test('go the others on when one fails', async () => {
    const target = fakeTarget(({ path }) => anAnswer(path === '/Users/b' ? 500 : 204));
    const outcomes = await run(target, ['a', 'b', 'c'].map(updateOf));
    expect(outcomes.map(({ result }) => result)).toEqual(['success', 'failure', 'success']);
  });
});

describe('the receiver of outcomes', () => {
  test('is waited for before the next change of the object begins, and not by other objects', async () => {
    const told: string[] = [];
    let goOn = (): void => {};
    const done = run(
      answering(anAnswer(204)),
      [updateOf('a'), aReference('a', 'manager', 'add', 'boss'), updateOf('b')],
      {
        onOutcome: async ({ change }) => {
          told.push(`${change.kind} ${change.source.id}`);
          if (change.kind === 'update' && change.source.id === 'a')
            await new Promise<void>((resolve) => {
              goOn = resolve;
            });
        },
      },
    );
    await setImmediate();
    expect(told).toEqual(['update a', 'update b']);
    goOn();
    expect(await done).toHaveLength(3);
    expect(told).toEqual(['update a', 'update b', 'reference a']);
  });

  test('ends the export where that fails, once nothing is under way', async () => {
    const { target, underWay, answerFirst } = heldBack();
    let isOver = false;
    const done = run(target, ['a', 'b', 'c'].map(updateOf), {
      lanes: createLanes(2),
      onOutcome: ({ change }) =>
        change.source.id === 'a' ? Promise.reject(new Error('the disk is full')) : Promise.resolve(),
    });
    const rejected = expect(done.finally(() => (isOver = true))).rejects.toThrow('the disk is full');
    expect(await underWay()).toEqual(['/Users/a', '/Users/b']);
    answerFirst();
    expect([await underWay(), isOver]).toEqual([['/Users/b'], false]);
    answerFirst();
    await rejected;
    expect(target.requests.map(({ path }) => path)).toEqual(['/Users/a', '/Users/b']);
  });
});

describe('an interruption', () => {
  test('lets what is under way finish, and leaves the rest unbegun', async () => {
    const { target, underWay, answerFirst } = heldBack();
    const abort = new AbortController();
    const changes = ['a', 'b', 'c', 'd'].map(updateOf);
    const done = run(target, changes, { lanes: createLanes(2), signal: abort.signal });
    expect(await underWay()).toEqual(['/Users/a', '/Users/b']);
    abort.abort();
    answerFirst();
    answerFirst();
    expect((await done).map(({ change }) => change.source.id)).toEqual(['a', 'b']);
    expect(target.requests).toHaveLength(2);
  });

  test('before the beginning begins nothing', async () => {
    const abort = new AbortController();
    abort.abort();
    const target = answering(anAnswer(204));
    expect(await run(target, [updateOf('a')], { signal: abort.signal })).toEqual([]);
    expect(target.requests).toEqual([]);
  });
});

test('a reference to an object that is not linked is an error of the plan', async () => {
  const target = answering(anAnswer(204));
  await expect(
    run(target, [aReference('u1', 'manager', 'add', 'boss')], { resolve: () => undefined }),
  ).rejects.toThrow('is not linked to a target object');
  expect(target.requests).toEqual([]);
});
