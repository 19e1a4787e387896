import { attributeNamed, CORE_ATTRIBUTES } from '../resource/attributes.ts';
import { compileFilter, parseFilter } from '../resource/filter.ts';
import type { Member, MemberChange } from '../resource/normalise-members.ts';

const NO_MEMBERS: ReadonlyMap<string, Member> = new Map();

/** Memberships indexed by group and by member. */
export interface Memberships {
  /** Members of a group by id; empty for any other id. */
  of(group: string): ReadonlyMap<string, Member>;
  change(group: string, change: MemberChange): void;
  /** Removes an object from all groups, and all members of a group. */
  forget(id: string): void;
}

/** Makes empty memberships. */
export function createMemberships(): Memberships {
  const membersOf = new Map<string, Map<string, Member>>();
  const groupsOf = new Map<string, Set<string>>();
  const definition = attributeNamed(CORE_ATTRIBUTES.Group, 'members');

  const add = (group: string, member: Member): void => {
    const members = membersOf.get(group) ?? new Map<string, Member>();
    membersOf.set(group, members);
    // Entra repeats additions.
    if (members.has(member.value)) return;
    members.set(member.value, member);
    const groups = groupsOf.get(member.value) ?? new Set<string>();
    groupsOf.set(member.value, groups.add(group));
  };
  const remove = (group: string, id: string): void => {
    membersOf.get(group)?.delete(id);
    const groups = groupsOf.get(id);
    groups?.delete(group);
    if (groups?.size === 0) groupsOf.delete(id);
  };
  const of = (group: string): ReadonlyMap<string, Member> => membersOf.get(group) ?? NO_MEMBERS;
  const removeAll = (group: string, ids: Iterable<string>): void => {
    for (const id of [...ids]) remove(group, id);
  };

  return {
    of,
    change(group, change) {
      if (change.kind === 'add') for (const member of change.members) add(group, member);
      if (change.kind === 'remove') removeAll(group, change.ids);
      if (change.kind === 'clear') removeAll(group, of(group).keys());
      if (change.kind === 'removeMatching') {
        const test = compileFilter(parseFilter(change.filter), {
          subAttributes: definition?.subAttributes ?? [],
        });
        const matching = [...of(group).values()].filter(test);
        removeAll(
          group,
          matching.map((member) => member.value),
        );
      }
    },
    forget(id) {
      removeAll(id, of(id).keys());
      membersOf.delete(id);
      for (const group of [...(groupsOf.get(id) ?? [])]) remove(group, id);
    },
  };
}
