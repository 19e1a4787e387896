import { expect, it } from 'vitest';
import { compareNumbers, constantText, wholeNumber } from '../../src/expression/number.ts';
import { errorOf, resultOf } from './support.ts';

it('numbers are compared exactly beyond what a double holds', () => {
  expect(compareNumbers('9223372036854775807', '9223372036854775806')).toBeGreaterThan(0);
  expect(compareNumbers('9223372036854775807.0', '9223372036854775807')).toBe(0);
  expect(compareNumbers('-1.5', '-1.25')).toBeLessThan(0);
  expect(compareNumbers('1', 'one')).toBeNull();
  expect(compareNumbers('', '0')).toBeNull();
});

it('a whole number is truncated toward zero', () => {
  expect(wholeNumber('-1.9')).toBe(-1n);
  expect(wholeNumber(' 7 ')).toBe(7n);
  expect(wholeNumber('7e3')).toBeNull();
});

it('a hexadecimal constant is its decimal text', () => {
  expect(constantText('&HFFFFFFFFFFFFFFFF')).toBe('18446744073709551615');
});

it('numbers may be written as text', () => {
  expect(resultOf('Mid("abc", "2", "1")')).toBe('b');
  expect(errorOf('Mid("abc", "two", 1)').summary).toBe('Mid takes a number here, not "two".');
  expect(errorOf('Mid("abc", [a], 1)').summary).toBe('Mid takes a number here, not null.');
});
