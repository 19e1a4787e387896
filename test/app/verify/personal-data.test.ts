import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createHiding } from '../../../src/app/verify/personal-data.ts';
import type { Header, HttpExchange } from '../../../src/io/scim-client/record/http-exchange.ts';
import { attributePath } from '../../../src/model/identifiers.ts';
import { startTarget } from '../../../src/target/start.ts';
import type { MappedType } from '../../../src/verify/subject.ts';
import { type Alter, type AlteredAnswer, startAltered } from '../../support/altered-target.ts';
import { verifyAt } from '../../support/verify-at.ts';

const BASE = 'https://scim.example.com/v2';
const CORE = 'urn:ietf:params:scim:schemas:core:2.0';
const NOTHING_MAPPED: MappedType = {
  matching: attributePath('userName'),
  matchedBy: [],
  mappings: [],
  reference: null,
};

const exchange = (path: string, body: unknown, headers: readonly Header[] = []): HttpExchange => ({
  about: null,
  startedAt: '2026-01-01T00:00:00.000Z',
  method: 'GET',
  url: `${BASE}${path}`,
  requestHeaders: [],
  requestBody: null,
  answer: {
    httpVersion: 'HTTP/1.1',
    status: 200,
    statusText: 'Hello Alice',
    headers,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  },
  failure: null,
  timings: { blockedMs: null, connectMs: null, waitMs: null, receiveMs: null },
});

const hide = createHiding({ baseUrl: BASE, user: NOTHING_MAPPED, group: null });
const shown = (path: string, body: unknown) => hide(exchange(path, body)).answer?.body ?? '';

const ALICE = {
  schemas: [`${CORE}:User`, 'urn:alice'],
  id: 'a-17',
  userName: 'Alice@Contoso.com',
  active: true,
  name: { middleName: 'Q', familyName: 'Liu' },
  emails: [{ type: 'work', value: 'alice.l@contoso.com' }],
  phoneNumbers: [{ type: 'Alice', value: '4711' }],
  employeeNumber: 4711,
  Alice: 1,
  meta: { resourceType: 'User', location: `${BASE}/Users/a-17` },
};

describe('what is shown of an exchange of a run that only reads', () => {
  it('is the form of resources, and the first letters of their longer values', () => {
    expect(JSON.parse(shown('/Users/a-17', ALICE))).toEqual({
      schemas: [`${CORE}:User`, 'u…'],
      id: 'a…',
      userName: 'A…@C…',
      active: '(boolean)',
      name: { middleName: '…', familyName: '…' },
      emails: [{ type: 'work', value: 'a…@c…' }],
      phoneNumbers: [{ type: 'A…', value: '4…' }],
      employeeNumber: '(number)',
      'A…': '(number)',
      meta: { resourceType: 'User', location: 'h…' },
    });
  });

  it('is the address without ids and values of filters', () => {
    expect(hide(exchange('/Users/a-17?excludedAttributes=members', '')).url).toBe(
      `${BASE}/Users/a…?excludedAttributes=members`,
    );
    const { url } = hide(
      exchange('/Users?filter=emails%5Btype+eq+%22work%22%5D.value+eq+%22alice.l%40contoso.com%22', ''),
    );
    expect(decodeURIComponent(url)).toBe(`${BASE}/Users?filter=emails[type+eq+"work"].value+eq+"a…@c…"`);
  });

  it('is a fixed set of headers, and the usual text of a status', () => {
    const { answer } = hide(
      exchange('/Users', '', [
        ['X-User', 'Alice'],
        ['Location', `${BASE}/Users/Alice`],
        ['Content-Type', 'application/scim+json; charset=utf-8; user="Alice"'],
        ['Retry-After', 'Alice'],
        ['Server', 'nginx'],
        ['Constructor', 'Alice'],
      ]),
    );
    expect(answer).toMatchObject({
      statusText: 'OK',
      headers: [
        ['Content-Type', 'application/scim+json; charset=utf-8'],
        ['Server', 'nginx'],
      ],
    });
  });

  it('is the length of a detail, and of a body that is cut or is no JSON', () => {
    const error = { scimType: 'invalidFilter', detail: 'Alice is locked', status: '404' };
    expect(shown('/Users', error)).toBe(
      '{"scimType":"invalidFilter","detail":"[15 characters]","status":"404"}',
    );
    expect(shown('/Users', '{"userName":"Alice')).toBe('[18 characters]');
    expect(shown('/Users', '"Alice"')).toBe('[7 characters]');
  });

  it('is no text where a number or a word of the standard belongs', () => {
    const list = { totalResults: 'Alice', startIndex: 1, status: 'Alice', scimType: 'Alice', type: 'Alice' };
    expect(JSON.parse(shown('/Users', list))).toEqual({
      totalResults: 'A…',
      startIndex: 1,
      status: 'A…',
      scimType: 'A…',
      type: 'A…',
    });
  });

  it('is all of what an endpoint says about itself', () => {
    const schema = { schemas: [`${CORE}:Schema`], id: 'urn:x', name: 'User', attributes: [{ name: 'shoe' }] };
    expect(shown('/Schemas/urn:x', schema)).toBe(JSON.stringify(schema));
    expect(shown('/Schemas', { totalResults: 1, Resources: [schema] })).toContain('"shoe"');
    expect(shown('/Users', schema)).not.toContain('shoe');
  });

  it.each([
    ['a user', { ...ALICE, attributes: [] }],
    ['a user beside a schema', { Resources: [{ schemas: [`${CORE}:Schema`] }, ALICE] }],
    ['a user in a schema', { schemas: [`${CORE}:Schema`], attributes: [ALICE] }],
    ['a list with a name', { Resources: [{ schemas: [`${CORE}:Schema`] }], description: 'Alice' }],
    ['an empty list with a name', { Resources: [], name: 'Alice' }],
  ])('masks what the endpoint for schemas answers where that is %s', (_, body) => {
    expect(shown('/Schemas', body)).not.toMatch(/lice|4711|Liu/);
  });

  it('holds no text of a person, wherever it stands', () => {
    const secret = fc.stringMatching(/^zq[a-z0-9 ü]{4,9}$/);
    const places = fc.constantFrom(
      '/Users',
      '/Users/1',
      '/Schemas',
      '/ResourceTypes',
      '/ServiceProviderConfig',
    );
    const keys = fc.constantFrom(
      'schemas',
      'type',
      'status',
      'scimType',
      'detail',
      'Resources',
      'constructor',
    );
    const { document } = fc.letrec((tie) => ({
      document: fc.oneof(
        { maxDepth: 4 },
        secret,
        fc.array(tie('document'), { maxLength: 3 }),
        fc.dictionary(fc.oneof(keys, secret), tie('document'), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(places, document, secret, (place, body, value) => {
        const headers: Header[] = [
          [value, value],
          ['content-type', value],
          ['location', value],
        ];
        const path = `${place}?filter=userName+eq+%22${encodeURIComponent(value)}%22`;
        expect(JSON.stringify(hide(exchange(path, body, headers)))).not.toContain('zq');
      }),
    );
  });
});

/** A text of a person, in the places of an answer where texts of other kinds belong. */
const SPOILERS: Readonly<Record<string, (answer: AlteredAnswer, word: string) => AlteredAnswer>> = {
  headers: (answer, word) => ({
    ...answer,
    headers: { 'x-user': word, location: `/Users/${word}`, 'content-type': `application/json; user=${word}` },
  }),
  redirects: (_, word) => ({ status: 302, headers: { location: `https://${word}.example/` }, body: word }),
  texts: (_, word) => ({ status: 500, headers: { 'content-type': 'text/plain' }, body: `${word} is locked` }),
  errors: (_, word) => ({ status: 400, body: { status: word, scimType: word, detail: `${word} is locked` } }),
  successes: (_, word) => ({ status: 200, body: { schemas: [ERROR], scimType: word, detail: word } }),
  strings: (_, word) => ({ status: 200, body: word }),
  types: ({ status }, word) => ({ status, headers: { 'content-type': word }, body: `<html>${word}</html>` }),
  counts: ({ status, body }, word) => ({
    status,
    body: { ...Object(body), totalResults: word, startIndex: word, itemsPerPage: word },
  }),
  keys: ({ status, body }, word) => ({
    status,
    body: { ...Object(body), [word]: null, [`urn:${word}`]: {}, schemas: [word] },
  }),
  endpoints: ({ status }, word) => ({
    status,
    body: {
      schemas: [LIST],
      totalResults: 1,
      Resources: [
        {
          schemas: [word],
          id: `${CORE}:User`,
          schema: `${CORE}:User`,
          endpoint: word,
          attributes: [typed(word)],
        },
      ],
    },
  }),
};

const typed = (word: string) => ({ name: 'displayName', type: word });
const LIST = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';
const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error';

describe('a run that only reads', () => {
  const shownBy = async (word: string, alter: Alter): Promise<string> => {
    const target = await startTarget();
    const front = await startAltered(target, alter);
    const { id } = target.seed('User', { userName: `${word}@x.example`, displayName: word, title: word });
    target.seed('Group', { displayName: word, members: [{ value: String(id), display: word }] });
    try {
      const request = { isReadOnly: true, skip: ['PERF'] };
      const { result, exchanges } = await verifyAt({ baseUrl: front.baseUrl, token: target.token, request });
      return JSON.stringify({ result, exchanges });
    } finally {
      await front.stop();
      await target.stop();
    }
  };

  /** Which answers name somebody: the others let the checks go on that read these. */
  const PLACES = [
    /./,
    /\/\/Users/,
    /Schemas|ResourceTypes|ServiceProviderConfig/,
    /\/Users\/./,
    /%22(?!.*-)/,
    /Users(\?startIndex|$)/,
  ];

  it.each(Object.keys(SPOILERS))(
    'tells nothing of a person that answers name among their %s',
    async (name) => {
      for (const place of PLACES)
        await fc.assert(
          fc.asyncProperty(fc.stringMatching(/^zq[a-z0-9]{3,8}$/), async (word) => {
            const text = await shownBy(word, async ({ url }, pass) => {
              const answer = await pass();
              return place.test(url) ? (SPOILERS[name]?.(answer, word) ?? answer) : answer;
            });
            expect(text.toLowerCase()).not.toContain(word);
          }),
          { numRuns: 1 },
        );
    },
  );
});
