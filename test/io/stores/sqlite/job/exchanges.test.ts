import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { HarEntry } from '../../../../../src/io/har/har-format.ts';
import type { ExchangeQuery, JobStore } from '../../../../../src/io/stores/job-store.ts';
import { openJobStore } from '../../../../../src/io/stores/sqlite/job/job-store.ts';
import { allOf } from '../../../../support/all-of.ts';
import { useDirectory } from '../../describe-stores.ts';
import { aCycle, anEntry, aRecording, idOf } from '../../recordings.ts';

const path = useDirectory();

/** An exchange of the second so many of 2026, whose URL ends in its name. */
const anExchange = (name: string, second: number): HarEntry => ({
  startedDateTime: new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString(),
  time: 1,
  request: {
    method: 'GET',
    url: `https://target.example/${name}`,
    httpVersion: 'HTTP/1.1',
    cookies: [],
    headers: [],
    queryString: [],
    headersSize: -1,
    bodySize: 0,
  },
  response: {
    status: 200,
    statusText: 'OK',
    httpVersion: 'HTTP/1.1',
    cookies: [],
    headers: [],
    content: { size: 0, mimeType: '' },
    redirectURL: '',
    headersSize: -1,
    bodySize: 0,
  },
  cache: {},
  timings: { blocked: -1, dns: -1, connect: -1, ssl: -1, send: 0, wait: 1, receive: 0 },
});

let store: JobStore;

beforeEach(() => {
  store = openJobStore(path('job.db'), { exchangeLimit: 40 });
});

afterEach(async () => {
  await store.close();
});

const keep = (name: string, second: number, cycleId: string, object: number | null): void =>
  store.keepExchange({
    cycleId,
    about: object === null ? null : idOf(object),
    entry: anExchange(name, second),
  });

/** The names of the exchanges that another process finds. */
const namesOf = async (query: Partial<ExchangeQuery> = {}): Promise<string> => {
  const reader = openJobStore(path('job.db'), { readonly: true });
  try {
    return (await allOf(reader.exchanges({ limit: 100, ...query })))
      .map(({ request }) => request.url.at(-1))
      .join('');
  } finally {
    await reader.close();
  }
};

describe('exchanges', () => {
  beforeEach(async () => {
    keep('a', 0, 'c1', null);
    keep('b', 1, 'c1', 1);
    keep('c', 2, 'c1', 2);
    keep('d', 3, 'c2', 1);
    keep('e', 4, 'c2', 2);
    await store.apply(
      [
        aRecording({
          log: anEntry({ id: 'l1', object: 1, action: 'create', status: 'failure', cycle: 'c1' }),
        }),
        aRecording({
          log: anEntry({ id: 'l2', object: 2, action: 'create', status: 'success', cycle: 'c1' }),
        }),
        aRecording({
          log: anEntry({ id: 'l3', object: 1, action: 'create', status: 'success', cycle: 'c2' }),
        }),
        aRecording({
          log: anEntry({ id: 'l4', object: 1, action: 'update', status: 'failure', cycle: 'c2' }),
        }),
      ].flat(),
    );
  });

  test.each<[string, Partial<ExchangeQuery>]>([
    ['abcde', {}],
    ['bd', { objects: [idOf(1)] }],
    ['bcde', { objects: [idOf(1), idOf(2)] }],
    ['', { objects: ['nobody'] }],
    ['', { objects: [] }],
    ['abc', { cycle: 'c1' }],
    ['cde', { since: '2026-01-01T00:00:02Z' }],
    ['bd', { status: 'failure' }],
    ['b', { status: 'failure', action: 'create' }],
    ['bcd', { action: 'create' }],
    ['d', { action: 'update', objects: [idOf(1)] }],
    ['de', { limit: 2 }],
    ['c', { cycle: 'c1', limit: 1 }],
    ['bc', { cycle: 'c1', since: '2026-01-01T00:00:01Z' }],
  ])('are %j of %j', async (names, query) => {
    expect(await namesOf(query)).toBe(names);
  });

  test('say their cycle, and which log entries they belong to: those of their object in their cycle', async () => {
    const said = (await allOf(store.exchanges({ limit: 100 }))).map(({ _cycleId, _changeIds }) => [
      _cycleId,
      _changeIds,
    ]);
    expect(said).toEqual([
      ['c1', undefined],
      ['c1', ['l1']],
      ['c1', ['l2']],
      ['c2', ['l3', 'l4']],
      ['c2', []],
    ]);
  });

  test('stay through every restart', async () => {
    await store.reset([
      'Full',
      'Watermark',
      'Escrows',
      'ConnectorDataStore',
      'QuarantineState',
      'ForceDeletes',
    ]);
    expect(await namesOf()).toBe('abcde');
  });

  test('are forgotten with the log entries of their time', async () => {
    await store.forgetBefore('2026-01-01T00:00:03Z');
    expect(await namesOf()).toBe('de');
    expect(await allOf(store.logEntries({ limit: 5 }))).toEqual([]);
  });
});

describe('exchanges that wait', () => {
  test.each<[string, (by: JobStore) => Promise<unknown>]>([
    ['an outcome is recorded', (by) => by.apply(aRecording({ log: anEntry({ id: 'l1' }) }))],
    ['a cycle is saved, as one whose probe failed', (by) => by.saveCycle(aCycle(1))],
  ])('are there at the latest when %s', async (_when, record) => {
    keep('a', 0, 'c1', 1);
    expect(await namesOf()).toBe('');
    await record(store);
    expect(await namesOf()).toBe('a');
  });

  test('are there when the store is closed', async () => {
    keep('a', 0, 'c1', 1);
    await store.close();
    expect(await namesOf()).toBe('a');
    store = openJobStore(path('job.db'));
  });

  test('are never more than 32', async () => {
    for (let second = 0; second < 33; second += 1) keep('a', second, 'c1', null);
    expect(await namesOf()).toHaveLength(32);
  });
});

test('of more exchanges than are to be kept the last ones are', async () => {
  for (let second = 0; second < 64; second += 1) keep(second < 24 ? 'old' : 'new', second, 'c1', null);
  expect(await namesOf()).toBe('w'.repeat(40));
});
