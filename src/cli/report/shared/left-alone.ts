import { LEFT_ALONE_CAUSES, type LeftAloneCause } from '../../../app/plan/left-alone.ts';
import type { PlanHead } from '../../../app/plan/output.ts';
import { visible } from '../../../app/rendering.ts';
import type { ReportRow } from '../row.ts';
import { type Colors, elided, NAME_WIDTH } from './text.ts';

/** What a report says of a cause. */
interface CauseWords {
  readonly name: string;
  /** What it means for the object. Absent: the name says it. */
  readonly meaning?: string;
  /** The beginning of the reason that name and meaning say already. Absent: none. */
  readonly said?: string;
}

const WORDS: Readonly<Record<LeftAloneCause, CauseWords>> = {
  notAssigned: { name: 'not assigned', said: 'not assigned to the application' },
  nestedGroup: {
    name: 'in a nested group only',
    meaning: 'what is in a nested group is not assigned',
    said: 'not assigned to the application',
  },
  plainGroup: {
    name: 'in a group that is not security-enabled',
    meaning: 'only security groups assign their members',
  },
  defaultAccess: {
    name: 'Default Access only',
    meaning: 'excludeDefaultAccess leaves them out where the application has roles',
    said: 'assigned with Default Access only, which does not entitle to provisioning here',
  },
  roleWithoutAccess: { name: 'no role for users', meaning: 'the assigned role is disabled or not for users' },
  filter: { name: 'scoping filter not passed', said: 'the scoping filter is not passed' },
  inputFilter: { name: 'input filter not passed', said: 'dropped by the input filter' },
  blocked: {
    name: 'blocked from signing in',
    meaning: 'no account is created',
    said: 'blocked from signing in (accountEnabled is false)',
  },
  deleted: { name: 'deleted in the source', meaning: 'and not in the target' },
  alreadyOff: { name: 'blocked or deleted', meaning: 'the account is disabled already' },
  noMatchingValue: {
    name: 'matching value missing',
    meaning: 'the account cannot be looked for',
    said: 'no matching attribute has a value: the object cannot be matched',
  },
  kept: { name: 'left scope', meaning: 'SkipOutOfScopeDeletions leaves the account alone' },
  switchedOff: { name: 'action switched off in the mapping' },
  ignored: { name: 'ignored by an expression', said: 'the mapping says IgnoreObjectFlow' },
  waiting: { name: 'waiting after a failure' },
  nothingToChange: { name: 'nothing to change', said: 'source and target already agree' },
};

/** What a report calls the objects that are left alone for one cause, and how many there are. */
export function titleOfCause(cause: LeftAloneCause, count: number): string {
  const { name, meaning } = WORDS[cause];
  return `${name} (${count})${meaning === undefined ? '' : `: ${meaning}`}`;
}

/** The reason of an object, without what the title of its cause says. */
export function detailOf({ reason, cause }: ReportRow): string {
  const { said = '' } = cause === null ? {} : WORDS[cause];
  return reason.startsWith(said) ? reason.slice(said.length).replace(/^[:;] /, '') : reason;
}

/** How many objects are left alone, by cause: `3 not assigned · 1 nothing to change`. */
export function spellCauses(counts: Readonly<Partial<Record<LeftAloneCause, number>>>): string {
  return LEFT_ALONE_CAUSES.flatMap((cause) => {
    const count = counts[cause] ?? 0;
    return count === 0 ? [] : [`${count} ${WORDS[cause].name}`];
  }).join(' · ');
}

/** The objects that are left alone for one cause. */
export interface LeftAloneGroup<Shown> {
  readonly cause: LeftAloneCause;
  readonly count: number;
  /** The first ones. */
  readonly shown: readonly Shown[];
}

/** Collects the objects that are left alone by cause; it holds the first ones of each. */
export interface LeftAlone<Shown> {
  note<Row extends ReportRow>(rows: readonly Row[], show: (row: Row) => Shown): void;
  /** The causes that have objects, in the order of a report. */
  groups(): readonly LeftAloneGroup<Shown>[];
}

/** Begins without an object. @param limit objects of a cause that are shown */
export function leftAlone<Shown>(limit: number): LeftAlone<Shown> {
  const found = new Map<LeftAloneCause, { count: number; readonly shown: Shown[] }>();
  return {
    note: (rows, show) => {
      for (const row of rows) {
        if (row.cause === null) continue;
        const of = found.get(row.cause) ?? { count: 0, shown: [] };
        found.set(row.cause, of);
        of.count += 1;
        if (of.shown.length < limit) of.shown.push(show(row));
      }
    },
    groups: () =>
      LEFT_ALONE_CAUSES.flatMap((cause) => {
        const of = found.get(cause);
        return of === undefined ? [] : [{ cause, ...of }];
      }),
  };
}

/** One object that is left alone, as a line of text. */
export function leftAloneLine(row: ReportRow): string {
  const { objectType, source } = row;
  const line = `    ${objectType.padEnd(6)} ${visible(source.label).padEnd(NAME_WIDTH)}  ${visible(elided(detailOf(row)))}`;
  return line.trimEnd();
}

/** What a list does not cover, in words; null: it covers everybody. */
export function uncovered({ start, basis }: Pick<PlanHead, 'start' | 'basis'>): string | null {
  return start.since === null || basis.isPartial
    ? null
    : `Only what changed since watermark ${start.since} was looked at; "entrain plan --full --why" lists everybody.`;
}

/**
 * Who is left alone, and why, in text; empty: nobody.
 * @param head of the plan; null: of some named objects
 */
export function leftAloneLines(
  groups: readonly LeftAloneGroup<string>[],
  head: PlanHead | null,
  colors: Colors,
): readonly string[] {
  const rest = head === null ? null : uncovered(head);
  if (groups.length === 0 && rest === null) return [];
  return [
    colors.bold('Left alone, and why'),
    ...(groups.length === 0 ? ['  nobody'] : []),
    ...groups.flatMap(({ cause, count, shown }) => [
      `  ${titleOfCause(cause, count)}`,
      ...shown,
      ...(count > shown.length
        ? [colors.dim(`    … and ${count - shown.length} more; --json lists all`)]
        : []),
    ]),
    ...(rest === null ? [] : [colors.dim(`  ${rest}`)]),
  ];
}
