import type { Failure } from '../model/failure.ts';
import type { SourceId } from '../model/identifiers.ts';
import type { Change, MembershipChange, PlannedFailure, ReferenceChange } from '../model/pipeline.ts';
import type { Escrow, FailedAttempt, StateChange } from '../model/state.ts';
import { type RecordContext, recordedType } from './context.ts';
import { isWaiting } from './escrow.ts';
import { attemptsWith, attemptsWithout } from './failed-attempts.ts';
import { failureKey, isReference, writeKey } from './failure-key.ts';

/** The escrow of an object after a change of it failed. */
export function escrowOfChange(change: Change, failure: Failure, context: RecordContext): Escrow {
  return escrowOf(
    {
      ...change,
      failure,
      isReference: isReference(change),
      key: writeKey(change, context.keys),
      isLast: isWhole(change, context) || isLastPart(change),
    },
    context,
  );
}

/** The escrow of an object that failed before anything was sent. */
export function escrowOfFailure(failed: PlannedFailure, context: RecordContext): Escrow {
  return escrowOf(
    { ...failed, key: failureKey(failed.failure, context.keys), isLast: !failed.isReference },
    context,
  );
}

interface Failed {
  readonly source: Change['source'];
  readonly objectType: Change['objectType'];
  readonly failure: Failure;
  readonly isReference: boolean;
  /** What failed, as an escrow keeps it. */
  readonly key: string;
  /** Nothing more of its kind is written of the object in this cycle. */
  readonly isLast: boolean;
}

function escrowOf(
  { source, objectType, failure, isReference: ofReference, key, isLast }: Failed,
  context: RecordContext,
): Escrow {
  const { cycleId } = context;
  const now = context.world.now();
  const before = escrowBefore(source.id, ofReference, context);
  const isCounted = before !== undefined && before.cycleId === cycleId;
  const failed = { key, code: failure.code, cycleId, now };
  return {
    sourceId: source.id,
    objectType,
    label: source.label,
    isReference: ofReference,
    failure: { code: failure.code, message: failure.message, status: failure.status },
    firstFailedAt: before?.firstFailedAt ?? now,
    lastFailedAt: now,
    attemptCount: (before?.attemptCount ?? 0) + (isCounted ? 0 : 1),
    cycleId,
    attempts: attemptsWith(failed, before, obsoleteIn(context, before, isLast)),
  };
}

/** The escrow once a part of what it is of was written: the rest of it still waits. */
export function withoutFailure(
  change: ReferenceChange | MembershipChange,
  context: RecordContext,
): readonly StateChange[] {
  const sourceId = change.source.id;
  const before = escrowBefore(sourceId, true, context);
  const cleared: StateChange = { kind: 'escrowCleared', sourceId, isReference: true };
  // An older state keeps the last failure alone.
  if (before?.attempts === undefined) return change.kind === 'reference' ? [cleared] : [];
  const isLast = isLastPart(change);
  const key = writeKey(change, context.keys);
  const attempts = attemptsWithout(key, before, context.cycleId, obsoleteIn(context, before, isLast));
  return attempts.length === 0 ? [cleared] : [{ kind: 'escrow', escrow: { ...before, attempts } }];
}

/** Whether a change is all that is written of its kind: not a part of a group's members, nor one reference of several. */
export function isWhole(change: Change, { job }: RecordContext): boolean {
  return change.kind === 'reference'
    ? (recordedType(job, change.objectType)?.mappings.references.length ?? 0) <= 1
    : change.kind !== 'membership';
}

const isLastPart = (change: Change): boolean => change.kind === 'membership' && !change.isFollowed;

const escrowBefore = (id: SourceId, ofReference: boolean, { known }: RecordContext): Escrow | undefined =>
  known.escrows.get(id)?.find((escrow) => escrow.isReference === ofReference);

/** What was due in this cycle and failed earlier: once all is written that is to be written, it is written no more. */
const obsoleteIn =
  ({ job, start }: RecordContext, before: Escrow | undefined, isLast: boolean) =>
  (attempt: FailedAttempt): boolean =>
    isLast &&
    before !== undefined &&
    !isWaiting({ ...before, attempts: [attempt] }, job.settings.safety.retry, {
      ...start,
      retriesAll: false,
    });
