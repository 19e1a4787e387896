import { expect, test } from 'vitest';
import { paced } from '../../../../src/io/scim-client/flow/paced.ts';
import type { ScimResponse } from '../../../../src/model/scim.ts';
import { answer, reset } from '../answer.ts';
import { fakeTime } from '../raw-target.ts';

const { signal } = new AbortController();

/** When requests are sent to a host that gives these responses in order. */
const instants = async (responses: readonly ScimResponse[]): Promise<readonly number[]> => {
  const time = fakeTime();
  const at: number[] = [];
  const send = paced(async () => responses[at.push(time.nowMs()) - 1] as ScimResponse, {
    requestsPerSecond: 0,
    honourRetryAfter: true,
    time,
    closing: signal,
  });
  for (const _ of responses) await send('request', null, signal);
  return at;
};

test('requests follow each other at once until the host says that it was too much', async () => {
  expect(await instants([answer(200), answer(500), reset(false), answer(200)])).toEqual([0, 0, 0, 0]);
  expect(await instants([answer(429), answer(200)])).toEqual([0, 80]);
  expect(await instants([answer(503, 7_000), answer(200), answer(200)])).toEqual([0, 7_000, 7_000]);
});

test('nothing is sent once the client is closed', async () => {
  const closing = new AbortController();
  const options = { requestsPerSecond: 5, honourRetryAfter: true, time: fakeTime() };
  const send = paced(async () => answer(200), { ...options, closing: closing.signal });
  closing.abort();
  await expect(send('request', null, signal)).rejects.toThrow();
});
