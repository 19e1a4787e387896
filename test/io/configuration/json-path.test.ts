import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatJsonPath, parseJsonPath, valueAt } from '../../../src/io/configuration/json-path.ts';

describe('a JSON path', () => {
  test('reads as people write it', () => {
    expect(formatJsonPath(['jobs', 0, 'target', 'tenantUrl'])).toBe('jobs[0].target.tenantUrl');
    expect(formatJsonPath(['a', '@odata.context'])).toBe('a["@odata.context"]');
    expect(formatJsonPath([])).toBe('');
  });

  test('round-trips through its text, with any keys', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.nat())), (path) => {
        expect(parseJsonPath(formatJsonPath(path))).toEqual(path);
      }),
    );
  });

  test('leads to own values only', () => {
    expect(valueAt({ a: [{ b: 1 }] }, ['a', 0, 'b'])).toBe(1);
    expect(valueAt({}, ['constructor'])).toBeUndefined();
    expect(valueAt({ a: null }, ['a', 'b'])).toBeUndefined();
  });
});
