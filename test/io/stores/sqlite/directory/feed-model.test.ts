import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Directory } from '../../../../../src/io/stores/directory-store.ts';
import { openDirectory } from '../../../../../src/io/stores/sqlite/directory/directory.ts';
import type { ObjectType } from '../../../../../src/model/directory.ts';
import type { SourceId } from '../../../../../src/model/identifiers.ts';
import { sourceId } from '../../../../../src/model/identifiers.ts';
import { allOf } from '../../../../support/all-of.ts';
import { changedSince, NOW, temporaryFolder, VIEW } from './temporary.ts';

const USERS = ['u1', 'u2', 'u3', 'u4'];
const GROUPS = ['g1', 'g2', 'g3'];
const JOBS = ['leapsome', 'other', null] as const;

const user = fc.constantFrom(...USERS);
const group = fc.constantFrom(...GROUPS);
const anyone = fc.constantFrom(...USERS, ...GROUPS);
const job = fc.constantFrom(...JOBS);

type Write =
  | { readonly do: 'rename'; readonly who: string; readonly value: string }
  | { readonly do: 'secure'; readonly who: string; readonly on: boolean }
  | { readonly do: 'delete' | 'restore' | 'purge'; readonly who: string }
  | { readonly do: 'join' | 'leave'; readonly group: string; readonly who: string }
  | { readonly do: 'assign' | 'unassign'; readonly who: string; readonly job: (typeof JOBS)[number] }
  | { readonly do: 'role'; readonly job: (typeof JOBS)[number]; readonly value: string };

const writes: fc.Arbitrary<Write> = fc.oneof(
  fc.record({ do: fc.constant('rename' as const), who: anyone, value: fc.constantFrom('A', 'B') }),
  fc.record({ do: fc.constant('secure' as const), who: group, on: fc.boolean() }),
  fc.record({ do: fc.constantFrom('delete' as const, 'restore' as const), who: anyone }),
  fc.record({ do: fc.constant('purge' as const), who: fc.constantFrom('u4', 'g3') }),
  fc.record({ do: fc.constantFrom('join' as const, 'leave' as const), group, who: fc.oneof(user, anyone) }),
  fc.record({ do: fc.constantFrom('assign' as const, 'unassign' as const), who: anyone, job }),
  fc.record({ do: fc.constant('role' as const), job, value: fc.constantFrom('x', 'y') }),
);

/** What every sequence finds there: assigned groups with members, so that most writes have far-reaching consequences. */
const AT_FIRST: readonly Write[] = [
  { do: 'join', group: 'g1', who: 'u1' },
  { do: 'join', group: 'g1', who: 'u2' },
  { do: 'join', group: 'g2', who: 'u3' },
  { do: 'join', group: 'g2', who: 'g1' },
  { do: 'assign', who: 'g1', job: 'leapsome' },
  { do: 'assign', who: 'g2', job: null },
];

/** A directory so simple that it can be seen to be right. */
interface Model {
  readonly gone: Set<string>;
  readonly bin: Set<string>;
  readonly city: Map<string, string>;
  readonly secure: Map<string, boolean>;
  readonly members: Set<string>;
  readonly assigned: Set<string>;
  readonly roles: Map<string, string>;
}

/** Objects that a write made due, and groups whose members it made due, resolved when the feed is read. */
interface Due {
  readonly objects: string[];
  readonly groups: string[];
  readonly everybody: boolean;
}

const seen = (whose: string | null): boolean => whose === 'leapsome' || whose === null;
const nothing: Due = { objects: [], groups: [], everybody: false };
const due = (objects: string[], groups: string[] = []): Due => ({ objects, groups, everybody: false });

function apply(model: Model, write: Write): Due {
  switch (write.do) {
    case 'rename':
      if (unavailable(model, write.who) || model.city.get(write.who) === write.value) return nothing;
      model.city.set(write.who, write.value);
      return due([write.who]);
    case 'secure':
      if (unavailable(model, write.who) || (model.secure.get(write.who) ?? true) === write.on) return nothing;
      model.secure.set(write.who, write.on);
      return due([write.who], [write.who]);
    case 'delete':
      if (unavailable(model, write.who)) return nothing;
      model.bin.add(write.who);
      return due([write.who], [write.who]);
    case 'restore':
      return !model.gone.has(write.who) && model.bin.delete(write.who)
        ? due([write.who], [write.who])
        : nothing;
    case 'purge':
      return purge(model, write.who);
    case 'join':
      if (unavailable(model, write.group) || unavailable(model, write.who) || write.group === write.who)
        return nothing;
      if (model.members.has(key(write))) return nothing;
      model.members.add(key(write));
      return due([write.group, write.who]);
    case 'leave':
      if (unavailable(model, write.group) || model.gone.has(write.who)) return nothing;
      return model.members.delete(key(write)) ? due([write.group, write.who]) : nothing;
    case 'assign': {
      const one = `${write.job}|${write.who}`;
      if (unavailable(model, write.who) || model.assigned.has(one)) return nothing;
      model.assigned.add(one);
      return seen(write.job) ? due([write.who], [`!${write.who}`]) : nothing;
    }
    case 'unassign': {
      if (model.gone.has(write.who) || write.job === null) return nothing;
      const ended = [`${write.job}|${write.who}`, `null|${write.who}`].filter((one) =>
        model.assigned.delete(one),
      );
      const told = ended.some((one) => seen(one.startsWith('null') ? null : write.job));
      return told ? due([write.who], [`!${write.who}`]) : nothing;
    }
    case 'role': {
      if (model.roles.get(String(write.job)) === write.value) return nothing;
      model.roles.set(String(write.job), write.value);
      return { objects: [], groups: [], everybody: seen(write.job) };
    }
  }
}

function purge(model: Model, who: string): Due {
  if (model.gone.has(who)) return nothing;
  model.gone.add(who);
  model.bin.delete(who);
  const ended = [...model.members].filter((one) => one.split('>').includes(who));
  for (const one of ended) model.members.delete(one);
  for (const one of JOBS) model.assigned.delete(`${one}|${who}`);
  return due([who, ...ended.flatMap((one) => one.split('>'))]);
}

const unavailable = (model: Model, who: string): boolean => model.gone.has(who) || model.bin.has(who);
const key = (write: { group: string; who: string }): string => `${write.group}>${write.who}`;
const membersOf = (model: Model, of: string): string[] =>
  [...model.members].filter((one) => one.startsWith(`${of}>`)).map((one) => one.slice(of.length + 1));

/** Whom the writes made due, given the directory as it is when the feed is read. */
function answer(model: Model, happened: readonly Due[]): Set<string> {
  const found = new Set(happened.flatMap((one) => one.objects));
  const assigned = [...model.assigned].filter((one) =>
    seen(one.startsWith('null') ? null : (one.split('|')[0] ?? '')),
  );
  const carriers = new Set(assigned.map((one) => one.split('|')[1] ?? ''));
  for (const one of happened) {
    for (const name of one.groups.filter((of) => of.startsWith('!') || carriers.has(of))) {
      for (const member of membersOf(model, name.replace('!', ''))) found.add(member);
    }
    if (!one.everybody) continue;
    for (const carrier of carriers) for (const who of [carrier, ...membersOf(model, carrier)]) found.add(who);
  }
  return found;
}

/** Writes to the store what the model received; what the store refuses (an object in the bin), the model ignores. */
async function perform(store: Directory, write: Write): Promise<void> {
  const id = (text: string): SourceId => sourceId(text);
  const actions: Record<Write['do'], (one: never) => Promise<unknown>> = {
    rename: (one: { who: string; value: string }) =>
      store.change(id(one.who), { attributes: { city: one.value } }, NOW),
    secure: (one: { who: string; on: boolean }) =>
      store.change(id(one.who), { attributes: { securityEnabled: one.on } }, NOW),
    delete: (one: { who: string }) => store.delete(id(one.who), NOW),
    restore: (one: { who: string }) => store.restore(id(one.who), NOW),
    purge: (one: { who: string }) => store.deletePermanently(id(one.who), NOW),
    join: (one: { group: string; who: string }) => store.addMembers(id(one.group), [id(one.who)], NOW),
    leave: (one: { group: string; who: string }) => store.removeMembers(id(one.group), [id(one.who)], NOW),
    assign: (one: { who: string; job: string | null }) => store.assign(id(one.who), one.job, null, NOW),
    unassign: async (one: { who: string; job: string | null }) =>
      one.job === null ? 0 : await store.unassign(id(one.who), one.job, NOW),
    role: (one: { job: string | null; value: string }) =>
      store.putRole(
        one.job,
        { id: 'role', value: one.value, displayName: 'Role', isEnabled: true, allowedMemberTypes: ['User'] },
        NOW,
      ),
  };
  try {
    await actions[write.do](write as never);
  } catch (error) {
    if ((error as Error).name !== 'ConfigurationError') throw error;
  }
}

const TYPES: readonly ObjectType[] = ['User', 'Group'];
const everything = async (store: Directory): Promise<Map<string, string>> => {
  const all = new Map<string, string>();
  for (const type of TYPES)
    for (const object of (await allOf(store.objects(type, VIEW, 100))).flat()) {
      const members = type === 'Group' ? (await allOf(store.members(object.id, 100))).flat() : [];
      all.set(object.id, JSON.stringify([object, members]));
    }
  return all;
};

it('whatever was written, the feed names exactly the objects that a naive model names, since any watermark, and counts them', async () => {
  const file = `${temporaryFolder()}/model.db`;
  let run = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(writes, { minLength: 5, maxLength: 40, size: 'max' }),
      fc.nat({ max: 30 }),
      async (sequence, cut) => {
        run += 1;
        const store = openDirectory(`${file}.${run}`);
        try {
          for (const id of USERS) await store.put({ type: 'User', id, attributes: {} }, NOW);
          for (const id of GROUPS) await store.put({ type: 'Group', id, attributes: {} }, NOW);
          const model: Model = {
            gone: new Set(),
            bin: new Set(),
            city: new Map(),
            secure: new Map(),
            members: new Set(),
            assigned: new Set(),
            roles: new Map(),
          };
          for (const write of AT_FIRST) {
            await perform(store, write);
            apply(model, write);
          }
          const happened: Due[] = [];
          let since = await store.watermark();
          let before = await everything(store);
          for (const [index, write] of sequence.entries()) {
            if (index === cut) {
              happened.length = 0;
              since = await store.watermark();
              before = await everything(store);
            }
            await perform(store, write);
            happened.push(apply(model, write));
          }
          const told: SourceId[] = [];
          for (const type of TYPES)
            told.push(...(await changedSince(store, type, since)).map(({ id }) => id));
          expect(new Set(told).size).toBe(told.length);
          for (const [type, ids] of Object.entries({ User: USERS, Group: GROUPS }))
            expect(await store.count(type as ObjectType)).toBe(
              ids.filter((id) => !model.gone.has(id)).length,
            );
          expect([...told].sort()).toEqual([...answer(model, happened)].sort());
          const after = await everything(store);
          const differing = [...after.keys()].filter((id) => after.get(id) !== before.get(id));
          expect(differing.filter((id) => !told.includes(sourceId(id)))).toEqual([]);
        } finally {
          await store.close();
        }
      },
    ),
    { numRuns: 50 },
  );
});
