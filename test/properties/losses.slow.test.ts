import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { restarted } from '../../src/job/control/quarantine.ts';
import { QuarantineError } from '../../src/model/errors.ts';
import { DEFAULT_SAFETY } from '../../src/model/safety.ts';
import { type RunningTarget, startTarget } from '../../src/target/start.ts';
import { changeDirectory } from '../convergence/random-changes.ts';
import { fakeWorld } from '../support/fake-world.ts';
import { generateDirectory, storeDirectory } from '../support/generated-directory.ts';
import { openLab } from '../support/lab.ts';
import { LOCKED, schemaLockingBy } from '../support/locking-schema.ts';
import { seededRandom } from '../support/seeded-random.ts';

interface Way {
  readonly way: string;
  readonly expression: string;
  readonly attribute: string;
  readonly isOff: (value: unknown) => boolean;
}

const isFalse = (value: unknown): boolean => value === false;

/** How a schema may turn an account off. */
const WAYS: readonly Way[] = [
  { way: 'by Not', expression: 'Not([IsSoftDeleted])', attribute: 'active', isOff: isFalse },
  { way: 'by IIF', expression: 'IIF([IsSoftDeleted], "False", "True")', attribute: 'active', isOff: isFalse },
  {
    way: 'by IIF, the wrong way round',
    expression: 'IIF([IsSoftDeleted], "True", "False")',
    attribute: 'active',
    isOff: isFalse,
  },
  {
    way: 'by department, in scope or not',
    expression: 'Switch([department], "True", "Sales", "False", "Facilities", "False")',
    attribute: 'active',
    isOff: isFalse,
  },
  {
    way: 'by an attribute of another name',
    expression: LOCKED,
    attribute: 'userType',
    isOff: (value) => value === 'locked',
  },
  {
    way: 'by an attribute that joins others',
    expression: 'IIF([IsSoftDeleted], Join("-", "gone", [displayName]), [displayName])',
    attribute: 'nickName',
    isOff: (value) => String(value).startsWith('gone-'),
  },
];

const THRESHOLD = 3;

/** The groups and the accounts that are not turned off. */
const holds = (target: RunningTarget, { attribute, isOff }: Way): ReadonlySet<string> =>
  new Set([
    ...target.resources('Group').map(({ id }) => String(id)),
    ...target
      .resources('User')
      .filter((user) => !isOff((user as Readonly<Record<string, unknown>>)[attribute]))
      .map(({ id }) => String(id)),
  ]);

describe('what a target loses in a cycle: accounts turned off, and accounts and groups deleted', () => {
  test.each(WAYS)('is within the threshold, where accounts are turned off $way', async (way) => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.integer({ min: 1, max: 25 }), async (seed, changes) => {
        const target = await startTarget();
        const clock = fakeWorld();
        const lab = openLab({
          baseUrl: target.baseUrl,
          token: target.token,
          clock,
          schema: schemaLockingBy(way.expression, way.attribute),
          job: { safety: { ...DEFAULT_SAFETY, deletionThreshold: THRESHOLD } },
        });
        try {
          const generated = generateDirectory(seed, 30);
          await storeDirectory(generated, lab.directory, clock.now());
          await lab.run();
          const random = seededRandom(seed);
          for (let cycle = 0; cycle < 5; cycle++) {
            await changeDirectory({ generated, store: lab.directory, random, now: clock.now() }, changes);
            clock.advance(60_000);
            const isForced = cycle === 3;
            if (isForced) await lab.state.updateControl((control) => restarted(control, ['ForceDeletes']));
            const before = holds(target, way);
            await lab.run().catch((error: unknown) => {
              if (!(error instanceof QuarantineError)) throw error;
            });
            const after = holds(target, way);
            const lost = [...before].filter((id) => !after.has(id));
            if (!isForced) expect(lost.length).toBeLessThanOrEqual(THRESHOLD);
          }
        } finally {
          await lab.close();
          await target.stop();
        }
      }),
      { numRuns: 8 },
    );
  });
});
