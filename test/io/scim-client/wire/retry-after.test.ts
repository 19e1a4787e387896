import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseRetryAfter } from '../../../../src/io/scim-client/wire/answer.ts';

const now = '1994-11-06T08:49:00.000Z';

test.for<[string | null, number | null]>([
  [null, null],
  ['', null],
  ['120', 120_000],
  [' 0 ', 0],
  ['Sun, 06 Nov 1994 08:49:37 GMT', 37_000],
  ['Sunday, 06-Nov-94 08:49:37 GMT', 37_000],
  ['Sun Nov  6 08:49:37 1994', 37_000],
  ['Sun, 06 Nov 1994 08:00:00 GMT', 0],
  ['-5', null],
  ['1.5', null],
  ['soon', null],
  ['1994-11-06', null],
  ['Sun, 99 Foo 1994 08:49:37 GMT', null],
  ['9'.repeat(400), Number.MAX_SAFE_INTEGER],
])('Retry-After %j is %j ms', ([header, expected]) => {
  expect(parseRetryAfter(header, now)).toBe(expected);
});

test('no text makes it anything but null or a wait that is not negative', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const ms = parseRetryAfter(text, now);
      expect(ms === null || ms >= 0).toBe(true);
    }),
  );
});
