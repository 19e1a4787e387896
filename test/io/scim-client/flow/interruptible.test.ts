import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { interruptible } from '../../../../src/io/scim-client/flow/interruptible.ts';
import type { Send } from '../../../../src/io/scim-client/send.ts';
import { Interruption } from '../../../../src/model/errors.ts';
import { answer, users } from '../answer.ts';

const waits: Send = async (_request, _about, signal) => {
  await sleep(60_000, undefined, { signal });
  return answer(200);
};

test('a wait that the caller cuts short is an interruption', async () => {
  const caller = new AbortController();
  const sent = interruptible(waits, new AbortController().signal)(users, null, caller.signal);
  caller.abort();
  await expect(sent).rejects.toBeInstanceOf(Interruption);
});

test('a wait that ends with the client counts as no answer', async () => {
  const closing = new AbortController();
  const sent = interruptible(waits, closing.signal)(users, null, new AbortController().signal);
  closing.abort();
  expect(await sent).toMatchObject({ kind: 'noAnswer', message: 'the client was closed' });
});

test('what was sent is waited for, and a bug is not hidden', async () => {
  const { signal } = new AbortController();
  const closing = new AbortController();
  const answers = interruptible(async () => {
    closing.abort();
    return answer(201);
  }, closing.signal);
  expect(await answers(users, null, signal)).toMatchObject({ status: 201 });
  const fails = interruptible(() => Promise.reject(new TypeError('bug')), new AbortController().signal);
  await expect(fails(users, null, signal)).rejects.toThrow('bug');
});
