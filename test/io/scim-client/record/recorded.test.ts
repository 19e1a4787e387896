import { expect, test } from 'vitest';
import type { HttpExchange } from '../../../../src/io/scim-client/record/http-exchange.ts';
import { createExchangeListeners, recorded } from '../../../../src/io/scim-client/record/recorded.ts';
import type { HttpRequest } from '../../../../src/io/scim-client/send.ts';
import type { Transport, WireResult } from '../../../../src/io/scim-client/wire/transport.ts';
import type { SourceId } from '../../../../src/model/identifiers.ts';
import { fakeWorld } from '../../../support/fake-world.ts';

const { signal } = new AbortController();
const request: HttpRequest = { method: 'GET', path: '/Users', query: '', headers: {}, body: null };
const about = '00000000-0000-0000-0000-000000000001' as SourceId;
const trace = {
  url: 'http://localhost/Users',
  sentHead: null,
  head: { statusText: 'OK', rawHeaders: [] },
  socketAt: null,
  connectedAt: null,
  headAt: null,
  isReused: false,
};
const reply: WireResult = {
  kind: 'reply',
  status: 200,
  contentType: null,
  retryAfter: '2',
  location: null,
  text: '{"id":"hush"}',
};

const record = (result: WireResult, isFit = true) => {
  const observed: (boolean | undefined)[] = [];
  const listeners = createExchangeListeners();
  const transport: Transport = {
    send: async (_request, isObserved) => {
      observed.push(isObserved);
      return isObserved ? { ...result, trace } : result;
    },
    close: () => {},
  };
  const send = recorded(transport, {
    baseUrl: 'http://localhost',
    world: fakeWorld(),
    mask: (text) => text.replaceAll('hush', '***'),
    listeners,
    isFit: () => isFit,
  });
  return { send: () => send(request, about, signal), listeners, observed };
};

test('a reply becomes an answer without secrets, and is not observed without listeners', async () => {
  const { send, observed } = record(reply);
  expect(await send()).toMatchObject({
    kind: 'answer',
    status: 200,
    body: { id: '***' },
    retryAfterMs: 2_000,
  });
  expect(observed).toEqual([false]);
});

test('each sending is one exchange to those who listen, failed ones only to the others', async () => {
  for (const isFit of [true, false]) {
    const { send, listeners } = record(reply, isFit);
    const all: HttpExchange[] = [];
    const failed: HttpExchange[] = [];
    const stop = listeners.add((exchange) => all.push(exchange), 'all');
    listeners.add((exchange) => failed.push(exchange), 'failed');
    await send();
    expect(all).toMatchObject([{ about, method: 'GET', answer: { body: '{"id":"***"}' }, failure: null }]);
    expect(failed).toHaveLength(isFit ? 0 : 1);
    stop();
    await send();
    expect(all).toHaveLength(1);
  }
});

test('an unanswered request has its cause, and a mark when the connection was stale', async () => {
  const failed = { kind: 'failed', cause: 'reset', message: 'hush hung up', isStale: true } as const;
  expect(await record(failed).send()).toMatchObject({
    kind: 'noAnswer',
    cause: 'reset',
    message: '*** hung up',
    isStale: true,
  });
});
