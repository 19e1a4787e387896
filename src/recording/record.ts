import { isFollowed, isLeftAlone } from '../model/desired-state.ts';
import type { Failure } from '../model/failure.ts';
import type { SourceId, TargetId } from '../model/identifiers.ts';
import type { ProvisioningLogEntry } from '../model/log.ts';
import type {
  Change,
  Link,
  LinkEffect,
  MatchedObject,
  Outcome,
  PlannedFailure,
  ReferenceChange,
  Skip,
} from '../model/pipeline.ts';
import type { Recording } from '../model/ports.ts';
import type { ExceededLimit } from '../model/safety.ts';
import type { Escrow } from '../model/state.ts';
import type { RecordContext } from './context.ts';
import { isReference } from './failure-key.ts';
import { escrowOfChange, escrowOfFailure, isWhole, withoutFailure } from './keep-failure.ts';
import { logFailure, logOutcome, logSkip, logStaged } from './log-entry.ts';
import { withRetry } from './log-retry.ts';
import { mayHaveHappened, recordDoubt } from './pending-intent.ts';
import { applied, type State } from './written-state.ts';

/** A recording of nothing. */
export const NOTHING: Recording = {
  link: null,
  dropLink: null,
  state: null,
  memberships: null,
  escrow: null,
  clearEscrow: null,
  stage: null,
  existence: null,
  doubt: null,
  log: null,
};

/** What is remembered of a change that was carried out, or that failed. */
export function recordOutcome(outcome: Outcome, context: RecordContext): Recording {
  const log = logOutcome(outcome, context);
  const recording =
    outcome.result === 'success'
      ? recordSuccess(outcome.change, outcome.targetId, context)
      : recordFailedChange(outcome.change, outcome.failure, outcome.written, context);
  return { ...recording, log: ofRetry(log, recording.escrow, context) };
}

/** A failure that is kept says in the log when it is tried again. */
const ofRetry = (
  log: ProvisioningLogEntry,
  escrow: Escrow | null,
  { job }: RecordContext,
): ProvisioningLogEntry => (escrow === null ? log : withRetry(log, escrow, job.settings.safety.retry));

function recordSuccess(change: Change, target: TargetId, context: RecordContext): Recording {
  const clearEscrow = { sourceId: change.source.id, isReference: isReference(change) };
  switch (change.kind) {
    case 'create':
      return {
        ...NOTHING,
        clearEscrow,
        dropLink: staleLink(change.matched),
        link: newLink(change.matched, target),
        state: applied({}, change.attributes),
      };
    case 'update':
      return {
        ...NOTHING,
        clearEscrow,
        dropLink: staleLink(change.matched),
        link: linkAfter(change.matched, change.linkEffect),
        state: applied(stateBefore(change.matched), change.attributes),
      };
    case 'delete':
      return { ...NOTHING, dropLink: change.source.id };
    case 'reference':
      return {
        ...NOTHING,
        ...(isWhole(change, context) ? { clearEscrow } : withoutFailure(change, context)),
        ...recordReference(change, pointsAt(change, context), context),
      };
    case 'membership': {
      const { added, removed, isLast } = change;
      const memberships = { group: change.source.id, added, removed, isComplete: isLast };
      return { ...NOTHING, memberships, ...(isLast ? { clearEscrow } : withoutFailure(change, context)) };
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
): Pick<Recording, 'link' | 'state'> {
  const link = known.links.get(id) ?? null;
  const before = known.targetStates.get(id)?.attributes;
  if (before === undefined) return { link, state: null };
  const { [mapping.targetAttributeName]: _, ...others } = before;
  return {
    link,
    state: target === undefined ? others : { ...others, [mapping.targetAttributeName]: target },
  };
}

function recordFailedChange(
  change: Change,
  failure: Failure,
  written: { readonly added: readonly SourceId[]; readonly removed: readonly SourceId[] },
  context: RecordContext,
): Recording {
  const escrow = escrowOfChange(change, failure, context);
  if (change.kind === 'membership') {
    const group = change.source.id;
    const memberships = { group, ...written, isComplete: false };
    const members = [...change.added, ...change.removed];
    const doubt = mayHaveHappened(failure) ? null : { group, members, isOpen: false };
    return { ...NOTHING, escrow, memberships, doubt, link: withoutMemberships(group, context) };
  }
  if (change.kind === 'create' || change.kind === 'delete') {
    const existence = mayHaveHappened(failure) ? null : { sourceId: change.source.id, isOpen: false };
    return { ...NOTHING, escrow, existence };
  }
  if (change.kind === 'reference')
    return mayHaveHappened(failure)
      ? { ...NOTHING, escrow }
      : { ...NOTHING, escrow, ...recordReference(change, change.current ?? undefined, context) };
  if (failure.code === 'InvalidAnchor' && rematches(context))
    return { ...NOTHING, escrow, dropLink: change.source.id };
  return { ...NOTHING, escrow, ...recordDoubt(change, failure) };
}

/** What is remembered of an object that was left alone: its link where one was found, given up, or taken up again. */
export function recordSkip(skip: Skip, context: RecordContext): Recording {
  if (skip.isWaiting) return NOTHING;
  const { matched } = skip;
  const { match, desired } = matched;
  const isKnown = match.kind === 'found' || match.kind === 'linked';
  // Who is gone, and has no account, is nobody's business any more.
  const isGone = match.kind === 'notAsked' && desired.scoped.object.presence === 'hardDeleted';
  const isLogged =
    !isGone && (match.kind !== 'notAsked' || context.kind === 'incremental' || isConcerned(skip));
  const isStateNew = match.kind === 'found' || (match.kind === 'linked' && match.wasRead);
  return {
    ...NOTHING,
    dropLink: staleLink(matched),
    link: isKnown ? linkAfter(matched, skip.linkEffect) : null,
    state: isStateNew && match.target !== null ? match.target.attributes : null,
    clearEscrow: { sourceId: desired.scoped.object.id, isReference: false },
    existence: isLeftAlone(desired) ? null : { sourceId: desired.scoped.object.id, isOpen: false },
    log: isLogged ? logSkip(skip, context) : null,
  };
}

/** An initial cycle reads everybody; those who have nothing to do with the application would drown the log. */
function isConcerned({ matched }: Skip): boolean {
  const { object, scope } = matched.desired.scoped;
  return object.assignments.length > 0 || scope.isAssigned;
}

/**
 * What is remembered of an object that failed before anything was sent. Of a group that fails, changes of memberships
 * pass by unseen, so that its memberships must be compared as a whole once it succeeds.
 */
export function recordFailure(failed: PlannedFailure, context: RecordContext): Recording {
  const escrow = escrowOfFailure(failed, context);
  return {
    ...NOTHING,
    link: failed.objectType === 'Group' ? withoutMemberships(failed.source.id, context) : null,
    escrow,
    log: ofRetry(logFailure(failed, context), escrow, context),
  };
}

/**
 * The deprovisioning of an object was held back: it is due in each cycle until it is decided anew. Changes of a group's
 * memberships pass by unseen meanwhile, so that they must be compared as a whole should it stay.
 */
export const recordStaged = (
  change: Change,
  stagedBy: ExceededLimit | undefined,
  context: RecordContext,
): Recording => ({
  ...NOTHING,
  link: change.objectType === 'Group' ? withoutMemberships(change.source.id, context) : null,
  clearEscrow: { sourceId: change.source.id, isReference: false },
  stage: { sourceId: change.source.id, objectType: change.objectType },
  log: logStaged(change, stagedBy, context),
});

/** A reference that failed before needs nothing any more. */
export const recordSettledReference = (id: SourceId): Recording => ({
  ...NOTHING,
  clearEscrow: { sourceId: id, isReference: true },
});

/** The memberships of a group needed no change, and are complete with that. */
export const recordSettledGroup = (group: SourceId): Recording => ({
  ...NOTHING,
  memberships: { group, added: [], removed: [], isComplete: true },
  clearEscrow: { sourceId: group, isReference: true },
});

function newLink({ desired }: MatchedObject, target: TargetId): Link {
  const { id, objectType } = desired.scoped.object;
  return { sourceId: id, targetId: target, objectType, isManaged: true, hasMemberships: false };
}

/**
 * The link once a decision took effect; null where it stays as it is. While memberships are not followed their changes
 * pass by unseen, so that they are complete no more.
 */
function linkAfter(matched: MatchedObject, effect: LinkEffect): Link | null {
  const { match } = matched;
  if (match.kind === 'found') return newLink(matched, match.target.id);
  if (match.kind !== 'linked') return null;
  return {
    ...match.link,
    isManaged: effect === 'keep' ? match.link.isManaged : effect === 'manage',
    hasMemberships: match.link.hasMemberships && isFollowed(matched.desired),
  };
}

const rematches = ({ job }: RecordContext): boolean => job.settings.target.dialect.rematchOn404;

/** The traces of a link to a resource that is gone are forgotten first. */
const staleLink = ({ desired, isRelinked }: MatchedObject): SourceId | null =>
  isRelinked ? desired.scoped.object.id : null;

/** The group's link, marked so that its memberships are compared as a whole next time. */
function withoutMemberships(group: SourceId, { known }: RecordContext): Link | null {
  const link = known.links.get(group);
  return link ? { ...link, hasMemberships: false } : null;
}

function stateBefore({ match }: MatchedObject): State {
  return (match.kind === 'found' || match.kind === 'linked') && match.target ? match.target.attributes : {};
}
