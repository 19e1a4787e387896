import { describe, expect, it } from 'vitest';
import { byKind } from '../../../../src/io/sources/import/entries.ts';
import { guardLoss } from '../../../../src/io/sources/import/loss.ts';
import type { ConfigurationError } from '../../../../src/model/errors.ts';
import type { RemovalLimits } from '../../../../src/model/job.ts';

const LIMITS = { removedPercent: 10, removedMembershipsPercent: 30, minimumKnown: 20, removed: 500 };

/** What is refused where so many users and memberships of so many go. */
function refusals(
  users: readonly [number, number],
  memberships: readonly [number, number],
  limits?: Partial<RemovalLimits>,
) {
  const none = { lost: 0, before: 0 };
  const losses = {
    ...byKind(() => none),
    users: { lost: users[0], before: users[1] },
    memberships: { lost: memberships[0], before: memberships[1] },
  };
  try {
    guardLoss(losses, { ...LIMITS, ...limits });
    return [];
  } catch (error) {
    return (error as ConfigurationError).issues.map(({ message }) => message.replace(/; at most.*/, ''));
  }
}

describe('the limits of removals', () => {
  it('allow a share of what there is, and a number of it', () => {
    expect(refusals([10, 100], [30, 100])).toEqual([]);
    expect(refusals([11, 100], [31, 100])).toEqual([
      'the import would remove 11 of 100 users',
      'the import would remove 31 of 100 memberships',
    ]);
    expect(refusals([500, 9_000], [0, 0])).toEqual([]);
    expect(refusals([501, 9_000], [0, 0])).toEqual(['the import would remove 501 of 9000 users']);
    expect(refusals([900, 9_000], [2_000, 9_000], { removed: 0 })).toEqual([]);
  });

  it('allow half of a few, and everything only where they say so', () => {
    expect(refusals([9, 18], [0, 0])).toEqual([]);
    expect(refusals([10, 18], [0, 0])).toEqual(['the import would remove 10 of 18 users']);
    expect(refusals([100, 100], [0, 0], { removedPercent: 100 })).toEqual([]);
  });
});
