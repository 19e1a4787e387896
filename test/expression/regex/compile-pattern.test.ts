import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePattern } from '../../../src/expression/regex/compile-pattern.ts';
import { matchAll } from '../../../src/expression/regex/match.ts';
import { PatternProblem } from '../../../src/expression/regex/pattern-tree.ts';

/** The texts of all matches. */
const found = (pattern: string, text: string) =>
  matchAll(compilePattern(pattern), text).map(([whole]) => text.slice(...(whole ?? [0, 0])));

describe('a .NET pattern means the same in JavaScript', () => {
  it.each([
    ['\\d+', '١٢٣ 45', ['١٢٣', '45']],
    ['\\w+', 'Zoë_2 x', ['Zoë_2', 'x']],
    ['\\bé', 'é xé', ['é']],
    ['\\s', 'a\u0085b\u00a0c\ufeffd', ['\u0085', '\u00a0']],
    ['.', 'a\r\n', ['a', '\r']],
    ['(?s).', '\n', ['\n']],
    ['a$', 'a\n', ['a']],
    ['a\\Z', 'a\n', ['a']],
    ['a\\z', 'a\n', []],
    ['(?m)^\\w+$', 'a\nb', ['a', 'b']],
    ['\\Ab', 'b\nb', ['b']],
    ['(?i)straße', 'STRAßE', ['STRAßE']],
    ['a(?i)b', 'aB AB', ['aB']],
    ['(?i:a)b', 'Ab aB', ['Ab']],
    ['(?i:[a-cx])1', 'B1 X1 d1', ['B1', 'X1']],
    ['(?i)a(?-i)b', 'Ab AB', ['Ab']],
    ['(?i)\\p{Lu}x', 'aX AX', ['AX']],
    ['[a-z-[aeiou]]+', 'hello', ['h', 'll']],
    ['[^a-c-[x]]', 'axd', ['d']],
    ['(?>a*)ab', 'aaab', []],
    ['(?x) a  b # comment', 'ab', ['ab']],
    ['a(?#comment)b', 'ab', ['ab']],
    ['\\x41\\u0042\\e\\a', 'AB\u001b\u0007', ['AB\u001b\u0007']],
    ['[]a]+', 'a]', ['a]']],
    ['[a-]+', 'a-', ['a-']],
    ['[\\w-]+', 'a-b', ['a-b']],
    ['[\\b]', '\b', ['\b']],
    ['a{,2}', 'a{,2}', ['a{,2}']],
    ['{a}', '{a}', ['{a}']],
    ['(?<y>a)(b)\\1', 'abb', ['abb']],
    ['(?<y>a)\\k<y>', 'aa', ['aa']],
    ['\\p{IsGreek}+', 'abγδ', ['γδ']],
    ['\\P{Lu}', 'Aa', ['a']],
    ['\\:\\;\\<\\=\\,\\/\\-', ':;<=,/-', [':;<=,/-']],
    ['(?<=a)b(?!c)', 'ab abc', ['b']],
    ['(?=a)*b', 'b', ['b']],
    ['a??', 'a', ['', '']],
    ['(?n)(a)(?<x>b)', 'ab', ['ab']],
  ])('%s', (pattern, text, matches) => {
    expect(found(pattern as string, text as string)).toEqual(matches);
  });
});

describe('a pattern that .NET refuses, or that cannot be carried over, is refused', () => {
  it.each([
    ['(', 'A group of the pattern is not closed.'],
    ['a)', 'closes a parenthesis'],
    ['[a', 'A character class of the pattern is not closed.'],
    ['*a', 'follows nothing'],
    ['a**', 'a quantifier after a quantifier'],
    ['a{2,1}', 'in reverse order'],
    ['[z-a]', 'in reverse order'],
    ['\\_', 'unknown escape \\_'],
    ['\\y', 'unknown escape \\y'],
    ['a\\', 'ends with a backslash'],
    ['\\p{IsKlingon}', 'IsKlingon'],
    ['\\2(a)', 'group 2'],
    ['(?<a>x)(?<-a>y)', 'not supported'],
    ['(?(a)b|c)', 'not supported'],
    ['\\Ga', 'not supported'],
    ['(?<n>a)(?<n>b)\\k<n>', 'more than once'],
    ['a{1000}{2}', 'a quantifier after a quantifier'],
    ['(?:a{1000}){1000}', 'too many repetitions'],
    ['('.repeat(200), 'more than 100 deep'],
  ])('%s', (pattern, message) => {
    expect(() => compilePattern(pattern)).toThrow(PatternProblem);
    expect(() => compilePattern(pattern)).toThrow(message);
  });
});

it('any text is a pattern or a problem', () => {
  const soup = fc
    .array(
      fc.constantFrom(
        '(',
        ')',
        '[',
        ']',
        '^',
        '-',
        '\\',
        'd',
        'a',
        '{2}',
        '*',
        '?',
        '|',
        '?<n>',
        '?:',
        '?i',
        '$',
        '.',
        '\\p{L}',
      ),
    )
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(soup, (pattern) => {
      try {
        expect(compilePattern(pattern).regex).toBeInstanceOf(RegExp);
      } catch (error) {
        expect(error).toBeInstanceOf(PatternProblem);
      }
    }),
    { numRuns: 2_000 },
  );
});

describe('the estimate of steps', () => {
  const steps = (pattern: string) => compilePattern(pattern).steps(50);

  it('is small for patterns that mappings use', () => {
    for (const pattern of [
      '[()\\s-]+',
      '^.*?,(?=(?:CN|OU|DC)=)',
      '\\+(?<isdCode>\\d* )(?<phoneNumber>\\d{10})',
    ])
      expect(steps(pattern)).toBeLessThan(5_000_000);
  });

  it('explodes where repetition repeats a choice', () => {
    for (const pattern of ['(a+)+', '(a|a)*', '(a?){40}', '(?:a{0,40}){0,40}', 'a*a*a*a*a*'])
      expect(steps(pattern)).toBeGreaterThan(5_000_000);
  });
});
