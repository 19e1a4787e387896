// biome-ignore-all lint/suspicious/noTemplateCurlyInString: .NET writes a group as ${name}
import { describe, expect, it } from 'vitest';
import { compilePattern } from '../../../src/expression/regex/compile-pattern.ts';
import { matchAll } from '../../../src/expression/regex/match.ts';
import { expandReplacement, parseReplacement } from '../../../src/expression/regex/replacement.ts';

/** What the first match of a pattern in `-ab-` is replaced by. */
const replaced = (pattern: string, replacement: string): string => {
  const compiled = compilePattern(pattern);
  const [match] = matchAll(compiled, '-ab-');
  return match === undefined
    ? ''
    : expandReplacement(parseReplacement(replacement, compiled.groups), match, '-ab-').join('');
};

describe('a .NET replacement', () => {
  it.each([
    ['(?<x>a)(b)', '$1$2', 'ba'],
    ['(?<x>a)(b)', '${x}${2}${1}', 'aab'],
    ['(a)(b)', '$+', 'b'],
    ['ab', '$+', 'ab'],
    ['ab', "[$`|$&|$'|$_|$$|$0|${0}]", '[-|ab|-|-ab-|$|ab|ab]'],
    ['(a)b', '$12', 'a2'],
    ['(a)b', '$3 ${zz} $ $x ${', '$3 ${zz} $ $x ${'],
    ['(?<3>a)(b)', '$3$1', 'ab'],
    ['(?<n>a)(?<n>b)', '${n}', 'b'],
    ['(a)|(b)', '[$2]', '[]'],
    ["(?'q'a)", '<${q}>', '<a>'],
  ])('of %s by %s', (pattern, replacement, result) => {
    expect(replaced(pattern, replacement)).toBe(result);
  });
});
