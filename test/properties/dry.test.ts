import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/model/json.ts';
import type { ScimRequest } from '../../src/model/scim.ts';
import { type RunningTarget, startTarget } from '../../src/target/start.ts';
import { writesOf } from '../convergence/convergence-script.ts';
import { type GuardedTarget, guardTarget } from '../convergence/guarded-target.ts';
import { changeDirectory } from '../convergence/random-changes.ts';
import { allOf } from '../support/all-of.ts';
import { fakeWorld } from '../support/fake-world.ts';
import {
  type GeneratedDirectory,
  generateDirectory,
  storeDirectory,
} from '../support/generated-directory.ts';
import { type Lab, openLab } from '../support/lab.ts';
import { seededRandom } from '../support/seeded-random.ts';

interface ReadOnlyTarget extends GuardedTarget {
  /** Method and path of every request that would have written. */
  readonly refused: readonly string[];
}

/** Stands before a target: reads get through, anything else fails and is noted. */
const standBefore = async (target: RunningTarget): Promise<ReadOnlyTarget> => {
  const refused: string[] = [];
  const guarded = await guardTarget(target, ({ method, path }) => {
    if (method === 'GET') return 'pass';
    refused.push(`${method} ${path}`);
    return 500;
  });
  return { ...guarded, refused };
};

interface DryRun {
  readonly target: RunningTarget;
  readonly guarded: ReadOnlyTarget;
  readonly lab: Lab;
}

/** Everything that outlives a cycle, as far as the store returns it. */
const remembered = async ({ state }: Lab, { users, groups }: GeneratedDirectory): Promise<unknown> => {
  const ids = [...users.keys(), ...groups.keys()];
  return {
    position: await state.position(),
    links: [...(await state.links(ids))],
    states: [...(await state.targetStates(ids))],
    memberships: await Promise.all(
      [...groups.keys()].map(async (id) => (await allOf(state.memberships(id, 1000))).flat()),
    ),
    escrows: await state.escrowsOf(ids),
    cycles: await state.cycles(100),
    log: (await allOf(state.logEntries({ limit: 1000 }))).flat(),
  };
};

/** Plans while writes fail, expects nothing to have changed, then runs and expects the requests that were planned. */
async function expectDryPlan(
  { target, guarded, lab }: DryRun,
  generated: GeneratedDirectory,
): Promise<readonly ScimRequest[]> {
  const targetBefore = [target.resources('User'), target.resources('Group')];
  const jobBefore = await remembered(lab, generated);
  const plan = await lab.with({ baseUrl: guarded.baseUrl }).plan();
  expect(guarded.refused).toEqual([]);
  expect([target.resources('User'), target.resources('Group')]).toEqual(targetBefore);
  expect(await remembered(lab, generated)).toEqual(jobBefore);
  lab.exchanges();

  await lab.run();
  const ids = [...generated.users.keys(), ...generated.groups.keys()];
  const links = await lab.state.links(ids);
  const resolved = JSON.stringify(plan.requests).replace(
    /\{id of ([^}]+)\}/g,
    (_, id) => links.get(id)?.targetId ?? 'nobody',
  );
  expect(JSON.parse(resolved)).toEqual(writesOf(lab));
  return plan.requests;
}

describe('a plan', () => {
  it('leaves target and job untouched while every write fails, and names the requests that the run sends', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.integer({ min: 20, max: 50 }), async (seed, size) => {
        const target = await startTarget();
        const guarded = await standBefore(target);
        const clock = fakeWorld();
        const lab = openLab({ baseUrl: target.baseUrl, token: target.token, clock });
        try {
          const generated = generateDirectory(seed, size);
          const random = seededRandom(seed);
          await storeDirectory(generated, lab.directory, clock.now());
          const created = await expectDryPlan({ target, guarded, lab }, generated);
          expect(created.length).toBeGreaterThan(0);
          await changeDirectory({ generated, store: lab.directory, random, now: clock.now() }, 25);
          await expectDryPlan({ target, guarded, lab }, generated);
        } finally {
          await lab.close();
          await guarded.close();
          await target.stop();
        }
      }),
      { numRuns: 12 },
    );
  });

  it('does not depend on accounts being there already: taking them over is planned and not done', async () => {
    const target = await startTarget();
    const guarded = await standBefore(target);
    const clock = fakeWorld();
    const lab = openLab({ baseUrl: target.baseUrl, token: target.token, clock });
    const generated = generateDirectory(1, 30);
    await storeDirectory(generated, lab.directory, clock.now());
    const found: readonly JsonObject[] = [...generated.users.values()]
      .slice(0, 10)
      .map(({ attributes }) => ({ userName: String(attributes.userPrincipalName), active: true }));
    for (const user of found) target.seed('User', user);
    const requests = await expectDryPlan({ target, guarded, lab }, generated);
    expect(requests.some(({ method, path }) => method === 'PATCH' && path.startsWith('/Users/'))).toBe(true);
    await lab.close();
    await guarded.close();
    await target.stop();
  });
});
