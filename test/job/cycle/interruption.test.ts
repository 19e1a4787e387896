import { describe, expect, test } from 'vitest';
import type { ScimRequest } from '../../../src/model/scim.ts';
import { assigned, aUser } from '../../support/builders.ts';
import { type FakeCycles, fakeCycles } from '../../support/fake-cycles.ts';
import { askedFor } from '../../support/fake-target.ts';

const USERS = Array.from({ length: 100 }, (_, n) =>
  aUser({ userPrincipalName: `user${n}@contoso.com` }, { id: `u${n}`, assignments: [assigned()] }),
);

const asksForUser = (request: ScimRequest): boolean => askedFor(request)?.value.includes('@') ?? false;

/** Has the signal aborted when the target is asked for the nth user. */
const abortAtQuestion = (job: FakeCycles, nth: number): AbortSignal => {
  const abort = new AbortController();
  let questions = 0;
  job.misbehave((request) => {
    if (asksForUser(request) && ++questions === nth) abort.abort();
    return null;
  });
  return abort.signal;
};

describe('a cycle that is interrupted while it is being planned', () => {
  test('asks for no more objects, writes nothing, and leaves the watermark', async () => {
    const job = fakeCycles();
    const signal = abortAtQuestion(job, 10);
    expect(await job.run({ objects: USERS }, { signal })).toMatchObject({ endedAt: null, error: null });
    const sent = job.sent();
    expect(sent.filter((request) => request.startsWith('POST'))).toEqual([]);
    expect(sent.length).toBeLessThan(30);
    expect(job.store.held.position).toBeNull();
  });

  test('is not in quarantine for it, and the next one does the whole work', async () => {
    const job = fakeCycles();
    await job.run({ objects: USERS }, { signal: abortAtQuestion(job, 1) });
    expect((await job.store.control()).quarantine).toBeNull();
    job.misbehave(() => null);
    expect(await job.run({ objects: USERS })).toMatchObject({ state: 'Succeeded', counts: { create: 100 } });
    expect(job.resources.size).toBe(100);
  });
});
