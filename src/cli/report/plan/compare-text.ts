import type { ComparedObject, ComparisonEnd, ComparisonHead } from '../../../app/plan/output.ts';
import type { SchemaChange } from '../../../app/plan/schema-changes.ts';
import { visible } from '../../../app/rendering.ts';
import { counted } from '../../../model/named.ts';
import { type RowStatus, shortName } from '../row.ts';
import type { NameOf } from '../shared/names.ts';
import {
  below,
  type Colors,
  colorOf,
  columns,
  elided,
  memberLists,
  quoted,
  SYMBOLS,
  withNames,
} from '../shared/text.ts';

/** One form of a comparison of two schemas. It is given the objects one by one, so that it need not hold them. */
export interface ComparisonView {
  begin(head: ComparisonHead): void;
  /** @param nth the number of the object among those with the same action */
  object(object: ComparedObject, nth: number, nameOf: NameOf): void;
  end(end: ComparisonEnd): void;
}

/** The first line of a comparison. */
export function comparisonTitle({ job, basis, other }: ComparisonHead): string {
  return `Plan for job ${job} · were ${other.file} saved in place of ${basis.schema.file}`;
}

/** A difference between the two schemas in words. */
export function sayChange({ objectType, part, attribute, before, after }: SchemaChange): string {
  const what = `${objectType} ${part}${attribute === null ? '' : ` ${attribute}`}`;
  if (before === null) return `${what} added: ${after}`;
  if (after === null) return `${what} removed: ${before}`;
  return `${what} changed: ${before} → ${after}`;
}

/** What a report calls the object that another schema decides about. */
export function comparedStatus({ after }: Pick<ComparedObject, 'after'>): RowStatus {
  return after.action === 'nothing' ? 'skip' : after.action;
}

/**
 * Why the other schema does what it does; empty: it is a change of a reference or of memberships, and no more is known.
 */
export function reasonThen({ part, after }: Pick<ComparedObject, 'part' | 'after'>): string {
  return after.action === 'update' && part !== 'object' ? '' : after.reason;
}

/** What is done about the object today, and why. */
export function spellToday({ part, before }: Pick<ComparedObject, 'part' | 'before'>): string {
  const { action, reason } = before;
  if (action === 'update' && part !== 'object') return 'today update';
  return `today ${action === 'nothing' ? 'left alone' : action}: ${reason}`;
}

/** The values that another schema changes, with the names of the objects that a reference points at. */
export function namedDifferences(
  { part, differences }: Pick<ComparedObject, 'part' | 'differences'>,
  nameOf: NameOf,
): ComparedObject['differences'] {
  if (part !== 'reference') return differences;
  const named = (value: string | null): string | null => (value === null ? null : withNames(value, nameOf));
  return differences.map((one) => ({ ...one, before: named(one.before), after: named(one.after) }));
}

/** The members that one of the schemas alone adds or removes, one line for each schema; empty: there are none. */
export function memberLines({ members }: Pick<ComparedObject, 'members'>, nameOf: NameOf): readonly string[] {
  if (members === null) return [];
  const sides = [
    ['only today', memberLists(members.onlyBefore, nameOf)],
    ['only then', memberLists(members.onlyAfter, nameOf)],
  ] as const;
  return sides.flatMap(([when, lists]) => (lists === '' ? [] : [`members ${when}  ${lists}`]));
}

/** What the reader should know of a value that the other schema changes; empty: nothing. */
export function remarkOn(
  { before: today }: Pick<ComparedObject, 'before'>,
  { held, before, isWritten }: ComparedObject['differences'][number],
): string {
  if (today.action === 'create') return '';
  if (!isWritten) return 'no longer written: the target keeps what it has';
  return before === held ? '' : `the target holds ${elided(quoted(held))} now`;
}

/** What a comparison came to. */
export function comparisonSummary({ counts }: ComparisonEnd): string {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  if (total === 0) return 'the two schemas plan the same: no object would be affected';
  return `${total} affected: ${counts.create} would be created, ${counts.update} updated, ${counts.disable} disabled, ${counts.delete} deleted, ${counts.fail} failing, ${counts.nothing} left alone instead`;
}

/** What saving the other schema brings besides. */
export const SAVING_RESTARTS =
  'Saving a schema restarts the job: the next cycle is an initial one, over everything.';

/** Attributes of an object that are named. */
const NAMED = 8;

/** The lines of an object that another schema decides differently: what it would do, and what is done now. */
export function comparedLines(object: ComparedObject, nameOf: NameOf, colors: Colors): string {
  const { objectType, label, part, before, after } = object;
  const differences = namedDifferences(object, nameOf);
  const status = comparedStatus(object);
  const head = columns(SYMBOLS[status], status, objectType, label);
  const what = part === 'object' ? '' : `  ${part}`;
  const reason = reasonThen(object);
  // A creation shows no attributes: all of them are new.
  const isNew = after.action === 'create' && before.action !== 'create';
  const more = differences.length - NAMED;
  return [
    `${colorOf(status, colors)(head)}${what}${reason === '' ? '' : `  ${colors.dim(visible(reason))}`}`,
    ...below(
      [
        spellToday(object),
        ...memberLines(object, nameOf),
        ...(isNew ? [] : differences.slice(0, NAMED).map((one) => differenceLine(object, one))),
        ...(!isNew && more > 0 ? [`and ${counted(more, 'more attribute')}; --json has all`] : []),
      ].map(visible),
    ),
  ].join('\n');
}

function differenceLine(object: ComparedObject, difference: ComparedObject['differences'][number]): string {
  const { attribute, before, after } = difference;
  const remark = remarkOn(object, difference);
  const line = `${shortName(attribute).padEnd(16)} ${elided(quoted(before))} → ${elided(quoted(after))}`;
  return remark === '' ? line : `${line} (${remark})`;
}
