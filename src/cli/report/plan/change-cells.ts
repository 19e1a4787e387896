import type { Failure } from '../../../model/failure.ts';
import type { Change } from '../../../model/pipeline.ts';
import { type NameOf, withNames } from '../shared/text.ts';
import { type MemberCounts, memberCountsOf, NAMED_MEMBERS, type ReportItem } from './item.ts';
import { shortName } from './item-group.ts';

/** One attribute or membership that a change is about, before and after. */
export interface ChangedValue {
  readonly name: string;
  /** Null: the target has none. */
  readonly before: string | null;
  readonly after: string | null;
  /** The name of the object that a value refers to; null: the value stands for itself. */
  readonly refersTo: string | null;
}

/** An object of a report in words, for forms that have cells. */
export interface ReportCells {
  readonly type: string;
  readonly label: string;
  readonly reason: string;
  readonly values: readonly ChangedValue[];
}

/** Puts an object of a report into cells. */
export function cellsOf(item: ReportItem, nameOf: NameOf): ReportCells {
  if (item.kind === 'change') {
    const { change, failure, memberCounts } = item;
    return {
      type: change.objectType,
      label: change.source.label,
      reason: failure === null ? change.reason : failureText(failure, nameOf),
      values: valuesOf(change, memberCounts, nameOf),
    };
  }
  if (item.planned.kind === 'failure') {
    const { objectType, source, failure } = item.planned.failed;
    return {
      type: objectType,
      label: source.label,
      reason: failureText(failure, nameOf),
      values: [],
    };
  }
  const { matched, detail, reason } = item.planned.skip;
  const { object } = matched.desired.scoped;
  return { type: object.objectType, label: object.label, reason: `${detail} (${reason})`, values: [] };
}

const failureText = ({ code, message }: Failure, nameOf: NameOf): string =>
  `${code}: ${withNames(message, nameOf)}`;

function valuesOf(
  change: Change,
  memberCounts: MemberCounts | undefined,
  nameOf: NameOf,
): readonly ChangedValue[] {
  if (change.kind === 'membership') {
    const counts = memberCountsOf(change, memberCounts);
    return (['added', 'removed'] as const).flatMap((verb) =>
      membersOf(verb, change[verb], counts[verb], nameOf),
    );
  }
  return change.modifiedProperties.map(({ displayName, oldValue, newValue }) => ({
    name: shortName(displayName),
    before: oldValue,
    after: newValue,
    refersTo: change.kind === 'reference' && change.value !== null ? nameOf(change.value) : null,
  }));
}

function membersOf(
  verb: 'added' | 'removed',
  ids: readonly string[],
  count: number,
  nameOf: NameOf,
): readonly ChangedValue[] {
  if (count === 0) return [];
  const more = count - NAMED_MEMBERS;
  const names = ids.slice(0, NAMED_MEMBERS).map(nameOf).join(', ') + (more > 0 ? ` and ${more} more` : '');
  return [
    {
      name: `members ${verb} (${count})`,
      before: verb === 'removed' ? names : null,
      after: verb === 'added' ? names : null,
      refersTo: null,
    },
  ];
}
