import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import type { LogQuery } from '../../../../../src/io/stores/job-store.ts';
import { logSql } from '../../../../../src/io/stores/sqlite/job/log-query.ts';
import { TABLES } from '../../../../../src/io/stores/sqlite/job/tables.ts';
import { allOf } from '../../../../support/all-of.ts';
import type { CycleStore } from '../../../../support/fake-job-store.ts';
import { describeStores } from '../../describe-stores.ts';
import { anEntry, aRecording, idOf } from '../../recordings.ts';

const entries = [
  anEntry({ id: 'a', object: 1, minute: 1, action: 'create', status: 'success', cycle: 'c1' }),
  anEntry({ id: 'b', object: 2, minute: 1, action: 'create', status: 'failure', cycle: 'c1' }),
  anEntry({ id: 'd', object: 1, minute: 3, action: 'disable', status: 'success', cycle: 'c2' }),
  anEntry({ id: 'c', object: 1, minute: 2, action: 'update', status: 'failure', cycle: 'c1' }),
];

describeStores('provisioning log', (store) => {
  const idsOf = async (query: Omit<LogQuery, 'limit'>): Promise<string> =>
    (await allOf(store().logEntries({ ...query, limit: 2 })))
      .flat()
      .map(({ id }) => id)
      .join('');
  const fill = (into: CycleStore) => into.apply(entries.flatMap((log) => aRecording({ log })));

  test('entries come back as they were recorded, the newest first, in pages', async () => {
    await fill(store());
    const [a, b, d, c] = entries;
    expect(await allOf(store().logEntries({ limit: 3 }))).toEqual([[d, c, b], [a]]);
    expect(await allOf(store().logEntries({ limit: 4 }))).toEqual([[d, c, b, a]]);
  });

  test('an empty log has no pages', async () => {
    expect(await allOf(store().logEntries({ limit: 3 }))).toEqual([]);
  });

  test('entries are filtered by object, action, status, cycle and time', async () => {
    await fill(store());
    expect(await idsOf({ object: idOf(1) })).toBe('dca');
    expect(await idsOf({ object: 'uSer2@CONTOSO.com' })).toBe('b');
    expect(await idsOf({ object: 'nobody' })).toBe('');
    expect(await idsOf({ action: 'create' })).toBe('ba');
    expect(await idsOf({ status: 'failure' })).toBe('cb');
    expect(await idsOf({ cycle: 'c1' })).toBe('cba');
    expect(await idsOf({ since: '2026-01-01T00:02:00.000Z' })).toBe('dc');
    expect(await idsOf({ since: '2026-01-01T00:02:00.001Z' })).toBe('d');
    expect(
      await idsOf({ object: idOf(1), status: 'failure', cycle: 'c1', since: '2026-01-01T00:00:00Z' }),
    ).toBe('c');
  });

  test('entries that are recorded while pages are being read do not disturb them', async () => {
    await fill(store());
    const seen: string[] = [];
    for await (const page of store().logEntries({ limit: 1 })) {
      await store().apply(aRecording({ log: anEntry({ id: 'new', minute: 9 }) }));
      seen.push(...page.map(({ id }) => id));
    }
    expect(seen.join('')).toBe('dcba');
  });
});

test.for<[Omit<LogQuery, 'limit'>, number | undefined, string]>([
  [{}, undefined, 'log_time'],
  [{ since: '2026-01-01T00:00:00Z' }, undefined, 'log_time'],
  [{ object: 'x' }, 7, 'log_object'],
  [{ object: 'x' }, undefined, 'log_time'],
  [{ action: 'create', since: '2026-01-01T00:00:00Z' }, undefined, 'log_time'],
  [{ status: 'failure' }, undefined, 'log_status'],
  [{ cycle: 'c' }, undefined, 'log_cycle'],
])('the query %j (object number %j) reads along the index %s, without sorting', ([query, object, index]) => {
  const db = new Database(':memory:');
  db.exec(TABLES);
  const { sql, values } = logSql({ ...query, limit: 5 }, object);
  const steps = db.prepare<unknown[], { readonly detail: string }>(`EXPLAIN QUERY PLAN ${sql}`);
  const plan = steps.all(...values, 0, 0, 5).map(({ detail }) => detail);
  db.close();
  expect(plan[0]).toMatch(new RegExp(`^(SEARCH|SCAN) e USING INDEX ${index}\\b`));
  expect(plan.slice(1)).toEqual([
    expect.stringMatching(/^SEARCH d USING/),
    expect.stringMatching(/^SEARCH s USING/),
  ]);
});
