import { isLeftAlone, matchingValues } from '../model/desired-state.ts';
import type {
  DesiredState,
  Link,
  Match,
  MatchedObject,
  MatchingValue,
  TargetState,
} from '../model/pipeline.ts';
import { readList, readStateOf } from '../scim/answer.ts';
import { shownAs } from '../scim/compare.ts';
import { failureOfFilterValue } from '../scim/filter-value.ts';
import { readTargetState } from '../scim/read.ts';
import { describeFind, describeRead } from '../scim/request.ts';
import { type ConfirmContext, confirmMatch } from './confirm.ts';
import { orUnshown, takeUnconfirmed, type UnconfirmedContext } from './unconfirmed.ts';

/** What matching needs to know of the job and of what it remembers. */
export interface MatchingContext extends UnconfirmedContext, ConfirmContext {
  readonly link: Link | null;
  /** The cached state; null: it is not known, or the job reads live, so that the target is asked. */
  readonly cached: TargetState | null;
  /** A link whose target is gone is dropped, and the object is matched again. */
  readonly rematchOn404: boolean;
  /** A deletion was sent and never confirmed: whether the object is still there is asked before it is deleted again. */
  readonly mayBeDeleted: boolean;
}

/**
 * Finds the counterpart of an object in the target. A linked one is known by its id for good; others are asked for by
 * their matching attributes, lowest priority number first, until one is found. The target is asked only where the
 * answer can matter: not for an object that is neither linked nor to be provisioned, unless a creation of it may have
 * been executed without being confirmed.
 * @see Entra "How provisioning works", and "Customize attribute-mappings", Match objects using this attribute
 */
export async function matchObject(desired: DesiredState, context: MatchingContext): Promise<MatchedObject> {
  const match = await findCounterpart(desired, context);
  return { desired, match, isRelinked: context.link !== null && match.kind !== 'linked' };
}

async function findCounterpart(desired: DesiredState, context: MatchingContext): Promise<Match> {
  if (context.link !== null) {
    const match = await readLinked(desired, context.link, context);
    const isLost = match.kind === 'failed' && match.failure.code === 'InvalidAnchor';
    if (isLost && context.mayBeDeleted && desired.isSoftDeleted)
      return { kind: 'linked', link: context.link, target: null, wasRead: true, isGone: true };
    if (!isLost || !context.rematchOn404) return match;
  }
  if (isLeftAlone(desired)) return { kind: 'notAsked' };
  if (context.unconfirmed !== null) return findUnconfirmed(desired, context.unconfirmed, context);
  if (desired.isSoftDeleted) return { kind: 'notAsked' };
  return findByMatchingAttributes(desired, matchingValues(desired), context);
}

/**
 * Looks for the account of a creation that may have been executed, first by the values that it was sent with: they may
 * have changed in the source since, or be gone with the object.
 */
async function findUnconfirmed(
  desired: DesiredState,
  createdAs: readonly MatchingValue[],
  context: MatchingContext,
): Promise<Match> {
  const strict: MatchingContext = { ...context, confirm: 'strict' };
  if (desired.isSoftDeleted)
    return takeUnconfirmed(await findByMatchingAttributes(desired, createdAs, strict), desired, context);
  const values = matchingValues(desired);
  const earlier = createdAs.filter((one) => !values.some((value) => isSame(one, value)));
  const match = await findByMatchingAttributes(desired, earlier, strict);
  if (match.kind === 'failed') return match;
  return match.kind === 'found' && !(await context.isLinked(match.target.id))
    ? orUnshown(match, context)
    : findByMatchingAttributes(desired, values, context);
}

const isSame = (one: MatchingValue, other: MatchingValue): boolean =>
  one.attribute === other.attribute && one.value === other.value;

/** The state of a linked object: not needed to delete it or to leave it alone; else cached, else read by its id. */
async function readLinked(desired: DesiredState, link: Link, context: MatchingContext): Promise<Match> {
  if (!context.mayBeDeleted && !needsState(desired, link))
    return { kind: 'linked', link, target: null, wasRead: false };
  if (context.cached !== null) return { kind: 'linked', link, target: context.cached, wasRead: false };
  const response = await context.target.read(describeRead(link.objectType, link.targetId), link.sourceId);
  const state = readStateOf(response, link.targetId, context.mappings);
  if ('code' in state) return { kind: 'failed', link, failure: state };
  return { kind: 'linked', link, target: state, wasRead: true };
}

/** Whether the state of a linked object is needed: not to delete it or to leave it alone. */
export function needsState({ scoped, failure, isIgnored }: DesiredState, link: Link): boolean {
  const { object, scope } = scoped;
  if (object.presence === 'hardDeleted' || scope.isDropped || failure !== null || isIgnored) return false;
  if (object.objectType === 'Group') return scope.isInScope && scope.isActive;
  return scope.isInScope || link.isManaged;
}

async function findByMatchingAttributes(
  desired: DesiredState,
  candidates: readonly MatchingValue[],
  context: MatchingContext,
): Promise<Match> {
  const { objectType: type, id } = desired.scoped.object;
  if (candidates.length === 0) return { kind: 'noMatchingValue' };
  for (const candidate of candidates) {
    const { attribute, value } = candidate;
    const show = shownAs(attribute, context.mappings);
    const unaskable = failureOfFilterValue(candidate, context.filterQuotes, show);
    if (unaskable !== null) return { kind: 'failed', link: null, failure: unaskable };
    const request = describeFind(type, attribute, value, context.filterQuotes === 'raw' ? 'raw' : 'escape');
    const found = readList(await context.target.read(request, id), 'find');
    if ('code' in found) return { kind: 'failed', link: null, failure: found };
    const confirmed = await confirmMatch({ about: id, type, show, ...candidate, ...found }, context);
    if ('code' in confirmed) return { kind: 'failed', link: null, failure: confirmed };
    const { resource, ...remark } = confirmed;
    if (resource === null) continue;
    const target = readTargetState(resource, context.mappings);
    if ('code' in target) return { kind: 'failed', link: null, failure: target };
    return { kind: 'found', attribute, value, target, ...remark };
  }
  return { kind: 'none', asked: candidates.map(({ attribute }) => attribute) };
}
