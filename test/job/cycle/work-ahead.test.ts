import { expect, test } from 'vitest';
import { workAhead } from '../../../src/job/cycle/read-ahead.ts';

async function* counted(): AsyncGenerator<number> {
  yield* [1, 2, 3];
}

test('results come in the order of the items, and the next work begins before the present result is there', async () => {
  const happened: string[] = [];
  const results = workAhead(counted(), async (n) => {
    happened.push(`${n} begins`);
    await new Promise(setImmediate);
    return n;
  });
  const got: number[] = [];
  for await (const n of results) {
    happened.push(`${n} is there`);
    got.push(n);
  }
  expect(got).toEqual([1, 2, 3]);
  expect(happened).toEqual(['1 begins', '2 begins', '1 is there', '3 begins', '2 is there', '3 is there']);
});

test('an error comes at its place, and no work continues behind it', async () => {
  let underWay = 0;
  const results = workAhead(counted(), async (n) => {
    underWay += 1;
    await new Promise(setImmediate);
    underWay -= 1;
    if (n === 1) throw new Error('no answer');
    return n;
  });
  await expect(results.next()).rejects.toThrow('no answer');
  expect(underWay).toBe(0);
});
