import type { SourceId } from '../../model/identifiers.ts';
import { type NamedCount, NOBODY, withName } from '../../model/named.ts';
import type { Planned } from '../../model/pipeline.ts';
import { typeOf } from '../compile.ts';
import type { PlanningContext } from '../cycle/planning-context.ts';
import type { CycleStart } from '../cycle/start.ts';
import type { ToldItem } from '../phases/cycle-notes.ts';
import { idleReferences, queueFollowUps } from '../phases/follow-ups.ts';
import { partition } from '../phases/objects.ts';
import { readEscrows } from '../phases/referenced.ts';
import { settledReferences } from '../phases/references.ts';
import { PAGE_SIZE } from '../phases/source-pages.ts';
import { isDeprovisioning, noteFound, staged, withhold } from '../phases/stage.ts';
import { noteFollowUps } from './agree.ts';
import type { Fingerprint } from './basis.ts';
import { deriveItems } from './derive.ts';
import { keepPage } from './kept.ts';
import { withoutChanged } from './page.ts';
import { type SavedPlan, statesOf } from './saved-plan.ts';

/** What taking the pages of a saved plan came to. */
export interface TakenPages {
  /** Objects that changed since the plan was made, in any of these ways or in the directory. */
  readonly leftOut: NamedCount;
  /** Objects of which the file says something else than what was planned. */
  readonly misfits: NamedCount;
  /** Objects of which the job remembers something else than when the plan was made. */
  readonly remembered: NamedCount;
  /** Objects for which the target answers now and did not when the plan was made, or the other way round. */
  readonly answered: NamedCount;
  /** References and memberships that the file writes. */
  readonly followUpCount: number;
}

/**
 * Reads a saved plan to its end and keeps in the notes what is derived of it. Deprovisionings are withheld there, to be
 * counted. Failures come last: some fail because another object claims the same counterpart.
 */
export async function takePages(
  plan: SavedPlan,
  start: CycleStart,
  context: PlanningContext,
  fingerprint: Fingerprint,
): Promise<TakenPages> {
  const { savedPlan } = context.notes;
  let leftOut = NOBODY;
  let misfits = NOBODY;
  let remembered = NOBODY;
  let answered = NOBODY;
  let followUpCount = 0;
  const leaveOut = (id: SourceId, label: string, phase: string): void => {
    if (savedPlan.leftOut.claim(id, phase) === phase) leftOut = withName(leftOut, label);
  };
  const take = async (told: readonly ToldItem[]): Promise<void> => {
    const taken = await takeObjects(told, start, context);
    for (const { item } of taken.misfits) misfits = withName(misfits, item.source.label);
    for (const { id, item } of taken.otherwise) {
      const { label } = item.source;
      answered = withName(answered, label);
      savedPlan.changed.add(id);
      leaveOut(id, label, '');
    }
  };
  for (const page of plan.pages()) {
    const states = await statesOf(page.items, context.state, fingerprint);
    const told: ToldItem[] = [];
    for (const [index, item] of page.items.entries()) {
      const { id, label } = item.source;
      if (states[index] !== page.states[index]) {
        remembered = withName(remembered, label);
        savedPlan.changed.add(id);
      }
      if (savedPlan.changed.has(id)) leaveOut(id, label, page.phase);
      else told.push({ id, item });
    }
    if (page.phase === 'references' || page.phase === 'memberships')
      savedPlan.followUps.append([{ phase: page.phase, items: page.items }]);
    else {
      const [failed, others] = partition(told, ({ item }) => item.kind === 'failure');
      savedPlan.failed.append(failed);
      await take(others);
    }
  }
  for (const told of savedPlan.failed.pages(PAGE_SIZE)) await take(told);
  for (const pages of savedPlan.followUps.pages(1))
    for (const page of pages)
      followUpCount += noteFollowUps(withoutChanged(page, context).items, context.notes);
  return { leftOut, misfits, remembered, answered, followUpCount };
}

/** Items that were not kept. */
interface RefusedItems {
  /** Items that differ from what is derived, or occur twice. */
  readonly misfits: readonly ToldItem[];
  /** Those for which the target answers now and did not when the plan was made, or the other way round. */
  readonly otherwise: readonly ToldItem[];
}

/** Keeps what is derived of items. */
async function takeObjects(
  told: readonly ToldItem[],
  start: CycleStart,
  context: PlanningContext,
): Promise<RefusedItems> {
  const misfits = told.filter(({ item }) => !['User', 'Group'].includes(item.objectType));
  const otherwise: ToldItem[] = [];
  for (const objectType of ['User', 'Group'] as const) {
    const ofType = told.filter(({ item }) => item.objectType === objectType);
    const type = typeOf(context.job, objectType);
    const derived = type === undefined ? [] : await deriveItems(ofType, type, context, start);
    const taken: Planned[] = [];
    const items: Planned[] = [];
    for (const [index, one] of ofType.entries()) {
      const item = derived[index] ?? 'misfit';
      const isFirst = context.notes.savedPlan.taken.add(one.id);
      if (item === 'misfit' || !isFirst) misfits.push(one);
      else if (item === 'otherwise') otherwise.push(one);
      else {
        taken.push(item);
        if (!isDeprovisioning(item)) items.push(item);
        else withhold(objectType, [wasHeldBack(one.item) ? staged(item) : item], context);
      }
    }
    noteFound(objectType, taken, context);
    if (type !== undefined) queueFollowUps(taken, type, context);
    const idle = idleReferences(taken, context);
    const settled = settledReferences(idle, await readEscrows(idle, context.state));
    const phase = objectType === 'User' ? 'users' : 'groups';
    if (items.length + settled.length > 0)
      keepPage({ phase, items, settledReferences: settled }, context.notes);
  }
  return { misfits, otherwise };
}

/** A change that the plan shows as staged is not sent, even when fewer remain. */
const wasHeldBack = (item: Planned): boolean => item.kind === 'stage';
