import { describe, expect, test } from 'vitest';
import { PAGE_SIZE } from '../../../src/job/phases/source-pages.ts';
import { aList, anAnswer } from '../../scim/scim-builders.ts';
import { aGroup, assigned, aUser, idOf } from '../../support/builders.ts';
import { fakeCycles } from '../../support/fake-cycles.ts';

/** How often each method of a store was called. */
type Calls = Readonly<Record<string, number>>;

/** A job whose calls of either store are counted, by method: `load`, or `members` for the pages of one group. */
const countingCycles = () => {
  let calls: Record<string, number> = {};
  const counted = <Store extends object>(store: Store): Store =>
    Object.fromEntries(
      Object.entries(store).map(([name, method]) => [
        name,
        typeof method !== 'function'
          ? method
          : (...given: readonly unknown[]): unknown => {
              calls[name] = (calls[name] ?? 0) + 1;
              return (method as (...given: readonly unknown[]) => unknown)(...given);
            },
      ]),
    ) as Store;
  const cycles = fakeCycles({}, counted);
  return {
    ...cycles,
    /** The calls since this was last asked. */
    taken: (): Calls => {
      const taken = calls;
      calls = {};
      return taken;
    },
  };
};

const range = (count: number): readonly number[] => Array.from({ length: count }, (_, n) => n);

/** Creates users and updates them. @returns the calls of the cycle that creates, and of the one that updates */
const callsFor = async (count: number): Promise<readonly [creating: Calls, updating: Calls]> => {
  const cycles = countingCycles();
  let created = 0;
  cycles.misbehave(({ method, body }) => {
    if (method === 'GET') return anAnswer(200, aList());
    return method === 'POST' ? anAnswer(201, { ...body, id: `t-${++created}` }) : anAnswer(204);
  });
  const users = (title: string) =>
    range(count).map((n) =>
      aUser({ displayName: title, jobTitle: title }, { id: `u${n}`, assignments: [assigned()] }),
    );
  const joined = await cycles.run({ objects: users('Clerk') });
  expect(joined.counts).toMatchObject({ create: count, failed: 0 });
  const creating = cycles.taken();
  const changed = range(count).map((n) => idOf(`u${n}`));
  const updated = await cycles.run({ objects: users('Boss'), changed, watermark: 60 });
  expect(updated.counts).toMatchObject({ update: count, failed: 0 });
  return [creating, cycles.taken()];
};

/** The calls of each method for one page more. */
const growth = (few: Calls, many: Calls, pages: number): Calls =>
  Object.fromEntries(
    Object.entries(many).flatMap(([name, count]) => {
      const grown = count - (few[name] ?? 0);
      return grown === 0 ? [] : [[name, grown / pages]];
    }),
  );

test('a cycle asks its stores about pages, and begins and ends with the same calls whatever its size', async () => {
  const few = await callsFor(1_000);
  const many = await callsFor(10_000);
  const pages = 9_000 / PAGE_SIZE;
  // A page is read when it is planned, and again when it is sent; its intents and its outcomes are written. Who holds the
  // ids of what was created is asked before it is linked.
  expect(growth(few[0], many[0], pages)).toEqual({ load: 2, apply: 2, linksOfTargets: 1 });
  expect(growth(few[1], many[1], pages)).toEqual({ load: 2, apply: 2 });
}, 240_000);

describe('a cycle with references and groups', () => {
  const GROUPS = 200;
  const USERS = 1_000;
  /** Of users, of their references, of groups, and of their memberships. */
  const PAGES = (2 * (USERS + GROUPS)) / PAGE_SIZE;
  const people = range(USERS).map((n) =>
    aUser({}, { id: `u${n}`, assignments: [assigned()], manager: n === 0 ? null : idOf('u0') }),
  );
  const groups = range(GROUPS).map((n) => aGroup({}, { id: `g${n}`, assignments: [assigned()] }));
  const objects = [...people, ...groups];
  const membersOf = (of: number) => range(5).map((n) => idOf(`u${of * 5 + n}`));
  const byGroup = <Value>(value: (of: number) => Value) =>
    Object.fromEntries(range(GROUPS).map((of) => [`g${of}`, value(of)]));

  test('asks about pages of them, and about one group only for its members', async () => {
    const cycles = countingCycles();
    const members = byGroup(membersOf);
    await cycles.run({ objects, members });
    expect(cycles.store.held.memberships.size).toBe(GROUPS);
    const { members: inSource, memberships: inTarget, ...initial } = cycles.taken();
    expect([inSource, inTarget]).toEqual([GROUPS, GROUPS]);
    expect(Math.max(...Object.values(initial)), JSON.stringify(initial)).toBeLessThanOrEqual(2 * PAGES);
    const changedMembers = byGroup((of) =>
      membersOf(of).map((member) => ({ member, memberType: 'User' as const, isMember: of % 2 === 0 })),
    );
    await cycles.run({
      objects,
      members,
      changed: groups.map(({ id }) => id),
      changedMembers,
      watermark: 60,
    });
    const { changedMembers: deltas, ...incremental } = cycles.taken();
    expect(deltas).toBe(GROUPS);
    expect(Math.max(...Object.values(incremental)), JSON.stringify(incremental)).toBeLessThanOrEqual(
      2 * PAGES,
    );
  });
});
