import type { Json, JsonObject } from '../../../src/model/json.ts';
import { at, type DialectProbe, newName, oneOperation } from './dialect-probe.ts';

const membersOf = (resource: JsonObject): Json => {
  const members = resource.members;
  return Array.isArray(members) ? members.map((member) => String(at(member, 'value'))).sort() : [];
};

/** The PATCH requests of groups that tell servers apart, in the order of the README's table. */
export const GROUP_PROBES: readonly DialectProbe[] = [
  {
    title: 'rename the group',
    endpoint: '/Groups',
    operations: oneOperation('Replace', 'displayName', newName),
    read: (group) => at(group, 'displayName'),
    want: newName,
  },
  {
    title: 'add a member',
    endpoint: '/Groups',
    operations: oneOperation('Add', 'members', ({ other }) => [{ value: other }]),
    read: membersOf,
    want: ({ member, other }) => [member, other].sort(),
  },
  {
    title: 'add a member who is there already',
    endpoint: '/Groups',
    operations: oneOperation('Add', 'members', ({ member }) => [{ value: member }]),
    read: membersOf,
    want: ({ member }) => [member],
  },
  {
    title: 'remove a member',
    endpoint: '/Groups',
    operations: {
      legacy: ({ member }) => [{ op: 'Remove', path: 'members', value: [{ value: member }] }],
      aadOptscim062020: ({ member }) => [{ op: 'remove', path: `members[value eq "${member}"]` }],
    },
    read: membersOf,
    want: () => [],
  },
  {
    title: 'remove one who is no member',
    endpoint: '/Groups',
    operations: {
      legacy: ({ other }) => [{ op: 'Remove', path: 'members', value: [{ value: other }] }],
      aadOptscim062020: ({ other }) => [{ op: 'remove', path: `members[value eq "${other}"]` }],
    },
    read: membersOf,
    want: ({ member }) => [member],
  },
];
