import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAXIMUM_MEMBERS } from '../../../src/job/on-demand/subjects.ts';
import type { Json } from '../../../src/model/json.ts';
import { guid, type OnDemandLab, openOnDemandLab } from './setup.ts';

const USERS = [1, 2, 3, 4, 5, 6];
const GROUP = 9;

/** What is provisioned on demand before the cycle: a user, or the group with some members. */
const request = fc.oneof(
  fc.record({ object: fc.constantFrom(...USERS), members: fc.constant<number[]>([]) }),
  fc.record({
    object: fc.constant(GROUP),
    members: fc.uniqueArray(fc.constantFrom(...USERS), { maxLength: MAXIMUM_MEMBERS }),
  }),
);

/** A chain of managers; all are assigned as members of the group. */
async function fill(lab: OnDemandLab): Promise<void> {
  for (const n of USERS) await lab.addUser(n, {}, n > 1 ? guid(n - 1) : undefined);
  await lab.assign(await lab.addGroup(GROUP, USERS.map(guid)));
}

/** What the target holds, by names, because ids differ from target to target. */
function held({ target }: OnDemandLab): Json {
  const nameOf = new Map(target.resources('User').map(({ id, userName }) => [id, userName]));
  const text = JSON.stringify(
    [...target.resources('User'), ...target.resources('Group')]
      .map(({ id: _id, meta: _meta, ...resource }) => resource)
      .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
    (key, value: unknown) =>
      key === 'members' && Array.isArray(value)
        ? value.map((member: { readonly value: string }) => nameOf.get(member.value)).sort()
        : key === 'value' && typeof value === 'string'
          ? (nameOf.get(value) ?? value)
          : value,
  );
  return JSON.parse(text) as Json;
}

describe('provision on demand beside cycles', () => {
  it('makes a cycle end where it would have ended without, and then nothing is left to do', async () => {
    const undisturbed = await openOnDemandLab();
    await fill(undisturbed);
    await undisturbed.run();
    const expected = held(undisturbed);
    await undisturbed.closeAll();
    await fc.assert(
      fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 4 }), async (requests) => {
        const lab = await openOnDemandLab();
        try {
          await fill(lab);
          for (const { object, members } of requests) await lab.provision(guid(object), members.map(guid));
          await lab.run();
          expect(held(lab)).toEqual(expected);
          expect((await lab.plan(true)).requests).toEqual([]);
        } finally {
          await lab.closeAll();
        }
      }),
      { numRuns: 25 },
    );
  });
});
