import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nearestName } from '../../src/model/nearest-name.ts';

describe('the name that was probably meant', () => {
  test('is the same in another case, before any other', () => {
    expect(nearestName('JOIN', ['join', 'Joins', 'Join'])).toBe('join');
    expect(nearestName('x'.repeat(5_000), ['X'.repeat(5_000)])).toBe('X'.repeat(5_000));
  });

  test('has neighbours swapped, a letter too many, one too few or another one', () => {
    for (const written of ['Jion', 'Joinn', 'Jon', 'Joyn'])
      expect(nearestName(written, ['Join'])).toBe('Join');
  });

  test('is the nearest of several', () => {
    expect(nearestName('memberPerPatch', ['memberRef', 'membersPerPatch', 'patch'])).toBe('membersPerPatch');
  });

  test('is none where a short name has two slips, or a long one is like nothing', () => {
    expect(nearestName('Jxyn', ['Join'])).toBeUndefined();
    expect(nearestName('colour', ['membersPerPatch', 'patch'])).toBeUndefined();
    expect(nearestName('x'.repeat(100_000), ['x'.repeat(99_999)])).toBeUndefined();
  });

  test('is found after any one slip', () => {
    const name = fc.stringMatching(/^[a-z]{2,40}$/);
    fc.assert(
      fc.property(name, fc.nat(), fc.constantFrom('swap', 'drop', 'double'), (meant, at, slip) => {
        const index = at % (meant.length - 1);
        const [before, one, other, after] = [
          meant.slice(0, index),
          meant[index] ?? '',
          meant[index + 1] ?? '',
          meant.slice(index + 2),
        ];
        const middle = { swap: other + one, drop: other, double: one + one + other }[slip];
        expect(nearestName(before + middle + after, [meant])).toBe(meant);
      }),
    );
  });
});
