import { type ReportRow, type RowMembers, shortName } from '../row.ts';
import type { NameOf } from '../shared/names.ts';
import { spellFailure, withNames } from '../shared/text.ts';

/** One attribute or membership of a row, before and after. */
export interface ChangedValue {
  readonly name: string;
  /** Null: the target has none. */
  readonly before: string | null;
  readonly after: string | null;
  /** The name of the object that the new value refers to; null: the value is shown itself. */
  readonly refersTo: string | null;
}

/** The values of a row, for views with cells. */
export function valuesOf(
  { members, modifiedProperties, refersTo }: ReportRow,
  nameOf: NameOf,
): readonly ChangedValue[] {
  if (members === null)
    return modifiedProperties.map(({ displayName, oldValue, newValue, isAddition }) => ({
      name: `${shortName(displayName)}${isAddition ? ' added' : ''}`,
      before: oldValue,
      after: newValue,
      refersTo: refersTo === null ? null : nameOf(refersTo),
    }));
  return (['added', 'removed'] as const).flatMap((verb) => {
    const { count } = members[verb];
    const names = namesOfMembers(members[verb], nameOf);
    if (names === null) return [];
    const [before, after] = verb === 'added' ? [null, names] : [names, null];
    return [{ name: `members ${verb} (${count})`, before, after, refersTo: null }];
  });
}

/** The names of members, and how many more there are; null: there are none. */
export function namesOfMembers({ ids, count }: RowMembers, nameOf: NameOf): string | null {
  if (count === 0) return null;
  const more = count - ids.length;
  return ids.map(nameOf).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

/** The reason of a row, for views with cells: of a failure its code and message, of a skipped object also its code. */
export function reasonOf({ reason, skipReason, failure }: ReportRow, nameOf: NameOf): string {
  if (failure !== null) return withNames(spellFailure(failure), nameOf);
  return skipReason === null ? reason : `${reason} (${skipReason})`;
}
