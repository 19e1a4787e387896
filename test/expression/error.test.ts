import { describe, expect, it } from 'vitest';
import { drawSpan } from '../../src/expression/error.ts';
import { errorOf } from './support.ts';

describe('the message of an error', () => {
  it('draws the line of the expression with carets under the place', () => {
    expect(errorOf('Append([mail],\n  Lower("x"))').message).toBe(
      ['There is no function Lower. Did you mean ToLower?', '  Lower("x"))', '  ^^^^^'].join('\n'),
    );
  });

  it('points at the argument that a function cannot take', () => {
    expect(errorOf('Mid([a], 0, 1)', { a: 'x' }).message).toBe(
      'The start is 0; it counts from 1.\nMid([a], 0, 1)\n         ^',
    );
  });

  it('shows a long line in part', () => {
    const drawn = drawSpan(`${'a'.repeat(5_000)}X${'b'.repeat(5_000)}`, { start: 5_000, end: 5_001 });
    const [line = '', carets = ''] = drawn.split('\n');
    expect(line.length).toBeLessThanOrEqual(120);
    expect(line.charAt(carets.indexOf('^'))).toBe('X');
  });

  it('draws a place at the very beginning', () => {
    expect(drawSpan('\nx', { start: 0, end: 1 })).toBe('\n^');
  });

  it('keeps the caret in place beside control characters', () => {
    expect(drawSpan('\tx', { start: 1, end: 2 })).toBe(' x\n ^');
  });
});
