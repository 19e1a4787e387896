import { expect, test } from 'vitest';
import { type Authorization, authorized } from '../../../../src/io/scim-client/auth/authorized.ts';
import type { HttpRequest } from '../../../../src/io/scim-client/send.ts';
import { DEFAULT_DIALECT } from '../../../../src/model/dialect.ts';
import { answer, reset, users } from '../answer.ts';

const { signal } = new AbortController();

/** Authorizes with A, B, …; a refusal moves to the next. */
const renewable = (canRenew: boolean) => {
  const accepted: string[] = [];
  let nth = 0;
  const authorization: Authorization = {
    header: async () => 'ABC'.charAt(nth),
    accepted: (header) => void accepted.push(header),
    refused: () => {
      nth += 1;
      return canRenew;
    },
    close: () => {},
  };
  return { authorization, accepted };
};

test('a request is sent with its credentials, and repeated with new ones after a refusal', async () => {
  const { authorization, accepted } = renewable(true);
  const sent: HttpRequest[] = [];
  const send = authorized(
    async (request) => answer(sent.push(request) === 1 ? 401 : 200),
    authorization,
    DEFAULT_DIALECT,
  );
  expect(await send(users, null, signal)).toMatchObject({ status: 200 });
  expect(sent.map(({ headers }) => headers.Authorization)).toEqual(['A', 'B']);
  expect(accepted).toEqual(['B']);
});

test('credentials that cannot be renewed, or are refused twice, are refused', async () => {
  for (const [canRenew, times] of [
    [false, 1],
    [true, 2],
  ] as const) {
    let sent = 0;
    const { authorization } = renewable(canRenew);
    const send = authorized(async () => answer(401 + 0 * ++sent), authorization, DEFAULT_DIALECT);
    expect(await send(users, null, signal)).toMatchObject({ status: 401 });
    expect(sent).toBe(times);
  }
});

test('without credentials nothing is sent', async () => {
  const { authorization } = renewable(true);
  const none = { ...authorization, header: async () => reset(false) };
  const send = authorized(() => Promise.reject(new Error('sent')), none, DEFAULT_DIALECT);
  expect(await send(users, null, signal)).toMatchObject({ kind: 'noAnswer' });
});
