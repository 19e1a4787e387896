import { describe, expect, it } from 'vitest';
import { MAX_DEPTH, MAX_EXPRESSION_LENGTH } from '../../src/expression/limits.ts';
import { parseExpression } from '../../src/expression/parse.ts';
import { errorOf, resultOf } from './support.ts';

describe('the text of an expression', () => {
  it('may have 10,000 characters', () => {
    const text = 'a'.repeat(MAX_EXPRESSION_LENGTH - 'Append("","")'.length);
    expect(resultOf(`Append("${text}","")`)).toBe(text);
  });

  it('may not have 10,001', () => {
    const text = 'a'.repeat(MAX_EXPRESSION_LENGTH - 'Append("","")'.length + 1);
    expect(errorOf(`Append("${text}","")`).summary).toBe(
      'The expression has 10001 characters; the maximum is 10000.',
    );
  });

  it('may nest functions to a limit', () => {
    const nested = (depth: number) => `${'Trim('.repeat(depth)}" x"${')'.repeat(depth)}`;
    expect(resultOf(nested(MAX_DEPTH))).toBe('x');
    expect(errorOf(nested(MAX_DEPTH + 1)).code).toBe('limit');
  });

  it.each([
    '',
    '   ',
    ',',
    '()',
    'Append(',
    'Append("a" "b")',
    'Append("a",, "b"',
    '"a" = "b" = "c"',
    'Trim([a]))',
  ])('is refused where it breaks the grammar: %s', (text) => {
    expect(errorOf(text).code).toBe('syntax');
  });
});

describe('an operand', () => {
  it('is an attribute whose name has brackets and quotes of its own', () => {
    expect(parseExpression('[emails[type eq "a]b"].value]')).toMatchObject({
      kind: 'attribute',
      name: 'emails[type eq "a]b"].value',
    });
  });

  it('is text in which only quotes and backslashes are escaped', () => {
    expect(parseExpression(String.raw`"\" \\ \d \+ \n"`)).toMatchObject({ value: String.raw`" \ \d \+ \n` });
  });

  it('is a number, decimal or hexadecimal', () => {
    for (const text of ['0', '-14', '1.90', '&HF7', '&hff'])
      expect(parseExpression(text)).toMatchObject({ kind: 'number', text });
    for (const text of ['1.', '.5', '1a', '- 1', '&HG', '1.2.3']) expect(errorOf(text).code).toBe('syntax');
  });

  it('is a word that the language knows, and no other', () => {
    expect(parseExpression('IgnoreAttributeFlow')).toMatchObject({ kind: 'word' });
    expect(errorOf('IIF("1"="1", True, "x")').summary).toContain('write True(…), [True] or "True"');
  });
});

describe('a blank argument', () => {
  it('keeps its position', () => {
    const tree = parseExpression('Replace([a], , "b", , "", , )');
    expect(tree.kind === 'call' && tree.arguments.map((each) => each.kind)).toEqual([
      'attribute',
      'blank',
      'text',
      'blank',
      'text',
      'blank',
      'blank',
    ]);
  });

  it('is no argument in empty parentheses', () => {
    expect(parseExpression('Now( \n )')).toMatchObject({ arguments: [] });
  });
});

describe('a comparison', () => {
  it('is allowed in any argument', () => {
    expect(resultOf('Append([a] >= [b], "!")', { a: '10', b: '9' })).toBe('True!');
  });

  it('is allowed alone', () => {
    expect(resultOf('[a] <> ""', { a: 'x' })).toBe('True');
  });
});

it('joins operands with an ampersand only where the job says so', () => {
  const joined = (text: string) => resultOf(text, { a: 'x' }, { ampersand: 'concatenate' });
  expect(joined('[a] & "-" & [missing] & 1')).toBe('x-1');
  expect(joined('IIF("x-" & [a] = "x-x", "y", "n")')).toBe('y');
  expect(errorOf('[a] & "-"').summary).toBe('Text is not joined with & here; use Append or Join.');
});
