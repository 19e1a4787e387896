import { isFollowed } from '../../model/desired-state.ts';
import { type SourceId, type TargetId, targetId } from '../../model/identifiers.ts';
import { type Link, type MatchedObject, matchedOf, type Planned } from '../../model/pipeline.ts';
import type { MembershipTask } from '../../planning/plan-membership.ts';
import type { ReferenceTask } from '../../planning/plan-reference.ts';
import type { CompiledJob, CompiledType } from '../compile.ts';
import type { PlanningContext } from '../cycle/planning-context.ts';

/**
 * Notes what later phases need of a planned page: who joins the target, leaves it, or cannot be provisioned, which
 * references are to be compared once both ends exist, and which groups have memberships to compare.
 */
export function queueFollowUps(
  planned: readonly Planned[],
  type: CompiledType,
  { notes, job }: PlanningContext,
): void {
  const removesReferences = removesReferencesOf(job);
  const references: ReferenceTask[] = [];
  const memberships: MembershipTask[] = [];
  for (const one of planned) {
    if (one.kind === 'failure') notes.failing.add(one.source.id);
    if (one.kind === 'delete') notes.deleting.add(one.source.id);
    if (isLeaving(one)) notes.leaving.add(one.source.id);
    const returning = returningLink(one);
    if (returning !== null) notes.joining.claim(returning.sourceId, returning.targetId);
    const matched = provisioned(one);
    if (matched === null) continue;
    const joins = isWaiting(one) ? null : joiningAs(matched);
    if (joins !== null) notes.joining.claim(one.source.id, joins);
    const isNew = matched.match.kind === 'none';
    if (!isNew && !type.mapping.actions.update) continue;
    references.push(...referenceTasks(matched, removesReferences));
    if (type.mappings.members !== null) memberships.push(membershipTask(matched));
  }
  notes.references.append(references);
  notes.memberships.append(memberships);
}

/** The object with its counterpart; null where it failed. */
const unfailed = (planned: Planned): MatchedObject | null =>
  planned.kind === 'failure' ? null : matchedOf(planned);

/** Nothing is recorded of an object that waits: it joins the target once it is written. */
const isWaiting = (planned: Planned): boolean => planned.kind === 'skip' && planned.isWaiting === true;

/** This cycle drops the object, so that nothing may refer to it any more. */
function isLeaving(planned: Planned): boolean {
  return planned.kind === 'delete' || ('linkEffect' in planned && planned.linkEffect === 'unmanage');
}

/** The link of an object that left scope before and comes back, active or not, so that it can be referred to again. */
function returningLink(planned: Planned): Link | null {
  if (!('linkEffect' in planned) || planned.linkEffect !== 'manage' || isWaiting(planned)) return null;
  const { match } = planned.matched;
  return match.kind === 'linked' && !match.link.isManaged ? match.link : null;
}

/** The object where it is, or is about to be, an active object of the target; else null. */
function provisioned(planned: Planned): MatchedObject | null {
  const matched = unfailed(planned);
  if (matched === null || !isFollowed(matched.desired)) return null;
  const { kind } = matched.match;
  const isWritten = kind === 'found' || kind === 'linked' || (kind === 'none' && planned.kind === 'create');
  return isWritten ? matched : null;
}

/**
 * The target id under which an object is managed from this cycle on: empty while unknown; null: it was managed before.
 */
function joiningAs({ match }: MatchedObject): TargetId | '' | null {
  if (match.kind === 'none') return '';
  if (match.kind === 'found') return match.target.id;
  return match.kind === 'linked' && !match.link.isManaged ? match.link.targetId : null;
}

/** Whether a reference that the source no longer has is removed: by default nulls never flow. */
const removesReferencesOf = ({ settings }: CompiledJob): boolean =>
  settings.target.dialect.managerRemoval !== 'none';

/**
 * The objects that have nothing to refer to: whatever failed of their references before is of no consequence now. Of a
 * group in scope that is for its memberships to say.
 */
export function idleReferences(
  planned: readonly Planned[],
  { job }: Pick<PlanningContext, 'job'>,
): readonly SourceId[] {
  return planned.flatMap((one) => {
    const matched = unfailed(one);
    if (matched === null) return [];
    const { desired } = matched;
    const { objectType, id } = desired.scoped.object;
    const refersToNobody =
      objectType === 'User' && referenceTasks(matched, removesReferencesOf(job)).length === 0;
    return refersToNobody || !isFollowed(desired) ? [id] : [];
  });
}

/** An empty reference is a task only where it removes a value. */
function referenceTasks(
  { desired, match }: MatchedObject,
  removesReferences: boolean,
): readonly ReferenceTask[] {
  const { object } = desired.scoped;
  const { displayName } = object.attributes;
  const target = match.kind === 'found' || match.kind === 'linked' ? match.target : null;
  return desired.references.flatMap(({ mapping, value }) => {
    const held = target?.attributes[mapping.targetAttributeName];
    const current = typeof held === 'string' && held !== '' ? targetId(held) : null;
    if (value === null && !(removesReferences && current !== null)) return [];
    return [
      {
        objectType: object.objectType,
        id: object.id,
        label: object.label,
        ...(typeof displayName === 'string' ? { displayName } : {}),
        attribute: mapping.targetAttributeName,
        value,
        current,
      },
    ];
  });
}

const membershipTask = ({ desired }: MatchedObject): MembershipTask => ({
  id: desired.scoped.object.id,
  label: desired.scoped.object.label,
});
