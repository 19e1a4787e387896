import type { AppRole, ObjectType } from '../../../../model/directory.ts';
import { DEFAULT_ACCESS_ROLE_ID } from '../../../../model/directory.ts';
import type { Instant, SourceId } from '../../../../model/identifiers.ts';
import { sourceId } from '../../../../model/identifiers.ts';
import type { Synchronous } from '../../asynchronous.ts';
import { problemOfName } from './attribute-names.ts';
import type { AttributeChanges } from './attribute-values.ts';
import { ALWAYS_PRESENT, excerpt } from './attribute-values.ts';
import type { Connection } from './database.ts';
import { inTransaction } from './database.ts';
import { feedAppender, pruneFeed } from './feed.ts';
import type { Lookup, NamedObject } from './lookup.ts';
import { refusal, requireKnown } from './lookup.ts';
import { ID_EXPECTED, normalizedId, stableId } from './object-id.ts';
import { objectWriter } from './object-writer.ts';
import { purgeExpired, recycleBin } from './recycle-bin.ts';
import { relationWriter } from './relation-writer.ts';
import { roleReader } from './roles.ts';

/** A user or group to be stored. */
export interface NewObject {
  readonly type: ObjectType;
  /** Made up from the userPrincipalName or displayName when absent. */
  readonly id?: string;
  readonly attributes: AttributeChanges;
  readonly manager?: SourceId | null;
}

/** What is to be changed of an object. */
export interface ObjectChanges {
  readonly attributes?: AttributeChanges;
  readonly manager?: SourceId | null;
}

/**
 * Writes the source directory: each call is one transaction, appends its changes to the feed, and says whether anything
 * changed. What cannot be done as asked is a ConfigurationError. A null job means every application.
 */
export interface DirectoryWriter {
  /** Adds a user or group, or changes what differs; one from the recycle bin comes back. */
  put(object: NewObject, now: Instant): Promise<SourceId>;
  /** Changes attributes of a live object: null clears one. */
  change(id: SourceId, changes: ObjectChanges, now: Instant): Promise<boolean>;
  /** Puts an object into the recycle bin for 30 days. */
  delete(id: SourceId, now: Instant): Promise<boolean>;
  /** Deletes for good, be it live or in the recycle bin. */
  deletePermanently(id: SourceId, now: Instant): Promise<boolean>;
  /** Takes an object out of the recycle bin. */
  restore(id: SourceId, now: Instant): Promise<boolean>;
  /** Adds direct members; returns how many were none before. */
  addMembers(group: SourceId, members: readonly SourceId[], now: Instant): Promise<number>;
  /** Removes direct members; returns how many were. */
  removeMembers(group: SourceId, members: readonly SourceId[], now: Instant): Promise<number>;
  /** Assigns a user or group to an application; a null role is Default Access. */
  assign(principal: SourceId, job: string | null, roleId: string | null, now: Instant): Promise<boolean>;
  /** Ends all assignments to the application, those to every application included; returns how many there were. */
  unassign(principal: SourceId, job: string, now: Instant): Promise<number>;
  /** Adds or changes a role. */
  putRole(job: string | null, role: AppRole, now: Instant): Promise<boolean>;
  /** Removes a role and the assignments that grant it. */
  removeRole(job: string | null, roleId: string, now: Instant): Promise<boolean>;
  /** Deletes for good what has been in the recycle bin for 30 days; returns how many objects that were. */
  purgeExpired(now: Instant): Promise<number>;
  /** Forgets the beginning of the feed, up to the first change that is not older; returns how many were forgotten. */
  pruneFeed(before: Instant): Promise<number>;
}

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
        const entry = { ...object, id, deletedAt: null };
        if (objects.store(entry, Date.parse(now)) === null) throw refusal(`${id} is not a ${object.type}`);
        return sourceId(id);
      }),
    change: (id, changes, now) =>
      write(() => {
        const { type } = live(id);
        const attributes = changes.attributes ?? {};
        requireAttributes(attributes);
        const manager = changes.manager === undefined ? {} : { manager: changes.manager };
        const stored = objects.store({ type, id, attributes, deletedAt: null, ...manager }, Date.parse(now));
        return stored?.outcome === 'changed';
      }),
    delete: (id, now) => write(() => bin.delete(known(id), Date.parse(now))),
    deletePermanently: (id, now) => write(() => bin.purge(known(id), Date.parse(now))),
    restore: (id, now) => write(() => bin.restore(known(id), Date.parse(now))),
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
