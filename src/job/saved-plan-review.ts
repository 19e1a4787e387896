import { ConfigurationError, issueOf } from '../model/errors.ts';
import type { Planned } from '../model/pipeline.ts';
import { typeOf } from './compile.ts';
import { idleReferences, queueFollowUps } from './follow-ups.ts';
import { isDeprovisioning, staged, withhold } from './hold-back.ts';
import { settledReferences } from './plan-references.ts';
import { type Fingerprint, type SavedPlan, statesOf, subjectOf } from './saved-plan.ts';
import {
  configurationMoved,
  directoryMoved,
  planBasis,
  spellDirectory,
  stateMoved,
} from './saved-plan-basis.ts';
import { deriveItems, type ToldItem } from './saved-plan-derive.ts';
import { agreeOnFollowUps, noteFollowUps } from './saved-plan-follow-ups.ts';
import { keepPage } from './saved-plan-kept.ts';
import { hasChanged, noteChanged, withoutChanged } from './saved-plan-page.ts';
import { plannedStart } from './saved-plan-start.ts';
import type { CycleStart, PlanningContext } from './start.ts';
import { counted, type NamedCount, NOBODY, spellNames, withName } from './warnings-named.ts';

/** How a saved plan is compared with the world. */
export interface ReviewOptions {
  readonly fingerprint: Fingerprint;
  /** Objects that changed since are left out, instead of refusing the plan. */
  readonly skipChanged: boolean;
  /** The clock is right, however far it is past the last cycle. */
  readonly acceptsClock: boolean;
  /** What the plan is called in messages. */
  readonly source: string;
}

/** What a review found out. */
export interface ReviewedPlan {
  readonly start: CycleStart;
  /** The objects of the plan that changed since it was made. */
  readonly leftOut: NamedCount;
  /** Once it is applied, the directory was read up to the end of the plan. */
  readonly isWhole: boolean;
}

/**
 * Compares a saved plan with directory, state and configuration, and reads it to its end, before any of it is applied.
 * Everything that it does is derived anew and kept in the scratch, and so the file is not read again: it may have been
 * changed by hand, and may be changed meanwhile. Its deprovisionings are withheld there, to be counted.
 * @throws {ConfigurationError} naming what moved, with `skipChanged` only where it cannot be told apart by objects; or when
 * the file says something else than what was planned
 */
export async function reviewSavedPlan(
  plan: SavedPlan,
  context: PlanningContext,
  { fingerprint, skipChanged, acceptsClock, source }: ReviewOptions,
): Promise<ReviewedPlan> {
  const { head } = plan;
  const { directory, scratch, world } = context;
  const now = planBasis(context, fingerprint);
  const refused = configurationMoved(head.basis, now);
  if (refused.length > 0) throw refusal(source, refused, PLAN_AGAIN);
  const inDirectory = directoryMoved(head.basis, context, world.now(), (id) => noteChanged(id, scratch));
  const moved = [
    ...spellDirectory(inDirectory, head.basis, directory.watermark()),
    ...stateMoved(head.basis, now),
  ];
  if (moved.length > 0 && !skipChanged) throw refusal(source, moved, SKIP_OR_AGAIN);
  const begun = plannedStart(head, context, acceptsClock);
  if (begun === null || (!begun.isNext && moved.length === 0)) throw refusal(source, [EDITED], PLAN_AGAIN);
  const { leftOut, misfits, otherwise } = await takePages(plan, begun.planned, context, fingerprint);
  if (otherwise.count > 0 && !skipChanged) {
    const words = `what the job remembers of ${counted(otherwise.count, 'object')} changed: ${spellNames(otherwise)}`;
    throw refusal(source, [words], SKIP_OR_AGAIN);
  }
  if (misfits.count > 0)
    throw refusal(
      source,
      [`of ${counted(misfits.count, 'object')} ${EDITED}: ${spellNames(misfits)}`],
      PLAN_AGAIN,
    );
  const isWhole = leftOut.count === 0 && !head.isPartial && begun.isNext;
  if (!agreeOnFollowUps(begun.planned, context) || (isWhole && !coversSource(begun.planned, context)))
    throw refusal(source, [EDITED], PLAN_AGAIN);
  return { start: begun.start, leftOut, isWhole };
}

interface TakenPages {
  readonly leftOut: NamedCount;
  /** Objects of which the file says something else than what was planned. */
  readonly misfits: NamedCount;
  /** Objects of which the job remembers something else than when the plan was made. */
  readonly otherwise: NamedCount;
}

async function takePages(
  plan: SavedPlan,
  start: CycleStart,
  context: PlanningContext,
  fingerprint: Fingerprint,
): Promise<TakenPages> {
  const { scratch } = context;
  let leftOut = NOBODY;
  let misfits = NOBODY;
  let otherwise = NOBODY;
  for (const page of plan.pages()) {
    const states = statesOf(page.items, context.state, fingerprint);
    const told: ToldItem[] = [];
    for (const [index, item] of page.items.entries()) {
      const { id, label } = subjectOf(item);
      if (states[index] !== page.states[index]) {
        otherwise = withName(otherwise, label);
        noteChanged(id, scratch);
      }
      if (hasChanged(id, scratch)) {
        if (scratch.claim(`told:${id}`, page.phase) === page.phase) leftOut = withName(leftOut, label);
      } else told.push({ id, item });
    }
    const isFollowUp = page.phase === 'references' || page.phase === 'memberships';
    if (isFollowUp) noteFollowUps(withoutChanged(page, context).items, scratch);
    else
      for (const { item } of await takeObjects(told, start, context))
        misfits = withName(misfits, subjectOf(item).label);
  }
  return { leftOut, misfits, otherwise };
}

/** Keeps what is derived of the items of a page. @returns those that the file tells otherwise, or twice */
async function takeObjects(
  told: readonly ToldItem[],
  start: CycleStart,
  context: PlanningContext,
): Promise<readonly ToldItem[]> {
  const misfits: ToldItem[] = [];
  for (const objectType of ['User', 'Group'] as const) {
    const ofType = told.filter(({ item }) => subjectOf(item).objectType === objectType);
    const type = typeOf(context.job, objectType);
    const derived = type === undefined ? [] : await deriveItems(ofType, type, context, start);
    const items: Planned[] = [];
    const taken = derived.filter((item) => item !== null);
    if (type !== undefined) queueFollowUps(taken, type, context);
    for (const [index, one] of ofType.entries()) {
      const item = derived[index] ?? null;
      const isFirst = context.scratch.holder(plannedKey(one.id)) === null;
      context.scratch.claim(plannedKey(one.id), '');
      if (item === null || !isFirst) misfits.push(one);
      else if (!isDeprovisioning(item)) items.push(item);
      else withhold(objectType, [wasHeldBack(one.item) ? staged(item) : item], context);
    }
    const settled = settledReferences(idleReferences(taken, context), context.state);
    const phase = objectType === 'User' ? 'users' : 'groups';
    if (items.length + settled.length > 0)
      keepPage({ phase, items, settledReferences: settled }, context.scratch);
  }
  const unknown = told.filter(({ item }) => !['User', 'Group'].includes(subjectOf(item).objectType));
  return [...misfits, ...unknown];
}

/** What the plan showed as held back is not carried out by it, although fewer are left. */
const wasHeldBack = (item: Planned): boolean =>
  item.kind === 'change' && item.change.action === 'stagedDelete';

/** Whether a plan has an item of every object that its cycle looks at because it changed, or looks at anyway. */
function coversSource(
  { since, until, view }: CycleStart,
  { job, directory, scratch }: PlanningContext,
): boolean {
  for (const { objectType } of job.types) {
    const pages =
      since === null
        ? directory.objects(objectType, view, COVERED_AT_ONCE)
        : directory.changedObjects(objectType, since, until, view, COVERED_AT_ONCE);
    for (const page of pages)
      if (page.some(({ id }) => scratch.holder(plannedKey(id)) === null)) return false;
  }
  return true;
}

const COVERED_AT_ONCE = 500;

const plannedKey = (id: string): string => `planned:${id}`;

const PLAN_AGAIN = 'plan again, and review what changed';
const SKIP_OR_AGAIN = 'plan again, or apply the rest of it with --skip-changed';
const EDITED =
  'the file says something else than directory, schema and state come to; it was changed by hand';

const refusal = (source: string, moved: readonly string[], wayOut: string): ConfigurationError =>
  new ConfigurationError(
    moved.map((fact) => issueOf(source, `the plan no longer fits, and nothing was sent: ${fact}; ${wayOut}`)),
  );
