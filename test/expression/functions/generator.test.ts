import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileExpression } from '../../../src/expression/compile.ts';
import { aContext, errorOf } from '../support.ts';

const counts = fc.record({
  numbers: fc.nat(8),
  special: fc.nat(8),
  capitals: fc.nat(8),
  lower: fc.nat(8),
  more: fc.nat(20),
});

describe('RandomString', () => {
  it('has its length, its minimums, and nothing to avoid, whatever the dice say', () => {
    fc.assert(
      fc.property(counts, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (count, dice) => {
        const { numbers, special, capitals, lower, more } = count;
        const length = numbers + special + capitals + lower + more;
        const compiled = compileExpression(
          `RandomString(${length}, ${numbers}, ${special}, ${capitals}, ${lower}, "?0Oo")`,
        );
        const result = compiled.evaluate(aContext({}, { random: () => dice }));
        const text = result.kind === 'value' && typeof result.value === 'string' ? result.value : '';
        expect(text.length).toBe(length);
        expect(text).not.toMatch(/[?0Oo]/);
        expect(text.replace(/[^0-9]/g, '').length).toBeGreaterThanOrEqual(numbers);
        expect(text.replace(/[A-Za-z0-9]/g, '').length).toBeGreaterThanOrEqual(special);
        expect(text.replace(/[^A-Z]/g, '').length).toBeGreaterThanOrEqual(capitals);
        expect(text.replace(/[^a-z]/g, '').length).toBeGreaterThanOrEqual(lower);
      }),
    );
  });

  it('gives lower case the room that numbers, special characters and capitals leave', () => {
    const result = compileExpression('RandomString(4, 1, 1, 1, 3)').evaluate(aContext());
    const text = result.kind === 'value' && typeof result.value === 'string' ? result.value : '';
    expect(text).toHaveLength(4);
    expect(text.replace(/[^a-z]/g, '')).toHaveLength(1);
  });

  it('follows the dice', () => {
    const draw = (dice: number) =>
      compileExpression('RandomString(8, 2, 2, 2, 2)').evaluate(aContext({}, { random: () => dice }));
    expect(draw(0.1)).not.toEqual(draw(0.7));
    expect(draw(0.1)).toEqual(draw(0.1));
  });

  it.each([
    ['RandomString(257, 0, 0, 0, 0)', 'RandomString takes a number from 0 to 256 here, not 257.'],
    ['RandomString(8, -1, 0, 0, 0)', 'RandomString takes a number from 0 to 256 here, not -1.'],
    [
      'RandomString(3, 2, 1, 1, 0)',
      'The length is 3, and the minimums of numbers, special characters and capitals add up to 4.',
    ],
    ['RandomString(3, 1, 0, 0, 0, "0123456789")', 'The characters to avoid leave none that could be drawn.'],
  ])('is refused where it cannot be: %s', (expression, summary) => {
    expect(errorOf(expression).summary).toBe(summary);
  });
});
