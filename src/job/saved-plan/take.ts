import type { SourceId } from '../../model/identifiers.ts';
import type { Json } from '../../model/json.ts';
import { type NamedCount, NOBODY, withName } from '../../model/named.ts';
import type { Planned } from '../../model/pipeline.ts';
import type { Scratch } from '../../model/ports.ts';
import { typeOf } from '../compile.ts';
import type { CycleStart, PlanningContext } from '../cycle/start.ts';
import { idleReferences, queueFollowUps } from '../phases/follow-ups.ts';
import { type PlannedPage, partition } from '../phases/objects.ts';
import { settledReferences } from '../phases/references.ts';
import { PAGE_SIZE } from '../phases/source-pages.ts';
import { isDeprovisioning, noteFound, staged, withhold } from '../phases/stage.ts';
import { noteFollowUps } from './agree.ts';
import { deriveItems, type ToldItem } from './derive.ts';
import { keepPage } from './kept.ts';
import { hasChanged, noteChanged, withoutChanged } from './page.ts';
import { type Fingerprint, type SavedPlan, statesOf } from './saved-plan.ts';

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

/** Where items wait that failed when the plan was made, until the others have claimed their counterparts. */
const FAILED = 'plan:failed';

/** Where the pages of references and memberships wait, until it is known which objects are left out. */
const FOLLOW_UPS = 'plan:followUps';

/**
 * Reads a saved plan to its end and keeps in the scratch what is derived of it. Deprovisionings are withheld there, to be
 * counted. Failures come last: some fail because another object claims the same counterpart.
 */
export async function takePages(
  plan: SavedPlan,
  start: CycleStart,
  context: PlanningContext,
  fingerprint: Fingerprint,
): Promise<TakenPages> {
  const { scratch } = context;
  let leftOut = NOBODY;
  let misfits = NOBODY;
  let remembered = NOBODY;
  let answered = NOBODY;
  let followUpCount = 0;
  const leaveOut = (id: SourceId, label: string, phase: string): void => {
    if (scratch.claim(`told:${id}`, phase) === phase) leftOut = withName(leftOut, label);
  };
  const take = async (told: readonly ToldItem[]): Promise<void> => {
    const taken = await takeObjects(told, start, context);
    for (const { item } of taken.misfits) misfits = withName(misfits, item.source.label);
    for (const { id, item } of taken.otherwise) {
      const { label } = item.source;
      answered = withName(answered, label);
      noteChanged(id, scratch);
      leaveOut(id, label, '');
    }
  };
  for (const page of plan.pages()) {
    const states = statesOf(page.items, context.state, fingerprint);
    const told: ToldItem[] = [];
    for (const [index, item] of page.items.entries()) {
      const { id, label } = item.source;
      if (states[index] !== page.states[index]) {
        remembered = withName(remembered, label);
        noteChanged(id, scratch);
      }
      if (hasChanged(id, scratch)) leaveOut(id, label, page.phase);
      else told.push({ id, item });
    }
    if (page.phase === 'references' || page.phase === 'memberships')
      scratch.append(FOLLOW_UPS, [{ phase: page.phase, items: page.items } as unknown as Json]);
    else {
      const [failed, others] = partition(told, ({ item }) => item.kind === 'failure');
      if (failed.length > 0) scratch.append(FAILED, failed as unknown as readonly Json[]);
      await take(others);
    }
  }
  for (const told of scratch.pages(FAILED, PAGE_SIZE)) await take(told as unknown as readonly ToldItem[]);
  for (const pages of scratch.pages(FOLLOW_UPS, 1))
    for (const page of pages as unknown as readonly PlannedPage[])
      followUpCount += noteFollowUps(withoutChanged(page, context).items, scratch);
  return { leftOut, misfits, remembered, answered, followUpCount };
}

/** Items that were not kept. */
interface RefusedItems {
  /** Those that the file tells otherwise than they are derived, or twice. */
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
      const isFirst = !isTaken(one.id, context.scratch);
      context.scratch.claim(plannedKey(one.id), '');
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
    const settled = settledReferences(idleReferences(taken, context), context.state);
    const phase = objectType === 'User' ? 'users' : 'groups';
    if (items.length + settled.length > 0)
      keepPage({ phase, items, settledReferences: settled }, context.scratch);
  }
  return { misfits, otherwise };
}

/** What the plan showed as held back is not carried out by it, although fewer are left. */
const wasHeldBack = (item: Planned): boolean => item.kind === 'stage';

const plannedKey = (id: string): string => `planned:${id}`;

/** Whether a saved plan had an item of an object. */
export function isTaken(id: string, scratch: Pick<Scratch, 'holder'>): boolean {
  return scratch.holder(plannedKey(id)) !== null;
}
