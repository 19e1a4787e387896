import { describe, expect, it } from 'vitest';
import { excerpt, readValue } from '../../../../../src/io/stores/sqlite/directory/attribute-values.ts';

describe('the value of an attribute', () => {
  it('is a text, a boolean, or a list of texts; numbers become text, nothing and empty texts are no value', () => {
    const values = ['x', true, 7, 1.5, ['a', 2, ''], [], [''], '', null, undefined];
    expect(values.map((raw) => readValue('city', raw).value)).toEqual([
      'x',
      true,
      '7',
      '1.5',
      ['a', '2'],
      null,
      null,
      null,
      null,
      null,
    ]);
  });

  it('is refused when it is a structure, or a number that JSON could not hold exactly', () => {
    for (const raw of JSON.parse('[{"a": 1}, [["a"]], [null], 12345678901234567890, 1e400]')) {
      expect(readValue('city', raw).problem, String(raw)).not.toBeNull();
    }
  });

  it('of accountEnabled is true or false, also as text in any case', () => {
    expect(readValue('accountEnabled', 'FALSE').value).toBe(false);
    expect(readValue('accountEnabled', 'true').value).toBe(true);
    expect(readValue('accountEnabled', 'yes').problem).toBe('"yes" is neither true nor false');
  });

  it('can be shown in a message however long or deeply nested it is', () => {
    const deep = JSON.parse('['.repeat(200_000) + ']'.repeat(200_000));
    expect(readValue('city', [deep]).problem).toContain('a deeply nested list');
    expect(excerpt('x'.repeat(1_000))).toHaveLength(80);
  });
});
