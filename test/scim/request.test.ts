import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { attributePath, targetId } from '../../src/model/identifiers.ts';
import { escapeSegment } from '../../src/scim/encoding.ts';
import { describeFind, describeRead, resourcePath } from '../../src/scim/request.ts';

const userName = attributePath('userName');
const queryFor = (value: string): string => describeFind('User', userName, value).query;

describe('the query of a filter', () => {
  test('reserved characters of a value are in lower-case hex but for ! ( ) *', () => {
    expect(queryFor(";/?:@&=+$,#[]!'()*")).toBe(
      'filter=userName+eq+%22%3b%2f%3f%3a%40%26%3d%2b%24%2c%23%5b%5d!%27()*%22',
    );
  });

  test('percent sign, quote and backslash go as they are', () => {
    expect(queryFor('50% "x" \\')).toBe('filter=userName+eq+%2250%+"x"+\\%22');
  });

  test('what no URI may hold is in upper-case hex', () => {
    expect(queryFor('<a>^`{|}~é')).toBe('filter=userName+eq+%22%3Ca%3E%5E%60%7B%7C%7D~%C3%A9%22');
  });

  test('line breaks cannot end the request line', () => {
    expect(queryFor('a\r\nHost: x')).toBe('filter=userName+eq+%22a%0D%0AHost%3a+x%22');
  });

  test('a path into an extension is encoded as a whole', () => {
    expect(describeFind('User', attributePath('urn:x:2.0:User:tag'), 'a').query).toBe(
      'filter=urn%3ax%3a2.0%3aUser%3atag+eq+%22a%22',
    );
  });

  test('decoding gives the value back, where it holds no percent sign', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (text) => {
        const value = text.replaceAll('%', '');
        const decoded = decodeURIComponent(queryFor(value).replaceAll('+', ' '));
        expect(decoded).toBe(`filter=userName eq "${value}"`);
      }),
    );
  });

  test('any value leaves a request line that HTTP can carry', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (value) => {
        expect(queryFor(value)).toMatch(/^[\x21-\x7e]+$/);
      }),
    );
    expect(queryFor('\ud800')).toBe('filter=userName+eq+%22%EF%BF%BD%22');
  });
});

describe('the path of a resource', () => {
  test('a group is read without its members', () => {
    expect(describeRead('Group', targetId('g-1'))).toEqual({
      method: 'GET',
      path: '/Groups/g-1',
      query: 'excludedAttributes=members',
      body: null,
    });
  });

  test('an id cannot leave its segment', () => {
    expect(resourcePath('User', '../Groups?x=1#y')).toBe('/Users/..%2FGroups%3Fx%3D1%23y');
    expect(resourcePath('User', "a!'()*~")).toBe('/Users/a%21%27%28%29%2A~');
  });

  test('an id decodes back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (id) => {
        expect(decodeURIComponent(escapeSegment(id))).toBe(id);
      }),
    );
  });

  test('the placeholder of a plan stands as it is', () => {
    expect(resourcePath('User', '{id of 3f0c}')).toBe('/Users/{id of 3f0c}');
    expect(resourcePath('User', '{id of a/b}')).toBe('/Users/%7Bid%20of%20a%2Fb%7D');
  });
});
