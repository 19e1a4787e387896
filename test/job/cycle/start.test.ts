import { describe, expect, test } from 'vitest';
import type { PlanningContext } from '../../../src/job/cycle/planning-context.ts';
import { startCycle } from '../../../src/job/cycle/start.ts';
import type { Position } from '../../../src/model/state.ts';
import { aGroup, aJob, aUser } from '../../support/builders.ts';
import { fakeDirectory } from '../../support/fake-directory.ts';
import { fakeJobStore } from '../../support/fake-job-store.ts';
import { fakeNotes } from '../../support/fake-scratch.ts';
import { targetHolding } from '../../support/fake-target.ts';
import { fakeWorld } from '../../support/fake-world.ts';

const POSITION: Position = { watermark: 40, directoryId: 'directory-1', schemaFingerprint: 'schema-1' };

const start = async (position: Position | null, { full = false, oldest = 0, newest = 50 } = {}) => {
  const state = fakeJobStore();
  state.held.position = position;
  const directory = {
    ...fakeDirectory({ objects: [aUser(), aGroup()], watermark: newest }),
    oldestWatermark: async () => oldest,
  };
  const context: PlanningContext = {
    job: aJob(),
    directory,
    state,
    target: targetHolding(),
    notes: fakeNotes(),
    world: fakeWorld(),
  };
  return await startCycle(context, { full });
};

describe('the next cycle', () => {
  test('is incremental from the watermark up to the last change of now', async () => {
    expect(await start(POSITION)).toMatchObject({
      kind: 'incremental',
      why: null,
      since: 40,
      until: 50,
      view: { job: 'job-1', now: '2026-01-01T00:00:00.000Z' },
      sourceCount: 2,
      isCacheStale: false,
    });
  });

  test('is incremental although nothing changed', async () => {
    expect(await start(POSITION, { newest: 40 })).toMatchObject({
      kind: 'incremental',
      since: 40,
      until: 40,
    });
  });

  test('is incremental from the oldest watermark that can be read from', async () => {
    expect(await start(POSITION, { oldest: 40 })).toMatchObject({ kind: 'incremental' });
  });

  test.each([
    ['there is no watermark', null, {}],
    ['a full cycle was asked for', POSITION, { full: true }],
    ['mappings or filters changed', { ...POSITION, schemaFingerprint: 'schema-0' }, {}],
    ['the directory is another one', { ...POSITION, directoryId: 'directory-0' }, {}],
    ['the watermark has expired', POSITION, { oldest: 41 }],
    ['the directory was set back', POSITION, { newest: 39 }],
  ])('is an initial one when %s', async (why, position, options) => {
    expect(await start(position, options)).toMatchObject({ kind: 'initial', why, since: null });
  });

  test('trusts no cache that was seen through other mappings', async () => {
    expect((await start({ ...POSITION, schemaFingerprint: 'schema-0' })).isCacheStale).toBe(true);
    expect((await start(null)).isCacheStale).toBe(false);
    expect((await start(POSITION, { full: true })).isCacheStale).toBe(false);
  });
});
