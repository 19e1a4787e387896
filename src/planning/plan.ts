import type { Dialect } from '../model/dialect.ts';
import type { Failure } from '../model/failure.ts';
import type {
  AttributeChange,
  Change,
  LinkEffect,
  MatchedObject,
  Planned,
  PlannedFailure,
  ProvisioningAction,
  Skip,
  TargetState,
} from '../model/pipeline.ts';
import type { TargetObjectActions } from '../model/schema.ts';
import { sayMatching } from '../scim/compare.ts';
import { type Decision, decide, situationOf } from './decide.ts';
import { attributesToCreate, attributesToUpdate, missingOnCreate, modifiedProperties } from './diff.ts';

/** What planning needs to know of the job. */
export interface PlanningRules {
  readonly actions: TargetObjectActions;
  readonly skipOutOfScopeDeletions: boolean;
  /** The objects were read because they changed, not because everything is read. */
  readonly isIncremental: boolean;
  /** Users are deleted where others would be disabled. Absent: they are not. */
  readonly hardDeletesUsers?: boolean;
  /** How a value is cleared that the source no longer has. Absent: it is not. */
  readonly clearValues?: Dialect['clearValues'];
  /** A creation leaves out attributes whose names are not qualified. Absent: it does not. */
  readonly skipsUnqualified?: boolean;
  /** An account whose user had left scope before is deleted once that user is gone for good. Absent: it is. */
  readonly deletesUnmanaged?: boolean;
}

/**
 * Decides what to do about one object, and describes the change. A resource that a deletion removed without confirming it
 * is a deletion still, so that it is logged and counted; where no deletion is decided, its link is dropped.
 */
export function planChange(matched: MatchedObject, rules: PlanningRules): Planned {
  const situation = situationOf(matched, rules.actions, rules.skipOutOfScopeDeletions, rules);
  const { decision } = decide(situation);
  return decision.do !== 'delete' && isGone(matched)
    ? planChange({ ...matched, match: { kind: 'notAsked' }, isRelinked: true }, rules)
    : carryOut(decision, matched, rules);
}

const isGone = ({ match }: MatchedObject): boolean => match.kind === 'linked' && match.isGone === true;

function carryOut(decision: Decision, matched: MatchedObject, rules: PlanningRules): Planned {
  switch (decision.do) {
    case 'create':
      return planCreate(matched, rules);
    case 'align':
      return planAlignment(matched, decision.linkEffect, rules);
    case 'delete':
      return planDelete(matched);
    case 'fail':
      return failed(matched, failureOf(matched));
    case 'skip':
      return skipped(matched, {
        code: decision.reason,
        reason: decision.detail ?? matched.desired.scoped.scope.reason,
        linkEffect: decision.linkEffect,
        action: actionNotTaken(matched),
      });
  }
}

/** The action that a skip withheld; of an object that both sides know, the reason shows which one it was. */
function actionNotTaken({ desired, match }: MatchedObject): ProvisioningAction {
  if (desired.scoped.object.presence === 'hardDeleted') return match.kind === 'linked' ? 'delete' : 'other';
  return match.kind === 'notAsked' || match.kind === 'none' ? 'create' : 'other';
}

function planCreate(matched: MatchedObject, rules: PlanningRules): Planned {
  const missing = missingOnCreate(matched.desired);
  if (missing.length > 0) {
    return failed(matched, {
      code: 'MandatoryFieldsMissing',
      message: `${missing.join(', ')} is required by the target and has neither a value nor a default value; fill the source attribute or set a default value in the mapping`,
      status: null,
    });
  }
  const attributes = attributesToCreate(matched.desired, rules.skipsUnqualified);
  const asked = matched.match.kind === 'none' ? matched.match.asked.join(', then ') : '';
  return {
    kind: 'create',
    action: 'create',
    ...subject(matched),
    reason: `no match found by ${asked}`,
    modifiedProperties: modifiedProperties(attributes, null),
    matched,
    attributes,
  };
}

function planAlignment(matched: MatchedObject, linkEffect: LinkEffect, rules: PlanningRules): Planned {
  const target = targetOf(matched);
  const { scope, object } = matched.desired.scoped;
  const attributes = attributesToUpdate(matched.desired, target, rules.isIncremental, rules.clearValues);
  if (attributes.length === 0) {
    const isLeftAlone = matched.desired.isSoftDeleted && linkEffect === 'manage';
    return skipped(matched, {
      code: isLeftAlone ? 'NotEffectivelyEntitled' : 'RedundantExport',
      reason: isLeftAlone ? scope.reason : `${agreementOf(matched)}${remarkOf(matched)}`,
      linkEffect,
      action: 'other',
    });
  }
  return {
    kind: 'update',
    action: matched.desired.isSoftDeleted || attributes.some(turnsOff) ? 'disable' : 'update',
    ...subject(matched),
    targetId: target.id,
    reason: explainAlignment(matched, scope.reason, object.presence),
    modifiedProperties: modifiedProperties(attributes, target),
    matched,
    attributes,
    linkEffect,
  };
}

function planDelete(matched: MatchedObject): Planned {
  const { match } = matched;
  if (match.kind !== 'linked') throw new Error('only a linked object can be deleted');
  return {
    kind: 'delete',
    action: 'delete',
    ...subject(matched),
    targetId: match.link.targetId,
    reason: matched.desired.scoped.scope.reason,
    modifiedProperties: [],
    matched,
  };
}

function explainAlignment(matched: MatchedObject, scopeReason: string, presence: string): string {
  if (!matched.desired.scoped.scope.isInScope && presence === 'live') return `left scope: ${scopeReason}`;
  if (matched.desired.isSoftDeleted) return scopeReason;
  if (matched.match.kind === 'found')
    return `matched by ${sayMatching(matched.match, matched.desired)}${remarkOf(matched)}`;
  return matched.match.kind === 'linked' && !matched.match.link.isManaged
    ? `back in scope: ${scopeReason}`
    : 'linked';
}

/** Why nothing is written: of a leaver nothing but its disabling would be. */
function agreementOf({ desired: { scoped, isSoftDeleted, attributes } }: MatchedObject): string {
  if (!isSoftDeleted) return 'source and target already agree';
  return attributes.length === 0
    ? `${scoped.scope.reason}; no mapping writes that into the target`
    : `${scoped.scope.reason}; the target shows that already`;
}

/** What the reader should know of the match, in brackets; empty: nothing. */
const remarkOf = ({ match }: MatchedObject): string =>
  match.kind === 'found' && match.remark !== undefined ? ` (${match.remark})` : '';

/**
 * Whether a change writes anything but true to `active`: it disables the account, whether or not the object is in
 * scope.
 */
function turnsOff({ mapping, value }: AttributeChange): boolean {
  return (
    /(^|:)active$/i.test(mapping.targetAttributeName) &&
    typeof value === 'string' &&
    value.toLowerCase() !== 'true'
  );
}

function targetOf({ match }: MatchedObject): TargetState {
  if (match.kind === 'found') return match.target;
  if (match.kind === 'linked' && match.target !== null) return match.target;
  throw new Error('an alignment needs the state of the target object');
}

function failureOf({ desired, match }: MatchedObject): Failure {
  const failure = match.kind === 'failed' ? match.failure : desired.failure;
  if (failure === null) throw new Error('a failed object needs its failure');
  return failure;
}

const subject = ({ desired }: MatchedObject): Pick<Change, 'objectType' | 'source'> => ({
  objectType: desired.scoped.object.objectType,
  source: { id: desired.scoped.object.id, label: desired.scoped.object.label },
});

const skipped = (
  matched: MatchedObject,
  skip: Omit<Skip, 'kind' | 'objectType' | 'source' | 'matched'>,
): Skip => ({ kind: 'skip', ...subject(matched), matched, ...skip });

function failed(matched: MatchedObject, failure: Failure): PlannedFailure {
  const { match } = matched;
  const isKnown =
    match.kind === 'failed' ? match.link !== null : match.kind === 'linked' || match.kind === 'found';
  const action: ProvisioningAction = isKnown ? 'update' : 'create';
  return { kind: 'failure', ...subject(matched), matched, action, failure, isReference: false };
}
