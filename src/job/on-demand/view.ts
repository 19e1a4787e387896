import type { DirectoryObject } from '../../model/directory.ts';
import type { SourceId } from '../../model/identifiers.ts';
import type { PlanningContext } from '../cycle/planning-context.ts';

/** Narrows a cycle to one object: nothing else has changed, nothing else is due. */
export function onlyObject(context: PlanningContext, id: SourceId): PlanningContext {
  const { directory, state } = context;
  return {
    ...context,
    directory: {
      ...directory,
      changedObjects: async function* (type, _since, _until, view) {
        yield (await directory.find([id], view)).filter(({ objectType }) => objectType === type);
      },
    },
    state: { ...state, escrows: noPages, stagedObjects: noPages },
  };
}

/** A question of a store that is answered by no page. */
export async function* noPages(): AsyncGenerator<never> {}

/** Narrows the memberships that a cycle compares to those of some members in one group. */
export function onlyMembers(
  context: PlanningContext,
  group: SourceId,
  members: readonly DirectoryObject[],
): PlanningContext {
  const { directory, state } = context;
  const sorted = [...members].sort((a, b) => (a.id < b.id ? -1 : 1));
  const inGroup = (asked: SourceId): readonly DirectoryObject[] => (asked === group ? sorted : []);
  return {
    ...context,
    directory: {
      ...directory,
      members: async function* (asked) {
        yield inGroup(asked).map(({ id, objectType }) => ({ id, type: objectType }));
      },
      changedMembers: async function* (asked) {
        yield inGroup(asked).map(({ id, objectType }) => ({
          member: id,
          memberType: objectType,
          isMember: true,
        }));
      },
    },
    state: {
      ...state,
      memberships: async function* (asked) {
        const ids = inGroup(asked).map(({ id }) => id);
        const written = (await state.membersAmong(new Map([[asked, ids]]))).get(asked);
        yield ids.filter((id) => written?.has(id));
      },
    },
  };
}
