/**
 * What entrain is measured against, each in a process of its own; prints its figures as JSON.
 * @example tsx test/bench/yardstick.ts axios http://127.0.0.1:8080 10000 32
 * @example tsx test/bench/yardstick.ts latency http://127.0.0.1:8080 200
 * @example tsx test/bench/yardstick.ts parse directory.db
 * @example tsx test/bench/yardstick.ts insert rows.db 10000
 */
import { Agent } from 'node:http';
import axios from 'axios';
import Database from 'better-sqlite3';
import { Pool } from 'undici';
import { generatedUser } from './company.ts';
import { median } from './figure.ts';

/** What sending with nothing around it came to. */
export interface SendingFigures {
  readonly perSecond: number;
  readonly cpuMicroseconds: number;
}

/** How long a client that sends one request after the other waits for each answer, in milliseconds: the median. */
export interface LatencyFigures {
  readonly latencyMs: number;
}

/** How many rows were read or written in a second. */
export interface RowFigures {
  readonly perSecond: number;
}

const HEADERS = { authorization: 'Bearer bench' };
const SCIM = { ...HEADERS, 'content-type': 'application/scim+json; charset=utf-8' };
const find = (n: number): string => `/Users?filter=userName+eq+%22user${n}%40contoso.com%22`;

/** A creation such as the default mappings make. */
const creation = (n: number): string => {
  const { displayName, givenName, surname, mail, department } = generatedUser(n);
  return JSON.stringify({
    schemas: [
      'urn:ietf:params:scim:schemas:core:2.0:User',
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
    ],
    userName: mail,
    active: true,
    displayName,
    title: 'Engineer',
    emails: [{ primary: true, type: 'work', value: mail }],
    preferredLanguage: 'en-GB',
    name: { givenName, familyName: surname, formatted: `${givenName} ${surname}` },
    addresses: [{ type: 'work', locality: 'London', country: 'GB' }],
    phoneNumbers: [{ type: 'work', value: '+44 20 7946 0000' }],
    externalId: `user${n}`,
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { employeeNumber: String(n), department },
  });
};

async function inParallel(
  count: number,
  concurrency: number,
  one: (n: number) => Promise<unknown>,
): Promise<SendingFigures> {
  const cpu = process.cpuUsage();
  const began = performance.now();
  let next = 0;
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      while (next < count) await one(next++);
    }),
  );
  const { user, system } = process.cpuUsage(cpu);
  const requests = 2 * count;
  return {
    perSecond: (requests * 1000) / (performance.now() - began),
    cpuMicroseconds: (user + system) / requests,
  };
}

function withAxios(baseURL: string, count: number, concurrency: number): Promise<SendingFigures> {
  const httpAgent = new Agent({ keepAlive: true, maxSockets: concurrency });
  const client = axios.create({ baseURL, httpAgent, proxy: false });
  return inParallel(count, concurrency, async (n) => {
    await client.get(find(n), { headers: HEADERS });
    await client.post('/Users', creation(n), { headers: SCIM });
  });
}

function withUndici(baseUrl: string, count: number, concurrency: number): Promise<SendingFigures> {
  const pool = new Pool(baseUrl, { connections: concurrency });
  return inParallel(count, concurrency, async (n) => {
    await (await pool.request({ method: 'GET', path: find(n), headers: HEADERS })).body.json();
    const body = creation(n);
    await (await pool.request({ method: 'POST', path: '/Users', body, headers: SCIM })).body.json();
  });
}

async function latency(baseUrl: string, count: number): Promise<LatencyFigures> {
  const pool = new Pool(baseUrl, { connections: 1 });
  const waits: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const began = performance.now();
    await (await pool.request({ method: 'GET', path: find(n), headers: HEADERS })).body.json();
    waits.push(performance.now() - began);
  }
  return { latencyMs: median(waits) };
}

/** Reads the users of a directory store in pages and parses them, and does nothing else. */
function parseRows(store: string): RowFigures {
  const db = new Database(store, { readonly: true });
  const page = db.prepare<[number], { readonly row: number; readonly attributes: string }>(
    `SELECT o.row, o.id, o.label, d.attributes FROM object o JOIN document d ON d.row = o.row
     WHERE o.type = 'User' AND o.row > ? ORDER BY o.row LIMIT 500`,
  );
  const began = performance.now();
  let count = 0;
  for (let after = 0; ; ) {
    const rows = page.all(after);
    for (const { attributes } of rows) if (JSON.parse(attributes) !== null) count += 1;
    const last = rows.at(-1);
    if (last === undefined) break;
    after = last.row;
  }
  return { perSecond: (count * 1000) / (performance.now() - began) };
}

/** Inserts users as they are imported into one table, a thousand to a transaction; making them is not counted. */
function insertRows(store: string, count: number): RowFigures {
  const db = new Database(store);
  db.pragma('journal_mode = WAL');
  db.exec('CREATE TABLE user (row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, document TEXT NOT NULL)');
  const insert = db.prepare('INSERT INTO user (id, document) VALUES (?, ?)');
  const insertAll = db.transaction((users: readonly (readonly [string, string])[]) => {
    for (const [id, document] of users) insert.run(id, document);
  });
  let ms = 0;
  for (let from = 0; from < count; from += 1000) {
    const users = Array.from({ length: Math.min(1000, count - from) }, (_, n) => generatedUser(from + n));
    const rows = users.map((user) => [user.id as string, JSON.stringify(user)] as const);
    const began = performance.now();
    insertAll(rows);
    ms += performance.now() - began;
  }
  return { perSecond: (count * 1000) / ms };
}

const [kind, first = '', second = '', third = ''] = process.argv.slice(2);
const figures =
  kind === 'axios'
    ? await withAxios(first, Number(second), Number(third))
    : kind === 'undici'
      ? await withUndici(first, Number(second), Number(third))
      : kind === 'latency'
        ? await latency(first, Number(second))
        : kind === 'parse'
          ? parseRows(first)
          : insertRows(first, Number(second));
console.log(JSON.stringify(figures));
process.exit();
