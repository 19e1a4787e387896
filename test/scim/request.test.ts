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

  test('a percent sign is encoded, so that no escape of the value is undone', () => {
    expect(queryFor('%72oot 50%')).toBe('filter=userName+eq+%22%2572oot+50%25%22');
  });

  test('quotation mark and backslash are escaped, or go unescaped where the dialect says so', () => {
    expect(queryFor('"x" \\')).toBe('filter=userName+eq+%22%5C%22x%5C%22+%5C%5C%22');
    expect(describeFind('User', userName, '"x" \\', 'raw').query).toBe(
      'filter=userName+eq+%22%22x%22+%5C%22',
    );
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
      fc.property(fc.string({ unit: 'binary', minLength: 3, maxLength: 30 }), (id) => {
        expect(decodeURIComponent(escapeSegment(id))).toBe(id);
      }),
    );
  });

  test('an id of the form of a placeholder is escaped as any other', () => {
    expect(resourcePath('User', '{id of 3f0c}')).toBe('/Users/%7Bid%20of%203f0c%7D');
  });

  test.each(['', '.', '..'])('"%s", which names a folder, is no id', (id) => {
    expect(() => resourcePath('User', id)).toThrow('is no id of a resource');
  });
});
