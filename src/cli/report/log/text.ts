import { visible } from '../../../app/rendering.ts';
import type { ProvisioningLogEntry } from '../../../model/log.ts';

/** An entry of the provisioning log in one line, for people. */
export function logLine(entry: ProvisioningLogEntry): string {
  const { status, errorInformation } = entry.provisioningStatusInfo;
  const { identityType, displayName } = entry.sourceIdentity;
  const why = errorInformation
    ? `${errorInformation.errorCode}: ${errorInformation.reason}`
    : entry.provisioningSteps.at(-1)?.description;
  const columns = [entry.provisioningAction.padEnd(8), status.padEnd(8), identityType.padEnd(6)];
  return `${entry.activityDateTime}  ${columns.join(' ')} ${visible(displayName).padEnd(28)}  ${visible(why ?? '')}`;
}
