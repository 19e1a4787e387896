import type { Json, JsonObject } from '../../model/json.ts';
import type { ProvisionedIdentity, ProvisioningLogEntry, ProvisioningSystem } from '../../model/log.ts';

/** The key that clients see in front of the answer; it names a type of the service. */
export const ANSWER_KEY = 'Microsoft.Identity.Health.CPP.Common.DataContracts.SyncFabric.StatusInfo';

/** Graph's pair of texts: the value is JSON, an array with one element for each log entry. */
export interface OnDemandAnswer {
  readonly key: string;
  readonly value: string;
}

/**
 * Answers as Graph does to provisionOnDemand. Of the two known forms of the answer it is the one that clients observe.
 * @param entries what was written into the provisioning log
 * @see Graph synchronizationJob: provisionOnDemand, stringKeyStringValuePair
 */
export function answerOnDemand(entries: readonly ProvisioningLogEntry[]): OnDemandAnswer {
  return {
    key: ANSWER_KEY,
    value: JSON.stringify(entries.map(summaryOf)),
  };
}

/** The names and the capitals differ from those of the provisioning log, and each step has a time of its own. */
function summaryOf(entry: ProvisioningLogEntry): JsonObject {
  const { activityDateTime: startTime, durationInMilliseconds, provisioningStatusInfo } = entry;
  const endTime = new Date(Date.parse(startTime) + durationInMilliseconds).toISOString();
  const { status, errorInformation } = provisioningStatusInfo;
  return {
    provisioningSteps: entry.provisioningSteps.map((step) => ({
      name: step.name,
      type: capitalized(step.provisioningStepType),
      status: capitalized(step.status),
      description: step.description,
      timestamp: step.provisioningStepType === 'export' ? endTime : startTime,
      details: step.details,
    })),
    modifiedProperties: entry.modifiedProperties as unknown as Json,
    action: capitalized(entry.provisioningAction),
    changeId: entry.changeId,
    startTime,
    endTime,
    reportableIdentifier: reportableIdentifierOf(entry),
    statusInfo: {
      status: capitalized(status),
      errorCode: errorInformation?.errorCode ?? null,
      reason: errorInformation?.reason ?? null,
      additionalDetails: errorInformation?.additionalDetails ?? null,
      errorCategory: errorInformation === null ? null : capitalized(errorInformation.errorCategory),
      recommendedAction: errorInformation?.recommendedAction ?? null,
    },
    sourceIdentity: identityOf(entry.sourceIdentity),
    targetIdentity: identityOf(entry.targetIdentity),
    sourceSystem: systemOf(entry.sourceSystem),
    targetSystem: systemOf(entry.targetSystem),
  };
}

/** What the object is known by: as the last of its steps reports it. */
const reportableIdentifierOf = ({ provisioningSteps, sourceIdentity }: ProvisioningLogEntry): string =>
  provisioningSteps.at(-1)?.details.ReportableIdentifier ?? sourceIdentity.displayName;

const identityOf = ({ id, identityType, displayName, details }: ProvisionedIdentity): JsonObject => ({
  id,
  type: identityType,
  displayName,
  details,
});

const systemOf = ({ id, displayName, details }: ProvisioningSystem): JsonObject => ({
  id,
  name: displayName,
  details,
});

const capitalized = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
