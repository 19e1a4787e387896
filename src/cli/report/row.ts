import { causeOf, type LeftAloneCause } from '../../app/plan/left-alone.ts';
import { sayDoubled, sayUntaken } from '../../app/rendering.ts';
import { NAMED_MEMBERS } from '../../app/session/names.ts';
import type { NamedSource, ObjectType } from '../../model/directory.ts';
import { type Failure, type SkipReason, waitsForAnother } from '../../model/failure.ts';
import type { SourceId, TargetId } from '../../model/identifiers.ts';
import {
  type Change,
  isChange,
  type MembershipChange,
  type ModifiedProperty,
  type Outcome,
  type Planned,
  type ProvisioningAction,
} from '../../model/pipeline.ts';
import type { VerifiedWrite } from '../../model/verification.ts';

/**
 * What reports group, filter and colour by: the action; `fail`: it fails or failed; `wait`: it waits for another object
 * until the next cycle; `skip`: the object is left alone.
 */
export type RowStatus = ProvisioningAction | 'fail' | 'wait' | 'skip';

/** All values of {@link RowStatus} in the order of a report. */
export const ROW_STATUSES: readonly RowStatus[] = [
  'create',
  'update',
  'disable',
  'delete',
  'stagedDelete',
  'other',
  'fail',
  'wait',
  'skip',
];

/** Members that a change adds or removes. */
export interface RowMembers {
  /** The first ones, {@link NAMED_MEMBERS} at most. */
  readonly ids: readonly SourceId[];
  /** The number of all of them. */
  readonly count: number;
}

/**
 * One row of a report: what a plan says about one object, or what a run did about it. It is plain JSON. Text, Markdown,
 * HTML and JSON of plans, runs, provision on demand and simulations show rows and nothing else.
 */
export interface ReportRow {
  /** The kind of the change; `skip`: no change is needed; `failure`: it failed before a request was sent. */
  readonly kind: Change['kind'] | 'skip' | 'failure';
  readonly status: RowStatus;
  /** The action, also where it failed; of a skipped object the action that was considered. */
  readonly action: ProvisioningAction;
  readonly objectType: ObjectType;
  readonly source: NamedSource;
  /** Null: the target id is not known, or the change is of a reference or a membership. */
  readonly targetId: TargetId | null;
  /** Why, in words; of a `failure` its message. */
  readonly reason: string;
  /** Null: the object is not skipped. */
  readonly skipReason: SkipReason | null;
  /** What its reason comes to, for grouping; null: the object is not skipped. */
  readonly cause: LeftAloneCause | null;
  /** Null: it did not fail, as far as is known. */
  readonly failure: Failure | null;
  /** Empty: nothing is written. A membership change has one entry for each member. */
  readonly modifiedProperties: readonly ModifiedProperty[];
  /** The object that a reference will point at; null: none, or the change is not of a reference. */
  readonly refersTo: SourceId | null;
  /** Null: the change is not of a membership. */
  readonly members: Readonly<Record<'added' | 'removed', RowMembers>> | null;
  /** What a successful write did not achieve, or what could not be verified, one sentence each. */
  readonly warnings: readonly string[];
}

/**
 * The row of a planned object.
 * @param outcome what the target answered to its change; null: the change was not sent
 */
export function rowOf(planned: Planned, outcome: Outcome | null = null): ReportRow {
  if (isChange(planned)) return rowOfChange(outcome?.change ?? planned, outcome);
  const { action, objectType, source } = planned;
  if (planned.kind === 'stage') return { ...rowOfChange(planned.staged, null), status: action, action };
  const subject = { ...UNCHANGED, action, objectType, source };
  if (planned.kind === 'skip')
    return {
      ...subject,
      kind: 'skip',
      status: 'skip',
      reason: planned.reason,
      skipReason: planned.code,
      cause: causeOf(planned),
    };
  const { failure } = planned;
  return {
    ...subject,
    kind: 'failure',
    status: waitsForAnother(failure) ? 'wait' : 'fail',
    reason: failure.message,
    failure,
  };
}

/** The rows of a page of a run: skipped and failed objects as planned, then the outcomes of the changes. */
export function rowsOfPage(planned: readonly Planned[], outcomes: readonly Outcome[]): readonly ReportRow[] {
  return [
    ...planned.filter(({ kind }) => kind === 'skip' || kind === 'failure').map((one) => rowOf(one)),
    ...outcomes.map((outcome) => rowOfChange(outcome.change, outcome)),
  ];
}

const UNCHANGED = {
  targetId: null,
  skipReason: null,
  cause: null,
  failure: null,
  modifiedProperties: [],
  refersTo: null,
  members: null,
  warnings: [],
} as const;

function rowOfChange(change: Change, outcome: Outcome | null): ReportRow {
  const { kind, action, objectType, source, reason, modifiedProperties } = change;
  const failure = outcome?.result === 'failure' ? outcome.failure : null;
  return {
    kind,
    status: failure === null ? action : 'fail',
    action,
    objectType,
    source,
    targetId: 'targetId' in change ? change.targetId : null,
    reason,
    skipReason: null,
    cause: null,
    failure,
    modifiedProperties,
    refersTo: kind === 'reference' ? change.value : null,
    members: kind === 'membership' ? membersOf(change) : null,
    warnings: outcome === null ? [] : warningsOf(outcome),
  };
}

const membersOf = ({ added, removed }: MembershipChange): NonNullable<ReportRow['members']> => ({
  added: { ids: added.slice(0, NAMED_MEMBERS), count: added.length },
  removed: { ids: removed.slice(0, NAMED_MEMBERS), count: removed.length },
});

const warningsOf = ({ untaken = [], unverified, doubled }: VerifiedWrite): readonly string[] => [
  ...untaken.map((value) => sayUntaken(value, shortName(value.attribute))),
  ...(doubled === undefined ? [] : [sayDoubled(doubled)]),
  ...(unverified === undefined ? [] : [`not verified: ${unverified}`]),
];

/** The attribute of a schema extension without the URN of the extension. */
export function shortName(path: string): string {
  return path.toLowerCase().startsWith('urn:') ? path.slice(path.lastIndexOf(':') + 1) : path;
}

/**
 * Two consecutive parts of one group's membership change as one row, which names no more members than a report does.
 * @returns null where the rows are of different groups, or one of them failed or has warnings
 */
export function joinParts(first: ReportRow, next: ReportRow): ReportRow | null {
  const [before, after] = [first.members, next.members];
  if (before === null || after === null || first.source.id !== next.source.id) return null;
  if ([first, next].some(({ failure, warnings }) => failure !== null || warnings.length > 0)) return null;
  const join = (verb: 'added' | 'removed'): RowMembers => ({
    ids: [...before[verb].ids, ...after[verb].ids].slice(0, NAMED_MEMBERS),
    count: before[verb].count + after[verb].count,
  });
  return { ...first, members: { added: join('added'), removed: join('removed') } };
}
