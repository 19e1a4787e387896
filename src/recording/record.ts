import { isFollowed, isLeftAlone } from '../model/desired-state.ts';
import type { Failure } from '../model/failure.ts';
import type { AttributePath, SourceId, TargetId } from '../model/identifiers.ts';
import type { Json } from '../model/json.ts';
import type { ProvisioningLogEntry } from '../model/log.ts';
import type {
  AttributeChange,
  Change,
  Link,
  LinkEffect,
  MatchedObject,
  Outcome,
  PlannedFailure,
  ReferenceChange,
  Skip,
  UpdateChange,
} from '../model/pipeline.ts';
import type { ExceededLimit } from '../model/safety.ts';
import type { Escrow, StateChange } from '../model/state.ts';
import { addsEntry } from '../scim/complex.ts';
import { keepWithinLimits, keptWith } from '../scim/keep.ts';
import type { RecordContext } from './context.ts';
import { isReference } from './failure-key.ts';
import { mayHaveHappened } from './intents.ts';
import { escrowOfChange, escrowOfFailure, isWhole, withoutFailure } from './keep-failure.ts';
import { logFailure, logOutcome, logSkip, logStaged } from './log-entry.ts';
import { retryStep, withRetry } from './log-retry.ts';

/** What is remembered of a change that succeeded or failed. */
export function recordOutcome(outcome: Outcome, context: RecordContext): readonly StateChange[] {
  const changes =
    outcome.result === 'success'
      ? recordSuccess(outcome.change, outcome.targetId, context)
      : recordFailedChange(outcome, context);
  const kept = changes.find((change) => change.kind === 'escrow')?.escrow;
  return [...changes, logged(logOutcome(outcome, context), kept, isReference(outcome.change), context)];
}

/**
 * The log entry of an attempt. Of what failed before it is opened as a retry; a failure that is kept says when it is
 * tried again.
 */
function logged(
  log: ProvisioningLogEntry,
  kept: Escrow | undefined,
  ofReference: boolean,
  { known, cycleId, job }: RecordContext,
): StateChange {
  const figures = job.settings.safety.retry;
  const before = known.escrows
    .get(log.sourceIdentity.id as SourceId)
    ?.find((escrow) => escrow.isReference === ofReference);
  const isRetry = before !== undefined && (before.cycleId !== cycleId || before.attemptCount > 1);
  const opened = isRetry
    ? { ...log, provisioningSteps: [retryStep(before, figures), ...log.provisioningSteps] }
    : log;
  return { kind: 'log', entry: kept === undefined ? opened : withRetry(opened, kept, figures) };
}

function recordSuccess(change: Change, target: TargetId, context: RecordContext): readonly StateChange[] {
  const { id } = change.source;
  const cleared: StateChange = { kind: 'escrowCleared', sourceId: id, isReference: isReference(change) };
  switch (change.kind) {
    case 'create':
      return [
        ...unlinkStale(change.matched),
        { kind: 'link', link: newLink(change.matched, target) },
        { kind: 'targetState', sourceId: id, attributes: applied({}, change.attributes) },
        cleared,
      ];
    case 'update': {
      const attributes = applied(stateBefore(change.matched), change.attributes);
      return [
        ...unlinkStale(change.matched),
        ...linkAfter(change.matched, change.linkEffect, attributes),
        cleared,
      ];
    }
    case 'delete':
      return [{ kind: 'unlink', sourceId: id }];
    case 'reference':
      return [
        ...recordReference(change, pointsAt(change, context), context),
        ...(isWhole(change, context) ? [cleared] : withoutFailure(change, context)),
      ];
    case 'membership': {
      const { added, removed, isLast } = change;
      return [
        ...(isLast ? [cleared] : []),
        { kind: 'members', group: id, added, removed },
        ...(isLast ? [{ kind: 'membersComplete', group: id } as const] : withoutFailure(change, context)),
      ];
    }
  }
}

/** What the target holds once the reference is written; undefined: nothing. */
const pointsAt = ({ value }: ReferenceChange, { known }: RecordContext): TargetId | undefined =>
  value === null ? undefined : known.links.get(value)?.targetId;

/** The cached state with what the reference points at; nothing is left where it points at nothing. */
function recordReference(
  { source: { id }, mapping }: ReferenceChange,
  target: TargetId | undefined,
  { known }: RecordContext,
): readonly StateChange[] {
  const link = known.links.get(id);
  if (link === undefined) return [];
  const before = known.targetStates.get(id)?.attributes;
  if (before === undefined) return withLink(link, null);
  const { [mapping.targetAttributeName]: _, ...others } = before;
  return withLink(link, target === undefined ? others : { ...others, [mapping.targetAttributeName]: target });
}

function recordFailedChange(
  { change, failure, written, accepted = [] }: Extract<Outcome, { result: 'failure' }>,
  context: RecordContext,
): readonly StateChange[] {
  const { id } = change.source;
  const kept = escrowOfChange(change.kind === 'update' ? leftOf(change, accepted) : change, failure, context);
  const escrow: StateChange = { kind: 'escrow', escrow: kept };
  const isCertain = !mayHaveHappened(failure);
  switch (change.kind) {
    case 'membership': {
      const members = [...change.added, ...change.removed];
      return [
        ...withoutMemberships(id, context),
        { kind: 'members', group: id, ...written },
        escrow,
        // What is sent again is not known to be there: that it was refused settles nothing.
        ...(isCertain && !context.start.resendsMembers
          ? [{ kind: 'memberIntentSettled', group: id, members } as const]
          : []),
      ];
    }
    case 'create':
    case 'delete':
      return [escrow, ...(isCertain ? [{ kind: 'intentSettled', sourceId: id } as const] : [])];
    case 'reference':
      return [...(isCertain ? recordReference(change, change.current ?? undefined, context) : []), escrow];
    case 'update':
      return failure.code === 'InvalidAnchor' && rematches(context)
        ? [{ kind: 'unlink', sourceId: id }, escrow]
        : [...recordFailedUpdate(change, failure, accepted), escrow];
  }
}

/** What the next cycle writes of an update of which a part was accepted: the rest, and what flows always. */
function leftOf(change: UpdateChange, accepted: readonly AttributeChange[]): UpdateChange {
  const taken = new Set(accepted.map(({ mapping }) => mapping.targetAttributeName));
  const isLeft = ({ mapping }: AttributeChange): boolean =>
    !taken.has(mapping.targetAttributeName) || mapping.flowBehavior === 'FlowAlways';
  return { ...change, attributes: change.attributes.filter(isLeft) };
}

/**
 * What is remembered of a linked object whose update failed: its state, where it was read just now, so that an
 * uncertain cache is right again, or where the target said what was done, but not where it may have added an entry; and
 * that it is managed, where it may be active again. An object that was found is linked once a part of the update was
 * accepted.
 */
function recordFailedUpdate(
  { matched, linkEffect, attributes }: UpdateChange,
  failure: Failure,
  accepted: readonly AttributeChange[],
): readonly StateChange[] {
  const { match } = matched;
  if (match.kind === 'found' && accepted.length > 0)
    return [
      ...unlinkStale(matched),
      ...withLink(newLink(matched, match.target.id), applied(match.target.attributes, accepted)),
    ];
  if (match.kind !== 'linked') return [];
  const mayBeBack = linkEffect === 'manage' && (mayHaveHappened(failure) || accepted.length > 0);
  // A target may refuse a PATCH after it carried out a part of it.
  const isKnown = (match.wasRead || !mayHaveHappened(failure)) && !attributes.some(addsEntry);
  return withLink(
    { ...match.link, isManaged: match.link.isManaged || mayBeBack },
    isKnown && match.target !== null ? applied(match.target.attributes, accepted) : null,
  );
}

/** What is remembered of a skipped object: its link where one was found, dropped, or resumed. */
export function recordSkip(skip: Skip, context: RecordContext): readonly StateChange[] {
  if (skip.isWaiting) return [];
  const { matched } = skip;
  const { match, desired } = matched;
  const { id: sourceId, presence } = desired.scoped.object;
  // Hard-deleted and never linked: not logged.
  const isGone = match.kind === 'notAsked' && presence === 'hardDeleted';
  const isLogged =
    !isGone && (match.kind !== 'notAsked' || context.kind === 'incremental' || isConcerned(skip));
  const isStateNew = match.kind === 'found' || (match.kind === 'linked' && match.wasRead);
  return [
    ...unlinkStale(matched),
    ...linkAfter(matched, skip.linkEffect, isStateNew ? (match.target?.attributes ?? null) : null),
    { kind: 'escrowCleared', sourceId, isReference: false },
    ...(isLeftAlone(desired) ? [] : [{ kind: 'intentSettled', sourceId } as const]),
    ...(isLogged ? [logged(logSkip(skip, context), undefined, false, context)] : []),
  ];
}

/** An initial cycle reads every object; those unrelated to the application would flood the log. */
function isConcerned({ matched }: Skip): boolean {
  const { object, scope } = matched.desired.scoped;
  return object.assignments.length > 0 || scope.isAssigned;
}

/**
 * What is remembered of an object that failed before anything was sent. Of a group that fails, changes of memberships
 * pass by unseen, so that its memberships must be compared as a whole once it succeeds.
 */
export function recordFailure(failed: PlannedFailure, context: RecordContext): readonly StateChange[] {
  const escrow = escrowOfFailure(failed, context);
  return [
    ...(failed.objectType === 'Group' ? withoutMemberships(failed.source.id, context) : []),
    { kind: 'escrow', escrow },
    logged(logFailure(failed, context), escrow, failed.isReference, context),
  ];
}

/**
 * The deprovisioning of an object is staged: it is due in each cycle until it is decided again. Changes of a group's
 * memberships are not evaluated meanwhile, so that they are compared as a whole should the group stay.
 */
export function recordStaged(
  change: Change,
  stagedBy: ExceededLimit | undefined,
  context: RecordContext,
): readonly StateChange[] {
  const { objectType, source } = change;
  return [
    ...(objectType === 'Group' ? withoutMemberships(source.id, context) : []),
    { kind: 'escrowCleared', sourceId: source.id, isReference: false },
    { kind: 'staged', sourceId: source.id, objectType },
    { kind: 'log', entry: logStaged(change, stagedBy, context) },
  ];
}

/** A reference that failed before needs nothing any more. */
export function recordSettledReference(sourceId: SourceId): readonly StateChange[] {
  return [{ kind: 'escrowCleared', sourceId, isReference: true }];
}

/** The memberships of a group needed no change, and are complete with that. */
export function recordSettledGroup(group: SourceId): readonly StateChange[] {
  return [
    { kind: 'escrowCleared', sourceId: group, isReference: true },
    { kind: 'membersComplete', group },
  ];
}

const withLink = (link: Link, attributes: State | null): readonly StateChange[] => [
  { kind: 'link', link },
  ...(attributes === null ? [] : [{ kind: 'targetState', sourceId: link.sourceId, attributes } as const]),
];

function newLink({ desired }: MatchedObject, target: TargetId): Link {
  const { id, objectType } = desired.scoped.object;
  return { sourceId: id, targetId: target, objectType, isManaged: true, hasMemberships: false };
}

/**
 * The link once a decision took effect, with the cached state where it is new; nothing of an object that has no
 * counterpart. While memberships are not followed their changes are not evaluated, so that they are no longer complete.
 */
function linkAfter(
  matched: MatchedObject,
  effect: LinkEffect,
  attributes: State | null,
): readonly StateChange[] {
  const { match } = matched;
  if (match.kind === 'found') return withLink(newLink(matched, match.target.id), attributes);
  if (match.kind !== 'linked') return [];
  const isManaged = effect === 'keep' ? match.link.isManaged : effect === 'manage';
  const hasMemberships = match.link.hasMemberships && isFollowed(matched.desired);
  return withLink({ ...match.link, isManaged, hasMemberships }, attributes);
}

const rematches = ({ job }: RecordContext): boolean => job.settings.target.dialect.rematchOn404;

/** The traces of a link to a resource that is gone are forgotten first. */
const unlinkStale = ({ desired, isRelinked }: MatchedObject): readonly StateChange[] =>
  isRelinked ? [{ kind: 'unlink', sourceId: desired.scoped.object.id }] : [];

/** The group's link, marked so that its memberships are compared as a whole next time. */
function withoutMemberships(group: SourceId, { known }: RecordContext): readonly StateChange[] {
  const link = known.links.get(group);
  return link === undefined ? [] : withLink({ ...link, hasMemberships: false }, null);
}

function stateBefore({ match }: MatchedObject): State {
  return (match.kind === 'found' || match.kind === 'linked') && match.target ? match.target.attributes : {};
}

/** Cached attributes of a target object. */
type State = Readonly<Record<AttributePath, Json>>;

/** The cached attributes once changes of them were written. */
export function applied(
  before: State,
  changes: readonly Pick<AttributeChange, 'kind' | 'mapping' | 'value'>[],
): State {
  const state: Record<AttributePath, Json> = { ...before };
  for (const change of changes) {
    const path = change.mapping.targetAttributeName;
    if (change.kind === 'remove') delete state[path];
    else state[path] = stateValue(change, state[path]);
  }
  return keepWithinLimits(
    changes.map(({ mapping }) => mapping),
    state,
  );
}

/** The cached form of a value: text as it is, roles as entries; what is added to a list joins what was there. */
function stateValue(
  { kind, mapping, value }: Pick<AttributeChange, 'kind' | 'mapping' | 'value'>,
  before: Json | undefined,
): Json {
  if (typeof value === 'string') return value;
  const isRoles = 'roles' in value;
  const joins = isRoles ? !value.assertive : kind === 'add';
  const entries = isRoles
    ? value.roles.map(({ value: name, displayName }) => ({ value: name, display: displayName }))
    : value;
  return joins ? keptWith(mapping, before, entries) : entries;
}
