import { describe, expect, test } from 'vitest';
import { MatchingStopped } from '../../src/expression/regex/match.ts';
import { compileFilterPattern } from '../../src/scoping/pattern.ts';

describe('the pattern of a filter', () => {
  test('is asked again and again and always answers the same', () => {
    const matches = compileFilterPattern('a');
    expect([matches('a'), matches('a'), matches('b'), matches('a')]).toEqual([true, true, false, true]);
  });

  test('means what it means in .NET: \\z, inline options and named groups', () => {
    expect(compileFilterPattern('(?i)^(?<unit>sales)\\z')('Sales')).toBe(true);
    expect(compileFilterPattern('(?i)^(?<unit>sales)\\z')('Sales\n')).toBe(false);
  });

  test('that would run for ever is stopped', () => {
    expect(() => compileFilterPattern('^(([a-z])+.)+[A-Z]([a-z])+$')('a'.repeat(200))).toThrow(
      MatchingStopped,
    );
  });
});
