import { describe, expect, it } from 'vitest';
import { errorOf, resultOf } from '../support.ts';

describe('Replace of a group', () => {
  it('replaces every match of the group, and only its place', () => {
    expect(resultOf('Replace("a1b1", , "[ab](?<n>1)", "n", "#", , )')).toBe('a#b#');
  });

  it('finds the group by its number too', () => {
    expect(resultOf('Replace("a1", , "a(1)", "1", "#", , )')).toBe('a#');
  });

  it('replaces a place that two matches look at once only', () => {
    expect(resultOf('Replace("aab", , "a(?=a*(?<n>b))", "n", "#", , )')).toBe('aa#');
  });
});

describe('Replace from another attribute', () => {
  const expression = 'Replace([a], , "(?<n>[0-9]+)", "n", , [b], )';

  it('keeps a source that has a value', () => {
    expect(resultOf(expression, { a: 'x', b: '12' })).toBe('x');
  });

  it('takes the first match of the group where the source has none', () => {
    expect(resultOf(expression, { a: '', b: 'x12y34' })).toBe('12');
    expect(resultOf(expression, { b: 'none' })).toBeNull();
  });
});

describe('the mode of Replace', () => {
  it('follows from what is written, not from whether it has a value', () => {
    expect(resultOf('Replace("abc", "b", , , [missing], , )')).toBe('ac');
    expect(errorOf('Replace("abc", [missing], , , "x", , )').summary).toContain('The old value is empty');
  });
});

it('a pattern that backtracks without end is stopped with an error', () => {
  const error = errorOf('Replace([a], , "^(a+)+$", , "x", , )', { a: `${'a'.repeat(50)}!` });
  expect(error.code).toBe('patternTimeout');
  expect(error.message).toContain('^^^^');
});

it('after a pattern was stopped the next object is evaluated', () => {
  expect(errorOf('Replace([a], , "(x+x+)+y", , "", , )', { a: 'x'.repeat(60) }).code).toBe('patternTimeout');
  expect(resultOf('Replace([a], , "(x+x+)+y", , "", , )', { a: 'xxxy!' })).toBe('!');
});
