import { type Failure, recommendedAction, type Step } from '../model/failure.ts';
import type { Instant } from '../model/identifiers.ts';
import type {
  ErrorInformation,
  ProvisioningLogEntry,
  ProvisioningResult,
  ProvisioningStep,
} from '../model/log.ts';
import {
  type Change,
  type MatchedObject,
  type Outcome,
  type PlannedFailure,
  type Skip,
  stepOf,
} from '../model/pipeline.ts';
import type { ExceededLimit } from '../model/safety.ts';
import { type LogContext, recordedType } from './context.ts';
import { reasonOf } from './log-retry.ts';
import { failedStep, skipStep, stepsBeforeDecision, stepsOfChange } from './log-steps.ts';
import { hasWarnings, verificationSteps } from './log-verification.ts';

/** The entry of a change and its outcome. */
export function logOutcome(outcome: Outcome, context: LogContext): ProvisioningLogEntry {
  const { change } = outcome;
  const failure = outcome.result === 'failure' ? outcome.failure : null;
  const matched = 'matched' in change ? change.matched : null;
  return entry(context, {
    objectType: change.objectType,
    source: change.source,
    matched,
    targetId: outcome.result === 'success' ? outcome.targetId : targetOf(change),
    action: change.action,
    during: failure && stepOf(change),
    status: failure ? 'failure' : hasWarnings(outcome) || isRemarkable(matched) ? 'warning' : 'success',
    failure,
    at: outcome.startedAt,
    durationMs: outcome.durationMs,
    modifiedProperties: change.modifiedProperties,
    provisioningSteps: [
      ...stepsUpTo(matched, context),
      ...stepsOfChange(
        change,
        failure ? 'failure' : 'success',
        failure?.message ?? (outcome.result === 'success' ? outcome.note : null),
      ),
      ...verificationSteps(outcome),
    ],
  });
}

/** Whether the match is one that the reader should know of. */
const isRemarkable = (matched: MatchedObject | null): boolean =>
  matched?.match.kind === 'found' && matched.match.remark !== undefined;

/** The entry of a staged deletion. @see Entra "Enable accidental deletions prevention" */
export function logStaged(
  change: Change,
  stagedBy: ExceededLimit | undefined,
  context: LogContext,
): ProvisioningLogEntry {
  const matched = 'matched' in change ? change.matched : null;
  return entry(context, {
    objectType: change.objectType,
    source: change.source,
    matched,
    targetId: targetOf(change),
    action: 'stagedDelete',
    status: 'skipped',
    failure: null,
    during: null,
    at: context.world.now(),
    durationMs: 0,
    modifiedProperties: change.modifiedProperties,
    provisioningSteps: [
      ...stepsUpTo(matched, context),
      skipStep('StagedDelete', change.source.label, spellStaged(stagedBy)),
    ],
  });
}

const spellStaged = (limit: ExceededLimit | undefined): string =>
  limit === undefined
    ? 'held back when the saved plan was made'
    : `held back by ${limit.name}: ${limit.fact}`;

/** The entry of an object that was left alone. */
export function logSkip(skip: Skip, context: LogContext): ProvisioningLogEntry {
  const { object } = skip.matched.desired.scoped;
  return entry(context, {
    objectType: object.objectType,
    source: object,
    matched: skip.matched,
    targetId: linkedTarget(skip.matched),
    action: skip.action,
    status: 'skipped',
    failure: null,
    during: null,
    at: context.world.now(),
    durationMs: 0,
    modifiedProperties: [],
    provisioningSteps: [...stepsUpTo(skip.matched, context), skipStep(skip.code, object.label, skip.reason)],
  });
}

/** The entry of an object that failed before anything was sent. */
export function logFailure(failed: PlannedFailure, context: LogContext): ProvisioningLogEntry {
  return entry(context, {
    objectType: failed.objectType,
    source: failed.source,
    matched: failed.matched,
    targetId: failed.matched ? linkedTarget(failed.matched) : '',
    action: failed.action,
    status: 'failure',
    failure: failed.failure,
    during: null,
    at: context.world.now(),
    durationMs: 0,
    modifiedProperties: [],
    provisioningSteps: [
      ...stepsUpTo(failed.matched, context),
      failedStep(failed.source.label, failed.failure, failed.isReference),
    ],
  });
}

const NOTHING_REDACTED = { source: new Set<string>(), target: new Set<string>() };

/** The steps up to the decision; none of a reference or membership, which is not matched again. */
function stepsUpTo(matched: MatchedObject | null, { job }: LogContext): readonly ProvisioningStep[] {
  if (matched === null) return [];
  const type = recordedType(job, matched.desired.scoped.object.objectType);
  return stepsBeforeDecision(matched, type?.mappings.redacted ?? NOTHING_REDACTED);
}

interface Facts {
  readonly objectType: Change['objectType'];
  readonly source: Change['source'];
  readonly matched: MatchedObject | null;
  readonly targetId: string;
  readonly action: ProvisioningLogEntry['provisioningAction'];
  readonly status: ProvisioningResult;
  readonly failure: Failure | null;
  /** The kind of the request that failed; null: none was sent, or none failed. */
  readonly during: Step | null;
  readonly at: Instant;
  readonly durationMs: number;
  readonly modifiedProperties: ProvisioningLogEntry['modifiedProperties'];
  readonly provisioningSteps: ProvisioningLogEntry['provisioningSteps'];
}

function entry({ job, tenantId, cycleId, world }: LogContext, facts: Facts): ProvisioningLogEntry {
  const { schema, settings } = job;
  const type = recordedType(job, facts.objectType);
  return {
    id: world.guid(),
    activityDateTime: `${facts.at.slice(0, 19)}Z`,
    tenantId,
    jobId: settings.id,
    cycleId,
    changeId: world.guid(),
    provisioningAction: facts.action,
    durationInMilliseconds: facts.durationMs,
    provisioningStatusInfo: {
      status: facts.status,
      errorInformation: errorInformation(facts),
    },
    provisioningSteps: facts.provisioningSteps.map(withCleanKeys),
    modifiedProperties: facts.modifiedProperties.map(({ displayName, oldValue, newValue }) => ({
      displayName,
      oldValue,
      newValue,
    })),
    servicePrincipal: { id: '', displayName: settings.id },
    sourceSystem: { id: tenantId, displayName: schema.sourceDirectoryName, details: {} },
    targetSystem: {
      id: '',
      displayName: schema.targetDirectoryName,
      details: { ApplicationId: '', ServicePrincipalId: '', ServicePrincipalDisplayName: settings.id },
    },
    initiatedBy: { id: '', displayName: 'Azure AD Provisioning Service', initiatorType: 'system' },
    sourceIdentity: sourceIdentity(facts),
    targetIdentity: {
      id: facts.targetId,
      displayName: '',
      identityType: type?.mapping.targetObjectName ?? facts.objectType,
      details: {},
    },
  };
}

function sourceIdentity({ source, objectType, matched }: Facts): ProvisioningLogEntry['sourceIdentity'] {
  const name = matched?.desired.scoped.object.attributes.displayName;
  const displayName = typeof name === 'string' ? name : (source.displayName ?? source.label);
  return {
    id: source.id,
    displayName,
    identityType: objectType,
    details: {
      id: source.id,
      odatatype: objectType,
      DisplayName: displayName,
      ...(objectType === 'User' ? { UserPrincipalName: source.label } : {}),
    },
  };
}

/** The keys of a step's details as the service writes them: without `.` and `:`. */
const withCleanKeys = (step: ProvisioningStep): ProvisioningStep => ({
  ...step,
  details: Object.fromEntries(
    Object.entries(step.details).map(([name, value]) => [name.replace(/[.:]/g, ''), value]),
  ),
});

function errorInformation({ failure, during }: Facts): ErrorInformation | null {
  if (failure === null) return null;
  const reason = reasonOf(failure);
  return {
    errorCode: failure.code,
    reason,
    // Faults on the application's side are nonServiceFailure; `failure` is the service's own.
    errorCategory: failure.code === 'InternalError' ? 'failure' : 'nonServiceFailure',
    additionalDetails: reason === failure.message ? null : failure.message,
    recommendedAction: recommendedAction(failure.code, during),
  };
}

const targetOf = (change: Change): string => ('targetId' in change ? change.targetId : '');

function linkedTarget({ match }: MatchedObject): string {
  if (match.kind === 'found') return match.target.id;
  return (match.kind === 'linked' || match.kind === 'failed') && match.link ? match.link.targetId : '';
}
