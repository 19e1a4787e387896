import { expect, test } from 'vitest';
import { MAX_RETRIES, retrying } from '../../../../src/io/scim-client/flow/retrying.ts';
import type { ScimRequest, ScimResponse } from '../../../../src/model/scim.ts';
import { answer, reset, users } from '../answer.ts';
import { fakeTime } from '../raw-target.ts';

const { signal } = new AbortController();

/** Sends a request to a host that gives these responses in order. */
const send = async (responses: readonly ScimResponse[], request: ScimRequest = users) => {
  const time = fakeTime();
  let sent = 0;
  const response = await retrying(async () => responses[sent++] as ScimResponse, {
    time,
    random: () => 0.5,
    honourRetryAfter: true,
    closing: signal,
  })(request, null, signal);
  return { response, sent, naps: time.naps };
};

test('a request that was put off is sent again, three times at most', async () => {
  const taken = await send([answer(429), answer(503, 2_000), answer(200)]);
  expect(taken).toMatchObject({ response: { status: 200 }, sent: 3, naps: [500, 2_250] });
  const refused = await send(Array.from({ length: 9 }, () => answer(503)));
  expect(refused).toMatchObject({ response: { status: 503 }, sent: MAX_RETRIES + 1 });
});

test('a read on a connection that was closed while idle is repeated at once, a write is not', async () => {
  expect(await send([reset(true), answer(200)])).toMatchObject({ response: { status: 200 }, naps: [] });
  expect(await send([reset(true), reset(true), answer(200)])).toMatchObject({ sent: 2 });
  expect(await send([reset(false), answer(200)])).toMatchObject({ sent: 1 });
  const write = { ...users, method: 'POST', body: {} } as const;
  expect(await send([reset(true), answer(200)], write)).toMatchObject({ sent: 1 });
});
