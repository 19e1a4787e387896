import type { Connection } from '../../stores/sqlite/directory/database.ts';
import { feedAppender } from '../../stores/sqlite/directory/feed.ts';
import { type Lookup, lookupIn } from '../../stores/sqlite/directory/lookup.ts';
import type { Absorption } from './absorb.ts';
import type { Place, Report } from './issues.ts';
import { follow, followManager, type PendingRow, roleFinder } from './references.ts';

/** Resolves the references set aside, after all files are read, and stores them. */
export function settleReferences(db: Connection, absorption: Absorption, at: number, report: Report): void {
  const lookup = lookupIn(db);
  const settlers = {
    manager: managerSettler(db, lookup, absorption, at, report),
    membership: membershipSettler(lookup, absorption, at, report),
    assignment: assignmentSettler(db, lookup, absorption, at, report),
  };
  for (const row of absorption.pending.rows()) {
    settlers[row.kind](row, { source: row.source, line: row.line, path: row.path });
  }
}

type Settle = (row: PendingRow, place: Place) => void;

function managerSettler(
  db: Connection,
  lookup: Lookup,
  { counts, objects }: Absorption,
  at: number,
  report: Report,
): Settle {
  const append = feedAppender(db);
  return (row, place) => {
    const manager = followManager(lookup, row.target ?? '', place, report);
    if (manager === null || row.ownerRow === null || !objects.setManager(row.ownerRow, manager)) return;
    // The feed has one entry a change: the import has written it already.
    if (row.flag === 1) return;
    append({ kind: 'user', action: 'updated', objectRow: row.ownerRow, detail: 'manager' }, at);
    counts.users.changed += 1;
  };
}

function membershipSettler(
  lookup: Lookup,
  { counts, relations, remembers, seen }: Absorption,
  at: number,
  report: Report,
): Settle {
  return (row, place) => {
    counts.memberships.found += row.flag;
    const group = row.ownerRow ?? followGroup(lookup, row.ownerName ?? '', place, report);
    // A removed member may have left the directory too.
    if (group !== null && row.flag === 0 && lookup.byName(row.target ?? '') === null) return;
    const member = follow(lookup, row.target ?? '', place, report);
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

function followGroup(lookup: Lookup, text: string, place: Place, report: Report): number | null {
  const group = follow(lookup, text, place, report);
  if (group === null || group.type === 'Group') return group?.row ?? null;
  report(place, `${group.label} is a user; expected a group`);
  return null;
}

function assignmentSettler(
  db: Connection,
  lookup: Lookup,
  { counts, relations, remembers, seen }: Absorption,
  at: number,
  report: Report,
): Settle {
  const roleOf = roleFinder(db);
  return (row, place) => {
    counts.assignments.found += 1;
    const principal = follow(lookup, row.ownerName ?? '', place, report);
    const job = row.job ?? '';
    const roleId = roleOf(job, row.target, place, report);
    if (principal === null || roleId === null) return;
    if (remembers) seen.assignment(principal.row, job, roleId);
    if (relations.assign(principal, job, roleId, at)) counts.assignments.added += 1;
  };
}
