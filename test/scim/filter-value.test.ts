import fc from 'fast-check';
import fastify from 'fastify';
import { parse } from 'scim2-parse-filter';
import { describe, expect, test } from 'vitest';
import { describeChange } from '../../src/exporting/describe.ts';
import { DEFAULT_DIALECT, type Dialect } from '../../src/model/dialect.ts';
import { attributePath } from '../../src/model/identifiers.ts';
import { failureOfFilterValue } from '../../src/scim/filter-value.ts';
import { exactly } from '../../src/scim/quote.ts';
import { describeFind, describeReferenceCheck, resourcePath } from '../../src/scim/request.ts';
import { parseFilter } from '../../src/target/resource/filter.ts';
import { aMembership, aReference } from '../exporting/change-builders.ts';

/** Texts that mean something in a URL, a filter or a path, put together with any others. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...[
          '"',
          '\\',
          '%',
          '%22',
          '%72',
          '%2520',
          '+',
          '&',
          '#',
          '=',
          '/',
          '?',
          ';',
          ' ',
          '\0',
          '\n',
          '\r\n',
          '\t',
        ],
        ...[
          '\u202e',
          '\u200b',
          '\u2028',
          '\u0085',
          '(',
          ')',
          '[',
          ']',
          '.',
          '..',
          ' or ',
          ' and ',
          ' eq ',
          'pr',
          'not',
        ],
        ...[
          '" or displayName eq "',
          '"] or members[value pr',
          '{id of u1}',
          '\\"',
          '\\u0041',
          '\\n',
          '😀',
          'é',
          'e\u0301',
        ],
      ),
      fc.string({ unit: 'binary', maxLength: 4 }),
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map((parts) => parts.join(''))
  .filter((text) => !/\p{Surrogate}/u.test(text));

/** The query as any server decodes it. */
const decoded = (query: string): ReadonlyMap<string, string> =>
  new Map(new URLSearchParams(new URL(`http://target.example/scim/Users?${query}`).search));

/**
 * What the parser that others wrote reads of a filter. It reads no escape but that of the quotation mark, and takes no
 * control characters, so these match themselves only without them.
 */
const parsedByOthers = (filter: string, value: string) => (/[\p{Cc}\\]/u.test(value) ? null : parse(filter));

describe('a matching value', () => {
  test.each(['userName', 'externalId'])('asks for nothing but itself, whatever it holds: %s', (attribute) => {
    fc.assert(
      fc.property(hostile, (value) => {
        const { path, query } = describeFind('User', attributePath(attribute), value);
        expect(query).toMatch(/^[\x21-\x7e]+$/);
        expect(query).not.toMatch(/["\\]/);
        const parameters = decoded(query);
        const wanted = { op: 'eq', attrPath: attribute, compValue: value };
        expect([path, ...parameters.keys()]).toEqual(['/Users', 'filter']);
        const filter = parameters.get('filter') ?? '';
        expect(parseFilter(filter)).toEqual(wanted);
        expect(parsedByOthers(filter, value) ?? wanted).toEqual(wanted);
      }),
      { numRuns: 2000 },
    );
  });

  test('asks for itself at one entry of a multi-valued attribute', () => {
    fc.assert(
      fc.property(hostile, (value) => {
        const { query } = describeFind('User', attributePath('emails[type eq "work"].value'), value);
        expect(parseFilter(decoded(query).get('filter') ?? '')).toEqual({
          op: '[]',
          attrPath: 'emails',
          valFilter: {
            op: 'and',
            filters: [
              { op: 'eq', attrPath: 'type', compValue: 'work' },
              { op: 'eq', attrPath: 'value', compValue: value },
            ],
          },
        });
      }),
    );
  });

  test('is asked for among groups without another parameter than the members left out', () => {
    fc.assert(
      fc.property(hostile, (value) => {
        const { query } = describeFind('Group', attributePath('displayName'), value);
        expect([...decoded(query).keys()]).toEqual(['excludedAttributes', 'filter']);
      }),
    );
  });

  test('that is not well-formed Unicode cannot be asked for, and every other one can be where quotes are escaped', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 4 }),
        fc.constantFrom('', '\ud83d', '\ude00'),
        (text, half) => {
          const failure = failureOfFilterValue(
            { attribute: attributePath('userName'), value: `${text}${half}x` },
            'escape',
            exactly,
          );
          expect(failure === null).toBe(half === '' && !/\p{Surrogate}/u.test(text));
        },
      ),
    );
  });
});

const FILTERS: Dialect = { ...DEFAULT_DIALECT, memberRemoval: 'filter', managerRemoval: 'filter' };
const MANAGER = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager';

/** The filter between the brackets of a path; null: there is none. */
const filterIn = (path: unknown): string | null => /^\w+\[(.*)\]$/s.exec(String(path))?.[1] ?? null;

describe('an id of the target', () => {
  test('is one segment of a path, and routers of other libraries decode it', async () => {
    const router = fastify({ routerOptions: { maxParamLength: 5_000 } });
    router.get<{ Params: { id: string } }>('/scim/Users/:id', ({ params }, reply) => reply.send(params));
    await fc.assert(
      fc.asyncProperty(hostile, async (id) => {
        fc.pre(id !== '' && id !== '.' && id !== '..');
        const url = new URL(`http://target.example/scim${resourcePath('User', id)}`);
        expect([url.search, url.hash]).toEqual(['', '']);
        const answer = await router.inject(`${url.pathname}${url.search}`);
        expect(answer.json()).toEqual({ id });
      }),
      { numRuns: 1000 },
    );
  });

  test.each(['fail', 'escape', 'raw'] as const)(
    'selects only the member or manager that it removes (filterQuotes: %s)',
    (filterQuotes) => {
      fc.assert(
        fc.property(hostile, (id) => {
          const dialect = { ...FILTERS, filterQuotes };
          const changes = [aMembership('g', [], [id]), aReference('u1', MANAGER, 'remove', null, id)];
          for (const change of changes) {
            const [request] = describeChange(change, dialect, (one) => one);
            const [operation] = (request?.body?.Operations ?? []) as readonly { readonly path: string }[];
            const filter = filterIn(operation?.path) ?? '';
            const wanted = { op: 'eq', attrPath: 'value', compValue: id };
            expect(parseFilter(filter)).toEqual(wanted);
            // The path is JSON text, in which the parser of others reads no control characters.
            expect(parsedByOthers(filter, id) ?? wanted).toEqual(wanted);
          }
        }),
        { numRuns: 1000 },
      );
    },
  );

  test('asks for one reference of one resource', () => {
    fc.assert(
      fc.property(hostile, hostile, (id, member) => {
        const { query } = describeReferenceCheck('Group', id, 'members', member);
        const parameters = decoded(query);
        expect([...parameters.keys()]).toEqual(['attributes', 'filter']);
        expect(parseFilter(parameters.get('filter') ?? '')).toEqual({
          op: 'and',
          filters: [
            { op: 'eq', attrPath: 'id', compValue: id },
            { op: 'eq', attrPath: 'members', compValue: member },
          ],
        });
      }),
    );
  });
});
