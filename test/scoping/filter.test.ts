import { describe, expect, test } from 'vitest';
import { compileFilter } from '../../src/scoping/filter.ts';
import { compileFilterPattern } from '../../src/scoping/pattern.ts';
import { aClause, aFilter } from '../support/builders.ts';

const SALES = aClause('department', 'EQUALS', 'Sales');
const PRESS = aClause('department', 'EQUALS', 'Press');
const BERLIN = aClause('city', 'EQUALS', 'Berlin');

const compile = (...args: Parameters<typeof aFilter>) =>
  compileFilter(aFilter(...args), compileFilterPattern);

describe('a scoping filter', () => {
  test.each([
    [{ department: 'Sales', city: 'Berlin' }, true],
    [{ department: 'Sales', city: 'Oslo' }, false],
    [{ department: 'Press' }, true],
    [{ department: 'Legal', city: 'Berlin' }, false],
    [{}, false],
  ])('joins clauses by AND and groups by OR: %j passes %j', (attributes, passes) => {
    const filter = compile({ 'Sales in Berlin': [SALES, BERLIN], Press: [PRESS] });
    expect(filter(attributes).passes).toBe(passes);
  });

  test('without groups lets everybody pass', () => {
    expect(compile({})({})).toEqual({ passes: true, isDropped: false, clauses: {}, falseClauses: [] });
  });

  test('returns the result of every clause under its title, also after the verdict is clear', () => {
    const filter = compile({ Press: [PRESS], 'Sales in Berlin': [SALES, BERLIN] });
    expect(filter({ department: 'Press', city: 'Berlin' }).clauses).toEqual({
      "Press.department EQUALS 'Press'": true,
      "Sales in Berlin.department EQUALS 'Sales'": false,
      "Sales in Berlin.city EQUALS 'Berlin'": true,
    });
  });

  test('spells operators in the key as the portal does, and unary ones without a value', () => {
    const filter = compile({ F: [aClause('mail', 'is not null'), aClause('n', 'greater than', '3')] });
    expect(Object.keys(filter({}).clauses)).toEqual(['F.mail IS NOT NULL', "F.n Greater_Than '3'"]);
  });

  test('says in words which clauses made each group false, and by which value', () => {
    const filter = compile({ A: [SALES, BERLIN], B: [PRESS] });
    expect(filter({ city: 'Oslo' }).falseClauses).toEqual([
      'department EQUALS "Sales" is false (department has no value) and city EQUALS "Berlin" is false (city is "Oslo")',
      'department EQUALS "Press" is false (department has no value)',
    ]);
  });

  test('names the first values of many, and the beginning of a long one', () => {
    const words = (department: string | readonly string[]) =>
      compile({ A: [SALES] })({ department }).falseClauses.join();
    expect(words(['1', '2', '3', '4', '5', '6', '7'])).toBe(
      'department EQUALS "Sales" is false (department is "1", "2", "3", "4", "5" and 2 more)',
    );
    expect(words('x'.repeat(1_000))).toBe(
      `department EQUALS "Sales" is false (department is "${'x'.repeat(200)}…")`,
    );
  });

  test('does not show the value of a redacted attribute', () => {
    const filter = compileFilter(aFilter({ A: [SALES, BERLIN] }), compileFilterPattern, new Set(['city']));
    expect(filter({ department: 'Press', city: 'Oslo' }).falseClauses).toEqual([
      'department EQUALS "Sales" is false (department is "Press") and city EQUALS "Berlin" is false',
    ]);
  });

  test('of input groups drops who passes none of them', () => {
    const filter = compile({}, { A: [SALES], B: [PRESS, BERLIN] });
    expect([
      filter({ department: 'Sales' }).isDropped,
      filter({ department: 'Press', city: 'Berlin' }).isDropped,
      filter({ department: 'Press' }).isDropped,
    ]).toEqual([false, false, true]);
  });

  test.each(['constructor', '__proto__', 'toString'])(
    'reads no attribute that an object has not: %s',
    (name) => {
      const filter = compile({ F: [aClause(name, 'IS NULL')] });
      expect(filter({}).passes).toBe(true);
    },
  );

  test('reads attribute names case-sensitively', () => {
    expect(compile({ F: [SALES] })({ Department: 'Sales' }).passes).toBe(false);
  });

  test('with an unknown operator does not compile', () => {
    expect(() => compile({ F: [aClause('x', 'IsMemberOf', 'g')] })).toThrow(
      'unknown filter operator "IsMemberOf"',
    );
  });

  test('with a pattern that .NET refuses does not compile', () => {
    expect(() => compile({ F: [aClause('x', 'REGEX MATCH', '(')] })).toThrow();
  });
});
