import { nameCheck } from '../../stores/sqlite/directory/attribute-names.ts';
import { excerpt } from '../../stores/sqlite/directory/attribute-values.ts';
import type { Connection } from '../../stores/sqlite/directory/database.ts';
import { feedAppender } from '../../stores/sqlite/directory/feed.ts';
import { isSeveral, lookupIn, problemOfName } from '../../stores/sqlite/directory/lookup.ts';
import { normalizedId, stableId } from '../../stores/sqlite/directory/object-id.ts';
import { objectWriter } from '../../stores/sqlite/directory/object-writer.ts';
import { type RecycleBin, recycleBin } from '../../stores/sqlite/directory/recycle-bin.ts';
import { type RelationWriter, relationWriter } from '../../stores/sqlite/directory/relation-writer.ts';
import {
  type AssignmentItem,
  byKind,
  type ImportCounts,
  type ImportItem,
  type ImportKind,
  type ImportSink,
  type MembershipItem,
  type ObjectItem,
  type RemovedItem,
  type RoleItem,
  type SavedPage,
} from './entries.ts';
import { inside, type Place, type Report } from './issues.ts';
import { type Seen, seenIn } from './mirror.ts';
import { type PendingReferences, pendingReferences } from './references.ts';

/** The state of a running import. */
export interface Absorption extends ImportSink {
  readonly counts: ImportCounts;
  readonly carried: ReadonlySet<ImportKind>;
  readonly seen: Seen;
  readonly pending: PendingReferences;
  readonly bin: RecycleBin;
  readonly relations: RelationWriter;
  /** Whether relations are recorded for `--mirror`. */
  readonly remembers: boolean;
  /** Graph pages among the files. */
  readonly pages: readonly SavedPage[];
  readonly objects: ReturnType<typeof objectWriter>;
  /** How many assignments and roles name which job, and where the first one does. */
  readonly ofJobs: ReadonlyMap<string, { readonly place: Place; readonly count: number }>;
}

/** Options of an import. */
interface AbsorbOptions {
  readonly at: number;
  /** The application of assignments and roles without one; null: every application. */
  readonly job: string | null;
  readonly remembers: boolean;
  /** Accepts attributes whose names are close to known ones. */
  readonly allowUnknown: boolean;
  readonly warn: ImportSink['warn'];
}

/**
 * Begins an import. References that cannot be resolved yet are set aside; everything else is stored at once, in the
 * caller's transaction.
 */
export function beginAbsorption(db: Connection, options: AbsorbOptions, report: Report): Absorption {
  const { at, job, remembers } = options;
  const append = feedAppender(db);
  const lookup = lookupIn(db);
  const relations = relationWriter(db, append);
  const bin = recycleBin(db, append, relations);
  const objects = objectWriter(db, append);
  const counts = byKind(() => ({ found: 0, added: 0, changed: 0, removed: 0 }));
  const carried = new Set<ImportKind>();
  const seen = seenIn(db);
  const pages: SavedPage[] = [];
  const pending = pendingReferences(db);
  const ofJobs = new Map<string, { readonly place: Place; count: number }>();

  const idFor = (item: ObjectItem): string | null => {
    if (item.id !== null || item.label === null) return item.id;
    const known = lookup.byLabel(item.type, item.label);
    if (known === null) return stableId(item.type, item.label);
    if (!isSeveral(known)) return known.id;
    report(item.place, problemOfName(item.label, known) ?? item.label);
    return null;
  };

  const absorbObject = (item: ObjectItem): void => {
    const kind = item.type === 'User' ? 'users' : 'groups';
    const id = idFor(item);
    if (id === null) return;
    const { manager, managerBy } = item;
    // A userPrincipalName may move between users within the files: it is resolved at their end.
    const isNamed =
      typeof manager === 'string' &&
      (managerBy !== undefined || manager.includes('@') || normalizedId(manager) === null);
    const managerId =
      isNamed || typeof manager !== 'string' ? undefined : (normalizedId(manager) ?? undefined);
    const stored = objects.store(
      {
        type: item.type,
        id,
        attributes: item.attributes,
        deletedAt: item.deletedAt === 'now' ? at : item.deletedAt,
        listsAreSets: item.isOfGraph,
        manager: manager === null ? null : managerId,
      },
      at,
    );
    if (stored === null) {
      report(
        item.place,
        `${excerpt(id)} is the id of an object of the other type; a ${item.type} needs its own`,
      );
      return;
    }
    if (seen.object(stored)) counts[kind].found += 1;
    else if (!item.isOfGraph) {
      report(
        item.place,
        `${item.named ?? excerpt(item.label ?? id)} is there twice: the files hold it already${item.id === null ? '' : ` (${id})`}; leave one of them out`,
      );
      return;
    }
    if (stored.outcome !== 'unchanged') counts[kind][stored.outcome] += 1;
    if (stored.holder !== null)
      pending.add({
        kind: 'name',
        owner: stored.row,
        target: item.label,
        job: null,
        flag: true,
        place: item.place,
      });
    if (isNamed) {
      const place = inside(item.place, 'manager');
      const flag = stored.outcome !== 'unchanged';
      pending.add({
        kind: 'manager',
        owner: stored.row,
        target: manager,
        targetBy: managerBy,
        job: null,
        flag,
        place,
      });
    }
    if (item.members !== null) absorbMembers(stored.row, item.members, item);
  };

  const absorbMembers = (groupRow: number, members: readonly string[], item: ObjectItem): void => {
    carried.add('memberships');
    for (const [index, member] of members.entries()) {
      const id = normalizedId(member);
      const known = id === null ? null : lookup.byId(id);
      if (known !== null && known.presence !== 'hardDeleted' && known.row !== groupRow) {
        storeMember(groupRow, known.row);
      } else {
        const place = inside(inside(item.place, 'members'), index);
        pending.add({ kind: 'membership', owner: groupRow, target: member, job: null, flag: true, place });
      }
    }
  };

  const storeMember = (groupRow: number, memberRow: number): void => {
    counts.memberships.found += 1;
    if (remembers) seen.member(groupRow, memberRow);
    if (relations.addMember(groupRow, memberRow, at)) counts.memberships.added += 1;
  };

  const absorbRemoved = (item: RemovedItem): void => {
    const object = lookup.byId(normalizedId(item.id) ?? '');
    // A delta query also reports deletions of objects it never returned.
    if (object === null) return;
    const removed = item.permanently ? bin.purge(object, at) : bin.delete(object, at);
    if (removed) counts[object.type === 'User' ? 'users' : 'groups'].removed += 1;
  };

  const noteJob = ({ job: named, place }: RoleItem | AssignmentItem): void => {
    if (named === null) return;
    const known = ofJobs.get(named);
    if (known === undefined) ofJobs.set(named, { place, count: 1 });
    else known.count += 1;
  };

  const absorbMembership = ({ group, groupBy, member, memberBy, isMember, ...rest }: MembershipItem): void =>
    pending.add({
      kind: 'membership',
      owner: group,
      ownerBy: groupBy,
      target: member,
      targetBy: memberBy,
      job: null,
      flag: isMember,
      isOfGraph: rest.isOfGraph ?? false,
      place: rest.place,
    });

  return {
    counts,
    carried,
    seen,
    pending,
    bin,
    relations,
    remembers,
    pages,
    objects,
    ofJobs,
    typeOf: (id) => lookup.byId(normalizedId(id) ?? '')?.type ?? null,
    nameProblem: nameCheck(options.allowUnknown),
    warn: options.warn,
    page: (page) => void pages.push(page),
    carries: (kind) => void carried.add(kind),
    absorb(item: ImportItem) {
      switch (item.kind) {
        case 'object':
          return absorbObject(item);
        case 'removed':
          return absorbRemoved(item);
        case 'membership':
          return absorbMembership(item);
        case 'role': {
          noteJob(item);
          const whose = item.job ?? job ?? '';
          counts.appRoles.found += 1;
          seen.role(whose, item.role.id);
          const outcome = relations.putRole(whose, item.role, at);
          if (outcome !== 'unchanged') counts.appRoles[outcome] += 1;
          return;
        }
        case 'assignment': {
          noteJob(item);
          const { principal, principalBy, role, isOfGraph = false, place } = item;
          const whose = item.job ?? job;
          return pending.add({
            kind: 'assignment',
            owner: principal,
            ownerBy: principalBy,
            target: role,
            job: whose,
            flag: true,
            isOfGraph,
            place,
          });
        }
      }
    },
  };
}
