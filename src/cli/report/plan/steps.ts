import { type CompiledJob, typeOf } from '../../../job/compile.ts';
import { matchedOf } from '../../../job/on-demand/result.ts';
import { isJsonObject } from '../../../model/json.ts';
import type { ProvisioningStep } from '../../../model/log.ts';
import type { Match, Planned } from '../../../model/pipeline.ts';
import { stepsBeforeDecision } from '../../../recording/log-steps.ts';

/** One of the five steps of an object. */
export interface PlanStep {
  readonly name: 'Import' | 'Scope' | 'Match' | 'Decision' | 'Export';
  readonly description: string;
  readonly details: readonly (readonly [name: string, value: string])[];
}

/**
 * The steps of a planned object up to the requests, in the order in which the service shows them; a reference or a
 * membership has the decision only.
 * @see Entra "On-demand provisioning", the steps of provisioning
 */
export function stepsOfPlanned(planned: Planned, job: CompiledJob): readonly PlanStep[] {
  const matched = matchedOf(planned);
  const decision: PlanStep = { name: 'Decision', description: decisionOf(planned), details: [] };
  if (matched === null) return [decision];
  const redacted = typeOf(job, matched.desired.scoped.object.objectType)?.mappings.redacted;
  const steps = redacted === undefined ? [] : stepsBeforeDecision(matched, redacted);
  const of = (type: ProvisioningStep['provisioningStepType']): ProvisioningStep | undefined =>
    steps.find(({ provisioningStepType }) => provisioningStepType === type);
  return [
    stepOf('Import', of('import')),
    stepOf('Scope', of('scoping')),
    { ...stepOf('Match', of('matching')), description: describeMatch(matched.match) },
    decision,
  ];
}

function stepOf(name: PlanStep['name'], step: ProvisioningStep | undefined): PlanStep {
  const { ScopeEvaluationResult: clauses = '{}', ...details } = step?.details ?? {};
  const evaluated: unknown = JSON.parse(clauses);
  const results = Object.entries(isJsonObject(evaluated) ? evaluated : {});
  return {
    name,
    description: step?.description ?? '',
    details: [
      ...Object.entries(details),
      ...results.map(([clause, holds]) => [clause, holds === true ? 'True' : 'False'] as const),
    ],
  };
}

/** Says in words how the counterpart in the target was found, or that it was not looked for. */
export function describeMatch(match: Match): string {
  switch (match.kind) {
    case 'linked':
      return `linked with ${match.link.targetId}`;
    case 'found':
      return `found by ${match.attribute} "${match.value}": ${match.target.id}`;
    case 'none':
      return `nobody found by ${match.asked.join(', then ')}`;
    case 'notAsked':
      return 'the target was not asked: neither linked nor to be provisioned';
    case 'noMatchingValue':
      return 'the target was not asked: no matching attribute has a value';
    case 'failed':
      return `${match.failure.code}: ${match.failure.message}`;
  }
}

function decisionOf(planned: Planned): string {
  if (planned.kind === 'change') return `${planned.change.action}: ${planned.change.reason}`;
  if (planned.kind === 'skip') return `left alone: ${planned.skip.detail} (${planned.skip.reason})`;
  return `fails: ${planned.failed.failure.code}: ${planned.failed.failure.message}`;
}
