import type { Instant } from './identifiers.ts';
import type { ModifiedProperty, ProvisioningAction } from './pipeline.ts';

/** @see Graph provisioningResult */
export type ProvisioningResult = 'success' | 'failure' | 'skipped' | 'warning';

/** @see Graph provisioningStepType */
export type ProvisioningStepType =
  | 'import'
  | 'scoping'
  | 'matching'
  | 'processing'
  | 'referenceResolution'
  | 'export';

/** One step of an object through a cycle. @see Graph provisioningStep */
export interface ProvisioningStep {
  readonly name: string;
  readonly provisioningStepType: ProvisioningStepType;
  readonly status: ProvisioningResult;
  readonly description: string;
  /** Values are text; objects are JSON text. */
  readonly details: Readonly<Record<string, string>>;
}

/** @see Graph provisioningErrorInfo */
export interface ErrorInformation {
  readonly errorCode: string;
  readonly reason: string;
  readonly errorCategory: 'failure' | 'nonServiceFailure' | 'success';
  readonly additionalDetails: string | null;
  readonly recommendedAction: string | null;
}

/** What a failure is about, in words: fact, limit and way out, and when it is tried again. */
export function explanationOf({ reason, additionalDetails }: ErrorInformation): string {
  if (additionalDetails === null) return reason;
  // Of an answer the reason is the service's own text.
  return reason.startsWith('StatusCode: ') ? additionalDetails : `${reason}. ${additionalDetails}`;
}

/** @see Graph provisionedIdentity */
export interface ProvisionedIdentity {
  /** Empty until created. */
  readonly id: string;
  readonly displayName: string;
  readonly identityType: string;
  readonly details: Readonly<Record<string, string>>;
}

/** @see Graph provisioningSystem */
export interface ProvisioningSystem {
  readonly id: string;
  readonly displayName: string;
  readonly details: Readonly<Record<string, string>>;
}

/** The record of one object in one cycle. @see Graph provisioningObjectSummary */
export interface ProvisioningLogEntry {
  readonly id: string;
  /** Whole seconds. */
  readonly activityDateTime: Instant;
  readonly tenantId: string;
  readonly jobId: string;
  readonly cycleId: string;
  readonly changeId: string;
  readonly provisioningAction: ProvisioningAction;
  readonly durationInMilliseconds: number;
  readonly provisioningStatusInfo: {
    readonly status: ProvisioningResult;
    readonly errorInformation: ErrorInformation | null;
  };
  readonly provisioningSteps: readonly ProvisioningStep[];
  readonly modifiedProperties: readonly ModifiedProperty[];
  readonly servicePrincipal: {
    readonly id: string;
    readonly displayName: string;
  };
  readonly sourceSystem: ProvisioningSystem;
  readonly targetSystem: ProvisioningSystem;
  readonly initiatedBy: {
    readonly id: string;
    readonly displayName: string;
    readonly initiatorType: 'user' | 'application' | 'system';
  };
  readonly sourceIdentity: ProvisionedIdentity;
  readonly targetIdentity: ProvisionedIdentity;
}

/** Whether an entry is about members of a group: the values of its properties are then members. */
export function concernsMembers({
  sourceIdentity,
  provisioningSteps,
}: Pick<ProvisioningLogEntry, 'sourceIdentity' | 'provisioningSteps'>): boolean {
  return (
    sourceIdentity.details.odatatype === 'Group' &&
    provisioningSteps.some(({ provisioningStepType }) => provisioningStepType === 'referenceResolution')
  );
}
