import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkExpression } from '../../src/expression/check.ts';
import { compileExpression } from '../../src/expression/compile.ts';
import { ExpressionError } from '../../src/expression/error.ts';
import { printExpression } from '../../src/expression/graph-tree.ts';
import { parseExpression } from '../../src/expression/parse.ts';
import { EXPRESSION_CHOICES, type ExpressionOptions } from '../../src/model/expression-options.ts';
import { aContext } from './support.ts';
import { aTree, withoutPlaces } from './trees.ts';

const anyOptions = fc.record(
  Object.fromEntries(
    Object.entries(EXPRESSION_CHOICES)
      .filter(([name]) => name !== 'ampersand')
      .map(([name, choices]) => [name, fc.constantFrom(...(choices as readonly unknown[]))]),
  ),
) as fc.Arbitrary<Partial<ExpressionOptions>>;

const HELD = {
  mail: 'Zoë.van-Dam@contoso.com',
  list: ['a', 'B', '', '2021-08-24'],
  date: '2020-03-16-07:00',
  number: '42',
  empty: '',
  'a.b c': '[(*',
};

/** Runs and gives the error of the language; any other error comes through. */
const languageErrorOf = (run: () => unknown): ExpressionError | null => {
  try {
    run();
    return null;
  } catch (error) {
    if (error instanceof ExpressionError) return error;
    throw error;
  }
};

describe('every tree', () => {
  it('is what its print is parsed to', () => {
    fc.assert(
      fc.property(aTree(), (tree) => {
        expect(withoutPlaces(parseExpression(printExpression(tree)))).toEqual(withoutPlaces(tree));
      }),
      { numRuns: 1_000 },
    );
  });

  it('evaluates to a result or to an error of the language, under any options', () => {
    let evaluated = 0;
    fc.assert(
      fc.property(aTree(), anyOptions, (tree, options) => {
        const text = printExpression(tree);
        const error = languageErrorOf(() => {
          const result = compileExpression(text, options).evaluate(aContext(HELD));
          expect(result.kind).toMatch(/^(?:value|ignoreAttribute|ignoreObject|roles|escrow)$/);
          evaluated += 1;
        });
        if (error !== null) expect(error.span.end).toBeLessThanOrEqual(text.length);
      }),
      { numRuns: 4_000 },
    );
    expect(evaluated).toBeGreaterThan(1_000);
  });

  it('compiles when it is valid, and the check then finds no error', () => {
    fc.assert(
      fc.property(aTree(2), (tree) => {
        const text = printExpression(tree);
        expect(compileExpression(text).text).toBe(text);
        expect(checkExpression(text).filter((issue) => issue.severity === 'error')).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });
});

it('any text whatever is parsed or refused by an error of the language', () => {
  const soup = fc
    .array(
      fc.constantFrom(
        '[a]',
        '"',
        '"x"',
        'Append',
        'IIF',
        '(',
        ')',
        ',',
        ' ',
        '=',
        '<>',
        '&',
        '&HF',
        '-1',
        '%v%',
        '\\',
        ']',
        '[',
        "'",
      ),
    )
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.oneof(soup, fc.string()), (text) => {
      const error = languageErrorOf(() => parseExpression(text));
      if (error !== null) {
        expect(error.span.start).toBeGreaterThanOrEqual(0);
        expect(error.span.start).toBeLessThanOrEqual(text.length);
      }
    }),
    { numRuns: 2_000 },
  );
});
