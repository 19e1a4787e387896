import type { AppRole } from '../../../../model/directory.ts';
import { DEFAULT_ACCESS_ROLE_ID } from '../../../../model/directory.ts';
import type { SourceId } from '../../../../model/identifiers.ts';
import { sourceId } from '../../../../model/identifiers.ts';
import type { Synchronous } from '../../asynchronous.ts';
import type { AttributeChanges, DirectoryWriter, NamedObject, NewObject } from '../../directory-store.ts';
import { problemOfName } from './attribute-names.ts';
import { ALWAYS_PRESENT, excerpt, readValue } from './attribute-values.ts';
import type { Connection } from './database.ts';
import { inTransaction } from './database.ts';
import { feedAppender, pruneFeed } from './feed.ts';
import type { Lookup } from './lookup.ts';
import { refusal, requireKnown } from './lookup.ts';
import { ID_EXPECTED, normalizedId, stableId } from './object-id.ts';
import { objectWriter, type Stored } from './object-writer.ts';
import { purgeExpired, recycleBin } from './recycle-bin.ts';
import { relationWriter } from './relation-writer.ts';
import { roleReader } from './roles.ts';

/** Makes the writer of a directory store. */
export function directoryWriter(db: Connection, lookup: Lookup): Synchronous<DirectoryWriter> {
  const append = feedAppender(db);
  const objects = objectWriter(db, append);
  const relations = relationWriter(db, append);
  const bin = recycleBin(db, append, relations);
  const assigned = db.prepare(
    `SELECT job, role_id AS roleId FROM assignment WHERE principal_row = ? AND job IN (?, '')`,
  );
  const rolesOf = roleReader(db);
  const known = (id: SourceId): NamedObject => requireKnown(lookup, id);
  const live = (id: SourceId): NamedObject => requireLive(known(id));
  const write = <Result>(work: () => Result): Result => inTransaction(db, work);

  return {
    put: (object, now) =>
      write(() => {
        const id = idOf(object);
        requireAttributes(object.attributes);
        const stored = objects.store({ ...object, id, deletedAt: null }, Date.parse(now));
        if (stored === null) throw refusal(`${id} is not a ${object.type}`);
        requireFreeName(stored);
        return sourceId(id);
      }),
    change: (id, changes, now) =>
      write(() => {
        const { type } = live(id);
        const attributes = changes.attributes ?? {};
        requireAttributes(attributes);
        const manager = changes.manager === undefined ? {} : { manager: changes.manager };
        const stored = objects.store({ type, id, attributes, deletedAt: null, ...manager }, Date.parse(now));
        requireFreeName(stored);
        return stored?.outcome === 'changed';
      }),
    delete: (id, now) => write(() => bin.delete(known(id), Date.parse(now))),
    deletePermanently: (id, now) => write(() => bin.purge(known(id), Date.parse(now))),
    restore: (id, now, userPrincipalName) =>
      write(() => {
        const object = known(id);
        const attributes = userPrincipalName === undefined ? {} : nameFor(object, userPrincipalName);
        if (object.presence === 'live') return false;
        const stored = objects.store({ type: object.type, id, attributes, deletedAt: null }, Date.parse(now));
        requireFreeName(stored, object);
        return true;
      }),
    addMembers: (group, members, now) =>
      write(() => {
        const { row, id } = requireGroup(live(group));
        const rows = members.map((member) => requireOther(live(member), id).row);
        return rows.filter((member) => relations.addMember(row, member, Date.parse(now))).length;
      }),
    removeMembers: (group, members, now) =>
      write(() => {
        const { row } = requireGroup(live(group));
        const rows = members.map((member) => known(member).row);
        return rows.filter((member) => relations.removeMember(row, member, Date.parse(now))).length;
      }),
    assign: (principal, job, roleId, now) =>
      write(() => {
        if (roleId !== null) requireRole(rolesOf(job ?? ''), roleId);
        return relations.assign(
          live(principal),
          job ?? '',
          roleId ?? DEFAULT_ACCESS_ROLE_ID,
          Date.parse(now),
        );
      }),
    unassign: (principal, job, now) =>
      write(() => {
        const object = known(principal);
        const held = assigned.all(object.row, job) as { job: string; roleId: string }[];
        for (const one of held) relations.unassign(object, one.job, one.roleId, Date.parse(now));
        return held.length;
      }),
    putRole: (job, role, now) =>
      write(() => relations.putRole(job ?? '', role, Date.parse(now)) !== 'unchanged'),
    removeRole: (job, roleId, now) => write(() => relations.removeRole(job ?? '', roleId, Date.parse(now))),
    purgeExpired: (now) => purgeExpired(db, bin, now),
    pruneFeed: (before) => pruneFeed(db, before),
  };
}

function idOf(object: NewObject): string {
  const name = object.type === 'User' ? object.attributes.userPrincipalName : object.attributes.displayName;
  if (object.id === undefined) {
    if (typeof name === 'string') return stableId(object.type, name);
    throw refusal(`a ${object.type} needs an id, a userPrincipalName or a displayName`);
  }
  const id = normalizedId(object.id);
  if (id === null) throw refusal(`${excerpt(object.id)} cannot be an object id: expected ${ID_EXPECTED}`);
  return id;
}

function requireAttributes(attributes: AttributeChanges): void {
  for (const [name, value] of Object.entries(attributes)) {
    const problem = problemOfName(name);
    if (problem !== null) throw refusal(problem);
    if (value === null && ALWAYS_PRESENT.has(name)) {
      throw refusal(`${name} cannot be cleared: set it to true or false`);
    }
  }
}

function requireLive(object: NamedObject): NamedObject {
  if (object.presence === 'live') return object;
  throw refusal(
    `${object.label} is in the recycle bin; take it out with \`entrain directory restore ${object.id}\``,
  );
}

/**
 * Refuses a second live user of one userPrincipalName.
 * @param restored the object that was to be taken out of the recycle bin
 */
function requireFreeName(stored: Stored | null, restored?: NamedObject): void {
  const holder = stored?.holder ?? null;
  if (holder === null) return;
  const fact = `${holder.label} is the userPrincipalName of another user (${holder.id})`;
  throw refusal(
    restored === undefined
      ? `${fact}, and no two users may have one; name this one otherwise, or change or delete the other one`
      : `${restored.label} cannot be restored: ${fact}; give this one a new name with \`entrain directory restore ${restored.id} --as <userPrincipalName>\`, or change or delete the other one`,
  );
}

function nameFor(object: NamedObject, userPrincipalName: string): AttributeChanges {
  if (object.type === 'Group')
    throw refusal(`${object.label} is a group; only users have a userPrincipalName`);
  const { value, problem } = readValue('userPrincipalName', userPrincipalName);
  if (problem !== null || value === null)
    throw refusal(`userPrincipalName: ${problem ?? 'expected a name, such as alice@contoso.com'}`);
  return { userPrincipalName: value };
}

function requireRole(roles: readonly AppRole[], id: string): void {
  if (roles.some((role) => role.id === id)) return;
  throw refusal(
    `the application has no role with the id ${excerpt(id)}; see \`entrain directory list roles\``,
  );
}

function requireGroup(object: NamedObject): NamedObject {
  if (object.type === 'Group') return object;
  throw refusal(`${object.label} is a user; only groups have members`);
}

function requireOther(member: NamedObject, group: SourceId): NamedObject {
  if (member.id !== group) return member;
  throw refusal(`${member.label} cannot be a member of itself`);
}
