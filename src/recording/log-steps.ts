import type { Attributes, AttributeValue } from '../model/directory.ts';
import type { Failure } from '../model/failure.ts';
import type { Json } from '../model/json.ts';
import type { ProvisioningResult, ProvisioningStep } from '../model/log.ts';
import type { Change, DesiredState, Match, MatchedObject, ProvisioningAction } from '../model/pipeline.ts';
import { REDACTED } from '../model/scim.ts';
import { cutText, isDigest, showDigest } from '../scim/kept-value.ts';
import type { RedactedNames } from './context.ts';

const step = (
  name: string,
  provisioningStepType: ProvisioningStep['provisioningStepType'],
  status: ProvisioningResult,
  description: string,
  details: Readonly<Record<string, string>> = {},
): ProvisioningStep => ({ name, provisioningStepType, status, description, details });

/**
 * The steps of an object up to the decision, in the order of a real record: import, matching, scoping.
 * @see Graph provisioningStep
 */
export function stepsBeforeDecision(
  { desired, match }: MatchedObject,
  redacted: RedactedNames,
): readonly ProvisioningStep[] {
  return [
    importStep(desired, match, redacted.source),
    ...matchingSteps(match, desired, redacted.target),
    scopingStep(desired),
  ];
}

function importStep(
  { scoped: { object } }: DesiredState,
  match: Match,
  redacted: ReadonlySet<string>,
): ProvisioningStep {
  const isLinked = match.kind === 'linked' || (match.kind === 'failed' && match.link !== null);
  const kind = isLinked ? (object.presence === 'hardDeleted' ? 'Delete' : 'Update') : 'Add';
  return step(
    `EntryImport${kind}`,
    'import',
    'success',
    `${object.objectType} "${object.label}" was read from the source (${kind.toLowerCase()})`,
    textDetails(object.attributes, redacted),
  );
}

function matchingSteps(
  match: Match,
  desired: DesiredState,
  redacted: ReadonlySet<string>,
): readonly ProvisioningStep[] {
  const type = desired.scoped.object.objectType;
  switch (match.kind) {
    case 'linked':
    case 'found': {
      const target = match.target;
      if (target === null) return [];
      const remark = match.kind === 'found' ? match.remark : undefined;
      const retrieved = `${type} "${target.id}" was retrieved from the target`;
      return [
        step(
          'EntryImport',
          'matching',
          remark === undefined ? 'success' : 'warning',
          remark === undefined ? retrieved : `${retrieved}; ${remark}`,
          { id: target.id, ...textDetails(target.attributes, redacted) },
        ),
      ];
    }
    case 'none':
      if (match.asked.length === 0) return [];
      return [
        step('EntryImportObjectNotFound', 'matching', 'success', `no ${type} of the target matches`, {
          JoiningProperty: match.asked.join(', '),
        }),
      ];
    case 'failed':
      return [step('EntryImport', 'matching', 'failure', match.failure.message)];
    default:
      return [];
  }
}

function scopingStep({ scoped }: DesiredState): ProvisioningStep {
  const { scope, object } = scoped;
  return step('EntrySynchronizationScoping', 'scoping', 'success', scope.reason, {
    'Active in the source system': spell(scope.isActive),
    'Assigned to the application': spell(scope.isAssigned),
    [`${object.objectType} has the required role`]: spell(scope.hasRequiredRole),
    'Scoping filter evaluation passed': spell(scope.passesFilter),
    ScopeEvaluationResult: JSON.stringify(scope.clauses),
  });
}

const DECISION_NAMES: Partial<Record<ProvisioningAction, string>> = {
  create: 'Add',
  update: 'Update',
  disable: 'Disable',
  delete: 'Delete',
};

const DECISION_TYPES: Readonly<Record<Change['kind'], ProvisioningStep['provisioningStepType']>> = {
  create: 'matching',
  update: 'processing',
  delete: 'processing',
  reference: 'referenceResolution',
  membership: 'referenceResolution',
};

/**
 * The steps of a change: the decision, and the export with what came of it. In the service's records the decision to
 * create belongs to matching, and an addition that failed lists the values that it tried.
 */
export function stepsOfChange(
  { kind, action, source: { label }, reason, modifiedProperties }: Change,
  status: ProvisioningResult,
  message: string | null,
): readonly ProvisioningStep[] {
  const name = DECISION_NAMES[action] ?? 'Update';
  const exported = action === 'disable' ? 'Update' : name;
  const tried = kind === 'create' && status === 'failure' ? modifiedProperties : [];
  return [
    step(`EntrySynchronization${name}`, DECISION_TYPES[kind], 'success', `"${label}": ${action} (${reason})`),
    step(
      `EntryExport${exported}`,
      'export',
      status,
      message ?? `"${label}": ${action} was carried out in the target`,
      {
        ...Object.fromEntries(tried.map(({ displayName, newValue }) => [displayName, newValue ?? ''])),
        ReportableIdentifier: label,
      },
    ),
  ];
}

/** The step of an object that is left alone. */
export function skipStep(reason: string, label: string, detail: string): ProvisioningStep {
  return step('EntrySynchronizationSkip', 'export', 'skipped', `"${label}" is left alone: ${detail}`, {
    SkipReason: reason,
    ReportableIdentifier: label,
  });
}

/** The step of an object that failed before anything was sent. */
export function failedStep(
  label: string,
  { code, message }: Failure,
  isReference: boolean,
): ProvisioningStep {
  const details = { SkipReason: code, ReportableIdentifier: label };
  return isReference
    ? step('EntrySynchronizationReference', 'referenceResolution', 'failure', message, details)
    : step('EntrySynchronizationSkip', 'processing', 'failure', message, details);
}

const spell = (value: boolean): string => (value ? 'True' : 'False');

/** Values as the log spells them: text, .NET booleans, the rest as JSON, of what is very long the beginning. */
function textDetails(
  attributes: Attributes | Readonly<Record<string, Json>>,
  redacted: ReadonlySet<string>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(attributes).flatMap(([name, value]) =>
      value === null ? [] : [[name, redacted.has(name) ? REDACTED : textOf(value)]],
    ),
  );
}

const textOf = (value: AttributeValue | Json): string => {
  if (isDigest(value)) return showDigest(value);
  if (typeof value === 'boolean') return spell(value);
  return cutText(typeof value === 'string' ? value : JSON.stringify(value));
};
