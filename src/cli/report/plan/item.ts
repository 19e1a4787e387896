import type { Failure } from '../../../model/failure.ts';
import type { Change, MembershipChange, Outcome, Planned } from '../../../model/pipeline.ts';
import type { VerifiedWrite } from '../../../model/verification.ts';

/** How many members a change adds to a group and removes from it. */
export interface MemberCounts {
  readonly added: number;
  readonly removed: number;
}

/** One line of a report, of a plan and of a run alike: what is or was done about an object. */
export type ReportItem =
  | {
      readonly kind: 'change';
      readonly change: Change;
      readonly failure: Failure | null;
      /** What a write came to, as far as it succeeded; absent: it is not known yet. */
      readonly verified?: VerifiedWrite;
      /** How many members several parts of a membership change come to, where they are told as one. */
      readonly memberCounts?: MemberCounts;
    }
  | { readonly kind: 'other'; readonly planned: Exclude<Planned, { kind: 'change' }> };

/** A planned object as an item of a report. */
export const itemOfPlanned = (planned: Planned): ReportItem =>
  planned.kind === 'change'
    ? { kind: 'change', change: planned.change, failure: null }
    : { kind: 'other', planned };

/** What came of a change as an item of a report. */
export const itemOfOutcome = (outcome: Outcome): ReportItem => ({
  kind: 'change',
  change: outcome.change,
  failure: outcome.result === 'failure' ? outcome.failure : null,
  verified: verifiedOf(outcome),
});

/** Without the exchanges, which are large. */
const verifiedOf = ({ untaken = [], unverified, doubled }: VerifiedWrite): VerifiedWrite => ({
  untaken,
  ...(unverified === undefined ? {} : { unverified }),
  ...(doubled === undefined ? {} : { doubled }),
});

/** Whether a write with success did not take in full, or whether that is not known. */
export function isDoubtful(item: ReportItem): boolean {
  if (item.kind === 'other') return false;
  const { untaken = [], unverified, doubled } = item.verified ?? {};
  return untaken.length > 0 || unverified !== undefined || doubled !== undefined;
}

/** Members that a report names of one change, at most. */
export const NAMED_MEMBERS = 20;

/** How many members a membership change, or all parts of it that are told as one, adds and removes. */
export const memberCountsOf = ({ added, removed }: MembershipChange, counts?: MemberCounts): MemberCounts =>
  counts ?? { added: added.length, removed: removed.length };

/**
 * Two parts of what changes about the members of a group as one item, which holds no more members than a report names;
 * null where they are of different groups, or something is to be told of one of them.
 */
export function joinParts(first: ReportItem, next: ReportItem): ReportItem | null {
  const [before, after] = [soundMembership(first), soundMembership(next)];
  if (before === null || after === null || before.change.source.id !== after.change.source.id) return null;
  const join = (kind: keyof MemberCounts) => ({
    ids: [...before.change[kind], ...after.change[kind]].slice(0, NAMED_MEMBERS),
    count: before.counts[kind] + after.counts[kind],
  });
  const [added, removed] = [join('added'), join('removed')];
  return {
    kind: 'change',
    change: { ...before.change, added: added.ids, removed: removed.ids },
    failure: null,
    memberCounts: { added: added.count, removed: removed.count },
  };
}

/** A change of members of which there is nothing else to tell; else null. */
function soundMembership(
  item: ReportItem,
): { readonly change: MembershipChange; readonly counts: MemberCounts } | null {
  if (item.kind === 'other' || item.change.kind !== 'membership' || item.failure !== null) return null;
  const { change, memberCounts } = item;
  return isDoubtful(item) ? null : { change, counts: memberCountsOf(change, memberCounts) };
}
