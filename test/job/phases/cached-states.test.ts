import { describe, expect, test } from 'vitest';
import { cachedStates } from '../../../src/job/phases/cached-states.ts';
import type { Failure } from '../../../src/model/failure.ts';
import { attributePath } from '../../../src/model/identifiers.ts';
import { mayHaveHappened } from '../../../src/recording/intents.ts';
import { aLink, aUser, idOf, type JobOptions } from '../../support/builders.ts';
import { aPlanning, INCREMENTAL } from '../../support/planning-context.ts';

const timeout: Failure = { code: 'Timeout', message: '', status: null };
const refused: Failure = { code: 'Conflict', message: '', status: 409 };

const known = async (
  options: JobOptions = {},
  start = INCREMENTAL,
  failures: Readonly<Record<string, Failure>> = {},
) => {
  const context = aPlanning({}, options);
  const { held } = context.state;
  for (const id of ['a', 'b']) {
    held.links.set(idOf(id), aLink(aUser({}, { id })));
    held.states.set(idOf(id), { [attributePath('title')]: 'Editor' });
  }
  for (const [id, failure] of Object.entries(failures))
    held.escrows.set(`${id}|false`, {
      sourceId: idOf(id),
      objectType: 'User',
      label: id,
      isReference: false,
      failure,
      firstFailedAt: '',
      lastFailedAt: '',
      attemptCount: 1,
    });
  return [...cachedStates(await context.state.load([idOf('a'), idOf('b')]), context, start).keys()];
};

describe('the cache of target states', () => {
  test('is what diffs are taken against', async () => {
    expect(await known()).toEqual(['a', 'b']);
  });

  test('is not asked where the job reads live', async () => {
    expect(await known({ state: 'live' })).toEqual([]);
  });

  test('is not trusted once it was seen through other mappings', async () => {
    expect(await known({}, { ...INCREMENTAL, isCacheStale: true })).toEqual([]);
  });

  test('is not used for an object whose write was never confirmed', async () => {
    expect(await known({}, INCREMENTAL, { a: timeout })).toEqual(['b']);
  });

  test('is trusted about whose write was refused', async () => {
    expect(await known({}, INCREMENTAL, { a: refused })).toEqual(['a', 'b']);
  });
});

test.each([
  [null, true],
  [200, true],
  [400, false],
  [409, false],
  [499, false],
  [500, true],
  [503, true],
])('a write that failed with status %j may have been done: %j', (status, may) => {
  expect(mayHaveHappened({ ...timeout, status })).toBe(may);
});
