import type { ProvisioningLogEntry, ProvisioningResult } from '../../model/log.ts';
import type { ProvisioningAction } from '../../model/pipeline.ts';

/** Which entries of the provisioning log are wanted: those to which everything that is given applies. */
export interface LogFilter {
  /** An object id, a userPrincipalName or a display name; names in any case. */
  readonly object?: string;
  readonly action?: ProvisioningAction;
  readonly status?: ProvisioningResult;
  /** The id of the cycle. */
  readonly cycle?: string;
  /** ISO 8601; the oldest that is wanted. */
  readonly since?: string;
}

/** Whether an entry is wanted. */
export function isWanted(entry: ProvisioningLogEntry, filter: LogFilter): boolean {
  return (
    (filter.object === undefined || isCalled(entry, filter.object)) &&
    (filter.action === undefined || entry.provisioningAction === filter.action) &&
    (filter.status === undefined || entry.provisioningStatusInfo.status === filter.status) &&
    (filter.cycle === undefined || entry.cycleId === filter.cycle) &&
    (filter.since === undefined || Date.parse(entry.activityDateTime) >= Date.parse(filter.since))
  );
}

/** Whether an entry is about the object that a text names. */
export function isCalled({ sourceIdentity }: ProvisioningLogEntry, name: string): boolean {
  const names = [
    sourceIdentity.id,
    sourceIdentity.displayName,
    sourceIdentity.details.UserPrincipalName ?? '',
  ];
  return names.some((one) => one.toLowerCase() === name.toLowerCase());
}
