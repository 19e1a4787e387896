import { attributePath, type TargetId } from '../model/identifiers.ts';
import type { DoubledMembers, VerifiedWrite } from '../model/verification.ts';
import type { ShownMembers } from '../scim/read.ts';

/** How many members a warning names before it only counts. */
const NAMED = 3;

/** A change of members with the target ids that it concerns, and what the target should hold besides. */
export interface WrittenMembers {
  readonly attribute: string;
  readonly added: readonly TargetId[];
  readonly removed: readonly TargetId[];
  /** The members that were written before the change, in pages; read only where they are compared. */
  readonly before: AsyncIterable<readonly TargetId[]>;
}

/** Display names of linked target objects; one that is not linked is left out. */
export type NamesOf = (targets: readonly TargetId[]) => Promise<ReadonlyMap<TargetId, string>>;

/**
 * What the target shows otherwise than it was written: members who were not added, who were not removed, and who are gone
 * although nothing removed them.
 * @param isAll the target shows all members, so that those written before are compared too
 */
export async function untakenMembers(
  { attribute: path, added, removed, before }: WrittenMembers,
  { held }: ShownMembers,
  isAll: boolean,
  namesOf: NamesOf,
): Promise<Pick<VerifiedWrite, 'untaken' | 'showsEarlier'>> {
  const attribute = attributePath(path);
  const gone = new Set(removed);
  const wanted = new Set(added.filter((id) => !gone.has(id)));
  const notAdded = countMembers();
  const notRemoved = countMembers();
  const dropped = countMembers();
  let showsEarlier = false;
  for (const id of wanted) if (!held.has(id)) notAdded.add(id);
  for (const id of gone) if (held.has(id)) notRemoved.add(id);
  if (isAll)
    for await (const page of before)
      for (const id of page)
        if (held.has(id)) showsEarlier = true;
        else if (!gone.has(id) && !wanted.has(id)) dropped.add(id);
  const isEmptied = held.size === 0 && removed.length > 0;
  const counted = [
    { kind: 'notAdded', ...notAdded.found(), isHeld: false },
    { kind: isEmptied ? 'emptied' : 'dropped', ...dropped.found(), isHeld: false },
    { kind: 'notRemoved', ...notRemoved.found(), isHeld: true },
  ] as const;
  const found = counted.filter(({ count }) => count > 0);
  const names = found.length === 0 ? new Map() : await namesOf(found.flatMap(({ first }) => first));
  const untaken = found.map(({ kind, count, first, isHeld }) => {
    const rest = count > first.length ? ` and ${count - first.length} more` : '';
    const text = `${first.map((id) => names.get(id) ?? id).join(', ')}${rest}`;
    return { attribute, kind, sent: isHeld ? null : text, found: isHeld ? text : null };
  });
  return untaken.length > 0 && showsEarlier ? { untaken, showsEarlier } : { untaken };
}

/** The members that are shown more than once, by their names; undefined: there are none. */
export async function doubledMembers(
  { doubled }: ShownMembers,
  namesOf: NamesOf,
): Promise<DoubledMembers | undefined> {
  if (doubled.size === 0) return undefined;
  const first = [...doubled].slice(0, NAMED) as TargetId[];
  const names = await namesOf(first);
  return { count: doubled.size, names: first.map((id) => names.get(id) ?? id) };
}

/** Counts members and keeps the first of them, however many there are. */
function countMembers() {
  const first: TargetId[] = [];
  let count = 0;
  return {
    add: (id: TargetId): void => {
      count += 1;
      if (first.length < NAMED) first.push(id);
    },
    found: (): { readonly count: number; readonly first: readonly TargetId[] } => ({ count, first }),
  };
}
