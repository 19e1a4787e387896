import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  lowerInvariant,
  properCase,
  properCaseBetween,
  upperInvariant,
} from '../../src/expression/casing.ts';
import { errorOf, resultOf } from './support.ts';

describe('case without a culture', () => {
  it('changes letter by letter, where the other case is one letter', () => {
    expect(upperInvariant('straße')).toBe('STRAßE');
    expect(lowerInvariant('ΟΔΟΣ')).toBe('οδοσ');
    expect(lowerInvariant('İ')).toBe('İ');
    expect(upperInvariant('ı')).toBe('ı');
  });

  it('never changes how many letters there are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect([...upperInvariant(text)].length).toBe([...text].length);
        expect([...lowerInvariant(text)].length).toBe([...text].length);
      }),
    );
  });
});

it('a culture has letters of its own', () => {
  expect(resultOf('ToUpper("istanbul", "tr-TR")')).toBe('İSTANBUL');
  expect(errorOf('ToLower("x", "not a culture")').summary).toContain('There is no culture "not a culture"');
});

describe('proper case', () => {
  it('begins a word at a letter and ends it at punctuation, symbols and white space', () => {
    expect(properCase('MARY-ANN o’neil (3m) john_doe a1b', true)).toBe('Mary-Ann O’Neil (3M) John_Doe A1b');
    expect(properCase("o'neil", true)).toBe("O'neil");
    expect(properCase("o'neil", false)).toBe("O'Neil");
  });

  it('gives a digraph its title case', () => {
    expect(properCase('ǆungla', true)).toBe('ǅungla');
  });

  it('separates at nothing but the given characters', () => {
    expect(properCaseBetween("PINTO-DE'SILVA x_y", " '-")).toBe("Pinto-De'Silva X_y");
  });
});
