import { sayMatching } from '../../../app/rendering.ts';
import { isJsonObject } from '../../../model/json.ts';
import type { ProvisioningStep } from '../../../model/log.ts';
import type { MatchedObject } from '../../../model/pipeline.ts';
import type { ReportRow } from '../row.ts';
import { spellFailure } from './text.ts';

/** The details of a step; those of scoping have a line for each clause of the filter, with its result. */
export function detailsOf(step: ProvisioningStep | undefined): readonly (readonly [string, string])[] {
  const { ScopeEvaluationResult: clauses = '{}', ...details } = step?.details ?? {};
  const evaluated: unknown = JSON.parse(clauses);
  const results = Object.entries(isJsonObject(evaluated) ? evaluated : {});
  return [
    ...Object.entries(details),
    ...results.map(([clause, holds]) => [clause, holds === true ? 'True' : 'False'] as const),
  ];
}

/** How the target object was found, in words, or why it was not looked for. */
export function describeMatch({ match, desired }: Pick<MatchedObject, 'match' | 'desired'>): string {
  switch (match.kind) {
    case 'linked':
      return `linked with ${match.link.targetId}`;
    case 'found':
      return `found by ${sayMatching(match, desired)}: ${match.target.id}`;
    case 'none':
      if (match.asked.length === 0)
        return 'the target was not asked: a refused creation is repeated (retry.requery: false)';
      return `no object found by ${match.asked.join(', then ')}`;
    case 'notAsked':
      return 'the target was not asked: neither linked nor to be provisioned';
    case 'noMatchingValue':
      return 'the target was not asked: no matching attribute has a value';
    case 'failed':
      return `${match.failure.code}: ${match.failure.message}`;
  }
}

/** What was decided about an object, and why. */
export function describeDecision({ kind, status, action, reason, skipReason, failure }: ReportRow): string {
  if (failure !== null) return `${status === 'wait' ? '' : 'fails: '}${spellFailure(failure)}`;
  return kind === 'skip' ? `left alone: ${reason} (${skipReason})` : `${action}: ${reason}`;
}
