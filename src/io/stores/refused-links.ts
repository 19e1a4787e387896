import type { Failure } from '../../model/failure.ts';
import type { SourceId } from '../../model/identifiers.ts';
import type { Link } from '../../model/pipeline.ts';
import type { StateChange } from '../../model/state.ts';

/** The links that a transaction did not store, each with the source object that holds the target object. */
export type RefusedLinks = Map<SourceId, { readonly link: Link; readonly holder: SourceId }>;

/**
 * What of a change is applied once links were refused because their target object is linked to another source object.
 * Of an object whose link was refused, the log entry becomes a failure with an escrow, and its intent stays pending, so
 * that the next cycle asks the target. Cycles find this out before; here it keeps the rest of their transaction.
 */
export function afterRefusals(change: StateChange, refused: RefusedLinks): readonly StateChange[] {
  if (refused.size === 0) return [change];
  switch (change.kind) {
    case 'targetState':
    case 'escrowCleared':
      return refused.has(change.sourceId) ? [] : [change];
    case 'members':
    case 'membersComplete':
    case 'membersDoubted':
    case 'memberIntent':
    case 'memberIntentSettled':
      return refused.has(change.group) ? [] : [change];
    case 'log': {
      const entry = refused.get(change.entry.sourceIdentity.id as SourceId);
      return entry === undefined ? [change] : failed(change, entry.link, entry.holder);
    }
    default:
      return [change];
  }
}

function failed(
  { entry }: StateChange & { kind: 'log' },
  link: Link,
  holder: SourceId,
): readonly StateChange[] {
  const failure: Failure = {
    code: 'DuplicateTargetEntries',
    message: `the target object ${link.targetId} is linked to another source object (${holder}), and belongs to one only; correct the matching values, or the ids that the target answers with`,
    status: null,
  };
  return [
    {
      kind: 'escrow',
      escrow: {
        sourceId: link.sourceId,
        objectType: link.objectType,
        label: entry.sourceIdentity.displayName,
        isReference: false,
        failure,
        firstFailedAt: entry.activityDateTime,
        lastFailedAt: entry.activityDateTime,
        attemptCount: 1,
      },
    },
    {
      kind: 'log',
      entry: {
        ...entry,
        provisioningStatusInfo: {
          status: 'failure',
          errorInformation: {
            errorCode: failure.code,
            reason: failure.message,
            additionalDetails: null,
            errorCategory: 'nonServiceFailure',
            recommendedAction: null,
          },
        },
      },
    },
  ];
}
