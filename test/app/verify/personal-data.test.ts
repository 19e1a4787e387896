import { describe, expect, it } from 'vitest';
import { createPersonalData } from '../../../src/app/verify/personal-data.ts';
import type { HttpExchange } from '../../../src/io/scim-client/record/http-exchange.ts';

const BASE = 'https://scim.example.com/v2';

const exchange = (path: string, body: string, headers: readonly [string, string][] = []): HttpExchange => ({
  about: null,
  startedAt: '2026-01-01T00:00:00.000Z',
  method: 'GET',
  url: `${BASE}${path}`,
  requestHeaders: [],
  requestBody: null,
  answer: { httpVersion: 'HTTP/1.1', status: 200, statusText: 'OK', headers, body },
  failure: null,
  timings: { blockedMs: null, connectMs: null, waitMs: null, receiveMs: null },
});

const ALICE = JSON.stringify({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
  id: 'a-17',
  userName: 'Alice@Contoso.com',
  active: true,
  emails: [{ type: 'work', value: 'alice.l@contoso.com' }],
  employeeNumber: 4711,
  meta: { resourceType: 'User', location: `${BASE}/Users/a-17` },
});

const shown = (...exchanges: readonly HttpExchange[]) =>
  exchanges.map(createPersonalData(() => exchanges).hideInExchange);

describe('what is shown of resources that a run found', () => {
  it('is their form, and the first letters of their values', () => {
    const [one] = shown(exchange('/Users/a-17', ALICE));
    expect(JSON.parse(one?.answer?.body ?? '')).toEqual({
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
      id: 'a…',
      userName: 'A…@C…',
      active: true,
      emails: [{ type: 'work', value: 'a…@c…' }],
      employeeNumber: 0,
      meta: { resourceType: 'User', location: 'h…' },
    });
    expect(one?.url).toBe(`${BASE}/Users/a…`);
  });

  it('holds no value in a filter, a header or an error', () => {
    const [, asked, failed] = shown(
      exchange('/Users/a-17', ALICE),
      exchange('/Users?filter=emails[type+eq+%22work%22].value+eq+%22alice.l%40contoso.com%22', '', [
        ['location', `${BASE}/Users/a-17`],
      ]),
      exchange(
        '/Users/none',
        JSON.stringify({ detail: 'There is alice@contoso.com already', status: '404' }),
      ),
    );
    expect(decodeURIComponent(asked?.url ?? '')).toBe(
      `${BASE}/Users?filter=emails[type+eq+"work"].value+eq+"a…@c…"`,
    );
    expect(asked?.answer?.headers).toEqual([['location', `${BASE}/Users/a…`]]);
    expect(failed?.answer?.body).toBe('{"detail":"There is a…@c… already","status":"404"}');
  });

  it('is nothing of a body that is cut or is no JSON, and its values are hidden elsewhere', () => {
    const cut = exchange('/Users', ALICE.slice(0, 120));
    expect(shown(cut)[0]?.answer?.body).toBe('(120 characters, not shown with --read-only)');
    const { hideInRun } = createPersonalData(() => [cut]);
    const ran = { results: [], stopReason: 'Alice@Contoso.com is not a-17', isInterrupted: false };
    expect(hideInRun(ran).stopReason).toBe('A…@C… is not a…');
  });

  it('is all of what an endpoint says about itself, unless that is a user', () => {
    const schema = JSON.stringify({ Resources: [{ id: 'urn:x', name: 'User', attributes: [] }] });
    expect(shown(exchange('/Schemas', schema))[0]?.answer?.body).toBe(schema);
    expect(shown(exchange('/Schemas', ALICE))[0]?.answer?.body).not.toContain('lice');
  });
});
