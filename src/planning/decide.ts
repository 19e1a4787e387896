import type { SkipReason } from '../model/failure.ts';
import type { LinkEffect, MatchedObject } from '../model/pipeline.ts';
import type { TargetObjectActions } from '../model/schema.ts';

/** What the decision about an object hangs on. */
export interface Situation {
  readonly isGroup: boolean;
  readonly match: MatchedObject['match']['kind'];
  readonly isLinked: boolean;
  /** Linked and managed: it has not left scope before. */
  readonly isManaged: boolean;
  readonly isInScope: boolean;
  readonly isActive: boolean;
  readonly isHardDeleted: boolean;
  /** The scoping filter could not be evaluated. */
  readonly isUndecided: boolean;
  readonly isDropped: boolean;
  /** An expression said IgnoreObjectFlow. */
  readonly isIgnored: boolean;
  readonly hasFailure: boolean;
  readonly actions: TargetObjectActions;
  readonly skipOutOfScopeDeletions: boolean;
  /** Users are deleted where others would be disabled: the application is known to have no soft delete. */
  readonly hardDeletesUsers: boolean;
  /** What had left scope before is deleted once its source object is gone for good. */
  readonly deletesUnmanaged: boolean;
}

/** What is done about an object. */
export type Decision =
  | { readonly do: 'create' }
  /** Write what differs: of everything, or of the mappings that follow IsSoftDeleted. */
  | { readonly do: 'align'; readonly linkEffect: LinkEffect }
  | { readonly do: 'delete' }
  | { readonly do: 'fail' }
  | {
      readonly do: 'skip';
      readonly reason: SkipReason;
      readonly detail: string | null;
      readonly linkEffect: LinkEffect;
    };

/** A row of the decision table. */
export interface DecisionRow {
  readonly situation: string;
  readonly when: (situation: Situation) => boolean;
  readonly decision: Decision;
}

const skip = (reason: SkipReason, detail: string | null, linkEffect: LinkEffect = 'keep'): Decision => ({
  do: 'skip',
  reason,
  detail,
  linkEffect,
});

/**
 * The decision table: the first row that fits decides. A disable is not a row: it is the name of an update of an object
 * that left scope, is blocked or deleted. Permanent deletion comes first: of such an object no attribute is left to ask
 * a filter about.
 * @see Entra "How provisioning works", Deprovisioning
 */
export const DECISIONS: readonly DecisionRow[] = [
  {
    situation: 'permanently deleted, never linked',
    when: (s) => s.isHardDeleted && !s.isLinked && s.match !== 'failed',
    decision: skip(
      'EntrySynchronizationSkipped',
      'permanently deleted in the source and not known to the target',
    ),
  },
  {
    situation: 'permanently deleted, linked, Delete is off',
    when: (s) => s.isHardDeleted && !s.actions.delete,
    decision: skip('EntrySynchronizationSkipped', 'the target object action Delete is switched off'),
  },
  {
    situation: 'permanently deleted, left scope before, deletions after that are off',
    when: (s) => s.isHardDeleted && !s.isManaged && !s.deletesUnmanaged,
    decision: skip(
      'EntrySynchronizationSkipped',
      'permanently deleted after it had left scope, and deleteAfterUnassignment is never',
    ),
  },
  {
    situation: 'permanently deleted, and the target does not say whether it is there',
    when: (s) => s.isHardDeleted && s.match === 'failed',
    decision: { do: 'fail' },
  },
  {
    situation: 'permanently deleted, linked',
    when: (s) => s.isHardDeleted,
    decision: { do: 'delete' },
  },
  {
    situation: 'never linked, and out of scope or not active',
    // A query that failed is repeated: it asked whether an unconfirmed creation was executed.
    when: (s) => !s.isLinked && !(s.isInScope && s.isActive) && s.match !== 'failed',
    decision: skip('NotEffectivelyEntitled', null),
  },
  {
    situation: 'the scoping filter could not be evaluated',
    when: (s) => s.isUndecided,
    decision: { do: 'fail' },
  },
  {
    situation: 'dropped by the input filter',
    when: (s) => s.isDropped,
    decision: skip('NotEffectivelyEntitled', null),
  },
  {
    situation: 'left scope before and is still out of it',
    when: (s) => s.isLinked && !s.isManaged && !s.isInScope,
    decision: skip('NotEffectivelyEntitled', null),
  },
  {
    situation: 'leaves scope, SkipOutOfScopeDeletions is on',
    when: (s) => s.isLinked && !s.isInScope && s.skipOutOfScopeDeletions,
    decision: skip(
      'NotEffectivelyEntitled',
      'left scope, and SkipOutOfScopeDeletions leaves the target object alone',
    ),
  },
  {
    situation: 'a mapping, the match or the read failed',
    when: (s) => s.hasFailure,
    decision: { do: 'fail' },
  },
  {
    situation: 'the mapping ignores the object',
    when: (s) => s.isIgnored,
    decision: skip('EntrySynchronizationSkipped', 'the mapping says IgnoreObjectFlow'),
  },
  {
    situation: 'no matching attribute has a value, never linked',
    when: (s) => s.match === 'noMatchingValue',
    decision: skip('ImportSkipped', 'no matching attribute has a value: the object cannot be matched'),
  },
  {
    situation: 'no counterpart, Create is off',
    when: (s) => s.match === 'none' && !s.actions.create,
    decision: skip('EntrySynchronizationSkipped', 'the target object action Create is switched off'),
  },
  {
    situation: 'no counterpart',
    when: (s) => s.match === 'none',
    decision: { do: 'create' },
  },
  {
    situation: 'a linked group left scope or was deleted, Delete is off',
    when: (s) => s.isGroup && !(s.isInScope && s.isActive) && !s.actions.delete,
    decision: skip('EntrySynchronizationSkipped', 'the target object action Delete is switched off'),
  },
  {
    situation: 'a linked group left scope or was deleted',
    when: (s) => s.isGroup && !(s.isInScope && s.isActive),
    decision: { do: 'delete' },
  },
  {
    situation: 'a linked user left scope, is blocked or deleted, there is no soft delete, Delete is off',
    when: (s) => s.hardDeletesUsers && !(s.isInScope && s.isActive) && !s.actions.delete,
    decision: skip('EntrySynchronizationSkipped', 'the target object action Delete is switched off'),
  },
  {
    situation: 'a linked user left scope, is blocked or deleted, there is no soft delete',
    when: (s) => s.hardDeletesUsers && !(s.isInScope && s.isActive),
    decision: { do: 'delete' },
  },
  {
    situation: 'a linked user leaves scope, Update is off',
    when: (s) => !s.isInScope && !s.actions.update,
    decision: skip('EntrySynchronizationSkipped', 'the target object action Update is switched off'),
  },
  {
    situation: 'a linked user leaves scope',
    when: (s) => !s.isInScope,
    decision: { do: 'align', linkEffect: 'unmanage' },
  },
  {
    situation: 'in scope with a counterpart, Update is off',
    when: (s) => !s.actions.update,
    decision: skip(
      'EntrySynchronizationSkipped',
      'the target object action Update is switched off',
      'manage',
    ),
  },
  {
    situation: 'in scope with a counterpart, active or not',
    when: () => true,
    decision: { do: 'align', linkEffect: 'manage' },
  },
];

/** Decides what to do about an object: the first row of the table that fits. */
export function decide(situation: Situation): DecisionRow {
  const row = DECISIONS.find(({ when }) => when(situation));
  if (row === undefined) throw new Error('the decision table has no row for this situation');
  return row;
}

/** Reads the situation of a matched object. */
export function situationOf(
  { desired, match }: MatchedObject,
  actions: TargetObjectActions,
  skipOutOfScopeDeletions: boolean,
  options: { readonly hardDeletesUsers?: boolean; readonly deletesUnmanaged?: boolean } = {},
): Situation {
  const { object, scope } = desired.scoped;
  const link = match.kind === 'linked' || match.kind === 'failed' ? match.link : null;
  return {
    isGroup: object.objectType === 'Group',
    match: match.kind,
    isLinked: link !== null || match.kind === 'found',
    isManaged: link?.isManaged ?? false,
    isInScope: scope.isInScope,
    isActive: scope.isActive,
    isHardDeleted: object.presence === 'hardDeleted',
    isUndecided: scope.failure !== null,
    isDropped: scope.isDropped,
    isIgnored: desired.isIgnored,
    hasFailure: match.kind === 'failed' || desired.failure !== null,
    actions,
    skipOutOfScopeDeletions,
    hardDeletesUsers: options.hardDeletesUsers ?? false,
    deletesUnmanaged: options.deletesUnmanaged ?? true,
  };
}
