import { excerpt } from '../../stores/sqlite/directory/attribute-values.ts';
import type { Connection } from '../../stores/sqlite/directory/database.ts';
import { feedAppender } from '../../stores/sqlite/directory/feed.ts';
import { isSeveral, type Lookup, lookupIn } from '../../stores/sqlite/directory/lookup.ts';
import type { Absorption } from './absorb.ts';
import { inside, type Place, type Report } from './issues.ts';
import {
  type Find,
  finderIn,
  follow,
  followManager,
  type PendingRow,
  problemOfFound,
  roleFinder,
} from './references.ts';

/**
 * Resolves the references set aside, after all files are read, and stores them. One of a page of Graph that leads
 * nowhere is left out with a warning for its file: Graph names objects that no page of users tells yet, or any more.
 */
export function settleReferences(db: Connection, absorption: Absorption, at: number, report: Report): void {
  const lookup = lookupIn(db);
  const find = finderIn(db, lookup);
  const settlers = {
    manager: managerSettler(db, lookup, find, absorption, at, report),
    membership: membershipSettler(find, absorption, at),
    assignment: assignmentSettler(db, find, absorption, at, report),
  };
  const leftOut = new Map<string, { readonly place: Place; readonly first: string; count: number }>();
  const leaveOut: Report = (place, first) => {
    const known = leftOut.get(place.source);
    if (known === undefined) leftOut.set(place.source, { place, first, count: 1 });
    else known.count += 1;
  };
  for (const row of absorption.pending.references())
    settlers[row.kind](row, placeOf(row), row.isOfGraph === 1 ? leaveOut : report);
  for (const { place, first, count } of leftOut.values())
    absorption.warn(
      place,
      `${first}; ${count === 1 ? 'this reference is' : `this and ${count - 1} more references of the file are`} left out: import the pages of these objects too, then this one again`,
    );
}

const placeOf = ({ source, line, path }: PendingRow): Place => ({ source, line, path });

/**
 * Reports the users of the files who have the userPrincipalName of another live user, in any case. Names may move between
 * users within the files, and a mirror may delete who had one: they are compared at the end.
 */
export function reportTakenNames(db: Connection, { pending }: Absorption, report: Report): void {
  const holder = db.prepare(
    `SELECT o.label, h.id, json_extract(d.attributes, '$.displayName') AS displayName
     FROM object o JOIN object h ON h.label = o.label COLLATE NOCASE JOIN document d ON d.row = h.row
     WHERE o.row = ? AND o.deleted_at IS NULL AND h.row <> o.row AND h.type = 'User' AND h.deleted_at IS NULL
     ORDER BY h.id LIMIT 1`,
  );
  for (const row of pending.names()) {
    const taken = holder.get(row.ownerRow) as Holder | undefined;
    if (taken === undefined) continue;
    report(
      inside(placeOf(row), 'userPrincipalName'),
      `${excerpt(taken.label)} is the userPrincipalName of another user too (${nameOf(taken)}), and no two users may have one; correct one of them, or delete the one who left`,
    );
  }
}

/** A user who has a name already; people know nobody by an id. */
interface Holder {
  readonly label: string;
  readonly id: string;
  readonly displayName: string | null;
}

const nameOf = ({ displayName, id }: Holder): string =>
  displayName === null ? id : `${excerpt(displayName)}, ${id}`;

/** @param unresolved receives the references that lead nowhere */
type Settle = (row: PendingRow, place: Place, unresolved: Report) => void;

function managerSettler(
  db: Connection,
  lookup: Lookup,
  find: Find,
  { counts, objects, warn }: Absorption,
  at: number,
  report: Report,
): Settle {
  const append = feedAppender(db);
  const lacking = lackingManagers(warn);
  const managerOf = ({ target, targetBy, ownerRow }: PendingRow, place: Place): string | null | undefined => {
    const text = target ?? '';
    if (targetBy === null) return followManager(lookup, text, place, report) ?? undefined;
    const found = find(text, targetBy);
    const problem = problemOfFound(text, targetBy, found);
    if (problem === null && found !== null && !isSeveral(found) && found.row !== ownerRow) return found.id;
    lacking(place, problem ?? 'a user cannot be the own manager');
    return null;
  };
  return (row, place) => {
    const manager = managerOf(row, place);
    if (manager === undefined || row.ownerRow === null || !objects.setManager(row.ownerRow, manager)) return;
    // The feed has one entry a change: the import has written it already.
    if (row.flag === 1) return;
    append({ kind: 'user', action: 'updated', objectRow: row.ownerRow, detail: 'manager' }, at);
    counts.users.changed += 1;
  };
}

/** Managers by number who are not in the files that are told one by one. */
const LACKING_TOLD = 20;

/** Tells of users who have no manager until theirs is in the directory. */
function lackingManagers(warn: Absorption['warn']): (place: Place, problem: string) => void {
  let count = 0;
  return (place, problem) => {
    count += 1;
    if (count <= LACKING_TOLD) warn(place, `${problem}: the user has no manager until that one is there`);
    else if (count === LACKING_TOLD + 1) warn(place, 'more managers are not in the directory');
  };
}

function membershipSettler(
  find: Find,
  { counts, relations, remembers, seen }: Absorption,
  at: number,
): Settle {
  return (row, place, report) => {
    counts.memberships.found += row.flag;
    const group = row.ownerRow ?? followGroup(find, row, place, report);
    // A removed member may have left the directory too.
    if (group !== null && row.flag === 0 && find(row.target ?? '', row.targetBy) === null) return;
    const member = follow(find, row.target ?? '', row.targetBy, place, report);
    if (group === null || member === null) return;
    if (member.row === group) {
      report(place, `${member.label} cannot be a member of itself`);
    } else if (row.flag === 0) {
      if (relations.removeMember(group, member.row, at)) counts.memberships.removed += 1;
    } else {
      if (remembers) seen.member(group, member.row);
      if (relations.addMember(group, member.row, at)) counts.memberships.added += 1;
    }
  };
}

function followGroup(find: Find, row: PendingRow, place: Place, report: Report): number | null {
  const group = follow(find, row.ownerName ?? '', row.ownerBy, place, report);
  if (group === null || group.type === 'Group') return group?.row ?? null;
  report(place, `${group.label} is a user; expected a group`);
  return null;
}

function assignmentSettler(
  db: Connection,
  find: Find,
  { counts, relations, remembers, seen }: Absorption,
  at: number,
  report: Report,
): Settle {
  const roleOf = roleFinder(db);
  return (row, place, unresolved) => {
    counts.assignments.found += 1;
    const principal = follow(find, row.ownerName ?? '', row.ownerBy, place, unresolved);
    const job = row.job ?? '';
    const roleId = roleOf(job, row.target, place, report);
    if (principal === null || roleId === null) return;
    if (remembers) seen.assignment(principal.row, job, roleId);
    if (relations.assign(principal, job, roleId, at)) counts.assignments.added += 1;
  };
}
