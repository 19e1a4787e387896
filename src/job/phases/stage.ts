import type { DeprovisioningBase } from '../../model/control.ts';
import type { ObjectType } from '../../model/directory.ts';
import type { QuarantineError } from '../../model/errors.ts';
import { isChange, type Planned } from '../../model/pipeline.ts';
import type { JobReader } from '../../model/ports.ts';
import type { ExceededLimit } from '../../model/safety.ts';
import { type Deprovisioning, exceededLimit, judgeDeprovisioning } from '../../planning/safety.ts';
import type { PlanningContext } from '../cycle/planning-context.ts';
import { isTakenOver } from './taken-over.ts';

/**
 * A disable or a deletion: what the last phase holds, to be counted before any of it is sent. Planning calls an update
 * so by its decision, and not by the attribute that it writes.
 */
export function isDeprovisioning(planned: Planned): boolean {
  return isChange(planned) && (planned.action === 'disable' || planned.action === 'delete');
}

/** Withholds the deprovisionings of objects of a type until the last phase. */
export function withhold(
  type: ObjectType,
  planned: readonly Planned[],
  { notes }: Pick<PlanningContext, 'notes'>,
): void {
  notes.deprovisionings[type].append(planned);
}

/** How many deprovisionings are withheld. */
export function stagedCount({ notes }: Pick<PlanningContext, 'notes'>): number {
  return notes.deprovisionings.User.size() + notes.deprovisionings.Group.size();
}

/** Counts the existing accounts and groups that a page takes over: the guard takes them for linked ones. */
export function noteFound(
  type: ObjectType,
  planned: readonly Planned[],
  { notes }: Pick<PlanningContext, 'notes'>,
): void {
  const found = planned.filter(isTakenOver).length;
  if (found > 0) notes.found[type].append([found]);
}

/**
 * The basis on which a cycle's deprovisionings are limited, as of its begin: what it writes and what an administrator
 * allows meanwhile changes nothing.
 */
export interface StagingBasis {
  /** `ForceDeletes` was requested: nothing is staged. */
  readonly isForced: boolean;
  readonly linked: Readonly<Record<ObjectType, number>>;
  /** What the last whole cycle left; absent: nothing that says more than the links do. */
  readonly kept?: DeprovisioningBase;
}

/** Reads what the deprovisionings of the cycle that begins are judged by. */
export async function stagingBasis(state: Pick<JobReader, 'control' | 'linkCounts'>): Promise<StagingBasis> {
  const { forceDeletes, deprovisioningBase: kept } = await state.control();
  const linked = await state.linkCounts();
  const isLess = kept && (kept.isHeld || kept.User < linked.User || kept.Group < linked.Group);
  return { isForced: forceDeletes, linked, ...(isLess ? { kept } : {}) };
}

/**
 * What the share of the deprovisionings is taken of: the linked objects, and those that the cycle found in the target.
 * Objects that were added since the last whole cycle do not count: a cycle that broke off may have created them beside
 * the very leavers that are judged now.
 */
function baseOf(
  type: ObjectType,
  { notes }: Pick<PlanningContext, 'notes'>,
  { linked, kept }: StagingBasis,
): number {
  let found = 0;
  for (const page of notes.found[type].pages(PAGE)) for (const count of page) found += count;
  if (kept?.isHeld) return Math.min(kept[type], linked[type] + found);
  return Math.min(kept?.[type] ?? linked[type], linked[type]) + found;
}

const PAGE = 1_000;

/**
 * What the next cycle's share is taken of at most, once a cycle has ended. While deletions are staged it does not grow,
 * so that joiners cannot raise the limit for leavers that are not reviewed yet.
 */
export async function nextBase(
  context: Pick<PlanningContext, 'notes' | 'state'>,
  basis: StagingBasis,
): Promise<DeprovisioningBase> {
  if (!(await isAnyStaged(context.state))) return { ...(await context.state.linkCounts()), isHeld: false };
  return { User: baseOf('User', context, basis), Group: baseOf('Group', context, basis), isHeld: true };
}

async function isAnyStaged(state: Pick<JobReader, 'stagedObjects'>): Promise<boolean> {
  for (const type of ['User', 'Group'] as const)
    for await (const page of state.stagedObjects(type, 1)) if (page.length > 0) return true;
  return false;
}

const deprovisioningOf = (
  { notes }: Pick<PlanningContext, 'notes'>,
  basis: StagingBasis,
): Deprovisioning => ({
  counts: { User: notes.deprovisionings.User.size(), Group: notes.deprovisionings.Group.size() },
  linked: { User: baseOf('User', { notes }, basis), Group: baseOf('Group', { notes }, basis) },
});

/** The limit for which the withheld deprovisionings are staged; null: they may be sent. */
export function stagingLimit(
  context: Pick<PlanningContext, 'notes' | 'job'>,
  basis: StagingBasis,
): ExceededLimit | null {
  return basis.isForced ? null : exceededLimit(deprovisioningOf(context, basis), context.job.settings.safety);
}

/** Why the withheld deprovisionings must not be sent; null: they may. */
export function reasonToHoldBack(
  context: Pick<PlanningContext, 'notes' | 'job'>,
  basis: StagingBasis,
): QuarantineError | null {
  return basis.isForced
    ? null
    : judgeDeprovisioning(deprovisioningOf(context, basis), context.job.settings.safety);
}

/**
 * The withheld deprovisionings in pages, users first; above the limit, each is a staged deletion, which is not sent.
 * @see Entra "Enable accidental deletions prevention"
 */
export function* stagedItems(
  { notes }: Pick<PlanningContext, 'notes'>,
  isHeldBack: boolean,
  limit: number,
): Generator<readonly Planned[]> {
  for (const type of ['User', 'Group'] as const) {
    for (const items of notes.deprovisionings[type].pages(limit))
      yield isHeldBack ? items.map(staged) : items;
  }
}

/** A deprovisioning as a staged change. */
export function staged(planned: Planned): Planned {
  if (planned.kind !== 'update' && planned.kind !== 'delete') return planned;
  const { objectType, source } = planned;
  return { kind: 'stage', objectType, source, action: 'stagedDelete', staged: planned };
}
