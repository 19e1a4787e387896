import { describe, expect, test } from 'vitest';
import { publishedEstimate, spellMinutes } from '../../../../src/app/plan/estimate.ts';
import { estimateLine } from '../../../../src/cli/report/shared/summary.ts';

describe("Entra's published estimate", () => {
  test('of an initial cycle is 0.01 to 0.08 minutes for each assigned user, group and member', () => {
    expect(publishedEstimate({ kind: 'initial', scope: 'assigned', objectCount: 40_000 })).toMatchObject({
      minimumMinutes: 400,
      maximumMinutes: 3_200,
    });
  });

  test.each([
    [999, 0, 30],
    [1_000, 30, 120],
    [99_999, 713, 1_425],
  ])('of an initial cycle of %i objects under sync all is from a table', (objectCount, minimum, maximum) => {
    expect(publishedEstimate({ kind: 'initial', scope: 'all', objectCount })).toMatchObject({
      minimumMinutes: minimum,
      maximumMinutes: maximum,
    });
  });

  test('does not exist for more than the table has, and says so by saying nothing', () => {
    const published = publishedEstimate({ kind: 'initial', scope: 'all', objectCount: 100_000 });
    expect(published).toBeNull();
    expect(estimateLine({ requestCount: 2, readCount: 3, requestsPerSecond: 0, published })).toBe(
      '2 writes and 3 reads',
    );
  });

  test('of an incremental cycle does not depend on its size', () => {
    const published = publishedEstimate({ kind: 'incremental', scope: 'assigned', objectCount: 7 });
    expect(estimateLine({ requestCount: 200, readCount: 50, requestsPerSecond: 25, published })).toBe(
      '200 writes and 50 reads: about 10 s at 25/s; Entra publishes up to 10 min (an incremental cycle, typically)',
    );
  });

  test.each([
    [0.4, '0.4 min'],
    [12.4, '12 min'],
    [400, '6.7 h'],
  ])('of %d minutes is spelled %s', (minutes, text) => {
    expect(spellMinutes(minutes)).toBe(text);
  });
});
