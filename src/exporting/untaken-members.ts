import { attributePath, type TargetId } from '../model/identifiers.ts';
import { isJsonObject, type Json, type JsonObject } from '../model/json.ts';
import type { MembershipChange } from '../model/pipeline.ts';
import type { DoubledMembers, UntakenValue } from '../model/verification.ts';
import { memberOf, parsePath } from '../scim/path.ts';
import { readPath } from '../scim/read.ts';

/** How many members a warning names before it only counts. */
const NAMED = 3;

/** The members of a group as the target shows them. */
export interface ShownMembers {
  readonly held: ReadonlySet<string>;
  /** Those that are shown more than once. */
  readonly doubled: ReadonlySet<string>;
}

/** A group without members. */
export const NO_MEMBERS: ShownMembers = { held: new Set(), doubled: new Set() };

/**
 * The members that a resource shows. An entry is the id itself, or has it as `value`, or at the end of `$ref`.
 * @returns `absent` where the attribute is left out or null, `unreadable` where entries have no id
 * @see RFC 7643 §2.4 and §2.5
 */
export function shownMembers(
  group: JsonObject,
  { targetAttributeName }: MembershipChange['mapping'],
): ShownMembers | 'absent' | 'unreadable' {
  const found = readPath(group, parsePath(targetAttributeName)) ?? null;
  if (found === null) return 'absent';
  if (!Array.isArray(found)) return 'unreadable';
  const held = new Set<string>();
  const doubled = new Set<string>();
  for (const entry of found as readonly Json[]) {
    const id = idOf(entry);
    if (id === null) return 'unreadable';
    if (held.has(id)) doubled.add(id);
    else held.add(id);
  }
  return { held, doubled };
}

function idOf(member: Json): string | null {
  const id = isJsonObject(member) ? (memberOf(member, 'value') ?? endOf(memberOf(member, '$ref'))) : member;
  const text = typeof id === 'number' ? String(id) : id;
  return typeof text === 'string' && text !== '' ? text : null;
}

function endOf(reference: Json | undefined): string | null {
  if (typeof reference !== 'string') return null;
  const end = reference.slice(reference.lastIndexOf('/') + 1);
  try {
    return decodeURIComponent(end);
  } catch {
    return end;
  }
}

/** A change of members with the target ids of whom it is about, and what the target should hold besides. */
export interface WrittenMembers {
  readonly attribute: string;
  readonly added: readonly TargetId[];
  readonly removed: readonly TargetId[];
  /** The members that were written before the change; read only where they are compared. */
  readonly before: Iterable<TargetId>;
}

/**
 * What the target shows otherwise than it was written: members who were not added, who were not removed, and who are gone
 * although nobody removed them.
 * @param isAll the target shows all members, so that those written before are compared too
 * @param nameOf what people call a member
 */
export function untakenMembers(
  { attribute: path, added, removed, before }: WrittenMembers,
  { held }: ShownMembers,
  isAll: boolean,
  nameOf: (id: TargetId) => string,
): readonly UntakenValue[] {
  const attribute = attributePath(path);
  const gone = new Set(removed);
  const wanted = new Set(added.filter((id) => !gone.has(id)));
  const notAdded = countNames();
  const notRemoved = countNames();
  const dropped = countNames();
  for (const id of wanted) if (!held.has(id)) notAdded.add(id);
  for (const id of gone) if (held.has(id)) notRemoved.add(id);
  if (isAll) for (const id of before) if (!held.has(id) && !gone.has(id) && !wanted.has(id)) dropped.add(id);
  const isEmptied = held.size === 0 && removed.length > 0;
  const one = (kind: UntakenValue['kind'], names: string | null, isHeld = false) =>
    names === null ? [] : [{ attribute, kind, sent: isHeld ? null : names, found: isHeld ? names : null }];
  return [
    ...one('notAdded', notAdded.spell(nameOf)),
    ...one(isEmptied ? 'emptied' : 'dropped', dropped.spell(nameOf)),
    ...one('notRemoved', notRemoved.spell(nameOf), true),
  ];
}

/** The members that are shown more than once, by their names; undefined: nobody is. */
export function doubledMembers(
  { doubled }: ShownMembers,
  nameOf: (id: TargetId) => string,
): DoubledMembers | undefined {
  if (doubled.size === 0) return undefined;
  const names = [...doubled].slice(0, NAMED).map((id) => nameOf(id as TargetId));
  return { count: doubled.size, names };
}

/** Counts members and keeps the first of them, however many there are. */
function countNames() {
  const first: TargetId[] = [];
  let count = 0;
  return {
    add: (id: TargetId): void => {
      count += 1;
      if (first.length < NAMED) first.push(id);
    },
    /** Null: nobody. */
    spell: (nameOf: (id: TargetId) => string): string | null => {
      if (count === 0) return null;
      const rest = count > first.length ? ` and ${count - first.length} more` : '';
      return `${first.map(nameOf).join(', ')}${rest}`;
    },
  };
}
