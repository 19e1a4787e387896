import type { Failure } from '../../../../model/failure.ts';
import type { SourceId } from '../../../../model/identifiers.ts';
import type { Link } from '../../../../model/pipeline.ts';
import type { Recording } from '../../../../model/ports.ts';

/**
 * What is recorded of an object in place of a link to a target object that belongs to another source object: a failure.
 * A doubt whether it is in the target stays, so that the next cycle asks. Cycles find this out before; here it keeps the
 * rest of their transaction.
 * @param holder the source object that is linked to the target object
 */
export function withoutLink(recording: Recording, link: Link, holder: SourceId): Recording {
  const { log } = recording;
  const refused = {
    ...recording,
    link: null,
    state: null,
    memberships: null,
    doubt: null,
    clearEscrow: null,
  };
  if (log === null) return refused;
  const failure: Failure = {
    code: 'DuplicateTargetEntries',
    message: `the target object ${link.targetId} is linked to another source object (${holder}), and belongs to one only; correct the matching values, or the ids that the target answers with`,
    status: null,
  };
  return {
    ...refused,
    escrow: {
      sourceId: link.sourceId,
      objectType: link.objectType,
      label: log.sourceIdentity.displayName,
      isReference: false,
      failure,
      firstFailedAt: log.activityDateTime,
      lastFailedAt: log.activityDateTime,
      attemptCount: 1,
    },
    log: {
      ...log,
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
  };
}
