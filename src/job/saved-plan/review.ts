import { ConfigurationError, issueOf } from '../../model/errors.ts';
import { counted, type NamedCount, spellNames } from '../../model/named.ts';
import type { PlanningContext } from '../cycle/planning-context.ts';
import type { CycleStart } from '../cycle/start.ts';
import { agreeOnFollowUps } from './agree.ts';
import type { Fingerprint } from './basis.ts';
import { configurationMoved, directoryMoved, planBasis, spellDirectory, stateMoved } from './basis.ts';
import type { SavedPlan } from './saved-plan.ts';
import { plannedStart } from './start.ts';
import { type TakenPages, takePages } from './take.ts';

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
 * Everything that it does is derived again and kept in the notes, and so the file is not read again: it may have been
 * changed by hand, and may be changed meanwhile. Its deprovisionings are withheld there, to be counted.
 * @throws {ConfigurationError} naming what moved, with `skipChanged` only where it cannot be attributed to single
 * objects; or when the file says something else than what was planned
 */
export async function reviewSavedPlan(
  plan: SavedPlan,
  context: PlanningContext,
  { fingerprint, skipChanged, acceptsClock, source }: ReviewOptions,
): Promise<ReviewedPlan> {
  const { head } = plan;
  const { directory, notes, world } = context;
  const now = await planBasis(context, fingerprint);
  const refused = configurationMoved(head.basis, now);
  if (refused.length > 0) throw refusal(source, refused, PLAN_AGAIN);
  const inDirectory = await directoryMoved(head.basis, context, world.now(), (id) =>
    notes.savedPlan.changed.add(id),
  );
  const moved = [
    ...spellDirectory(inDirectory, head.basis, await directory.watermark()),
    ...stateMoved(head.basis, now),
  ];
  if (moved.length > 0 && !skipChanged) throw refusal(source, moved, SKIP_OR_AGAIN);
  const begun = await plannedStart(head, context, acceptsClock);
  if (begun === null || (!begun.isNext && moved.length === 0)) throw refusal(source, [EDITED], PLAN_AGAIN);
  const taken = await takePages(plan, begun.planned, context, fingerprint);
  const changed = spellChanged(taken);
  if (changed.length > 0 && !skipChanged) throw refusal(source, changed, SKIP_OR_AGAIN);
  if (taken.misfits.count > 0) throw refusal(source, [spellMisfits(taken.misfits)], PLAN_AGAIN);
  const isWhole = taken.leftOut.count === 0 && !head.isPartial && begun.isNext;
  if (
    !(await agreeOnFollowUps(begun.planned, context, taken.followUpCount)) ||
    (isWhole && !(await coversSource(begun.planned, context)))
  )
    throw refusal(source, [EDITED], PLAN_AGAIN);
  return { start: begun.start, leftOut: taken.leftOut, isWhole };
}

/**
 * Whether a plan has an item of every object that its cycle evaluates. One that
 * changed since the plan was made is for the next cycle.
 */
async function coversSource(
  { since, until, view }: CycleStart,
  { job, directory, notes }: PlanningContext,
): Promise<boolean> {
  for (const { objectType } of job.types) {
    const pages =
      since === null
        ? directory.objects(objectType, view, COVERED_AT_ONCE)
        : directory.changedObjects(objectType, since, until, view, COVERED_AT_ONCE);
    for await (const page of pages)
      if (page.some(({ id }) => !(notes.savedPlan.taken.has(id) || notes.savedPlan.changed.has(id))))
        return false;
  }
  return true;
}

const COVERED_AT_ONCE = 500;

const PLAN_AGAIN = 'plan again, and review what changed';
const SKIP_OR_AGAIN = 'plan again, or apply the rest of it with --skip-changed';
const EDITED =
  'the file was changed by hand: it says something else than follows from directory, schema and state, and nothing else than that is applied';

/** The target was queried again for only some of them, so the two cases cannot be distinguished. */
const spellMisfits = (misfits: NamedCount): string =>
  `the file was changed by hand, or the target changed: the plan of ${counted(misfits.count, 'object')} (${spellNames(misfits)}) says something else than follows from directory, schema, state and target, and nothing else than that is applied`;

/** Says what changed of the objects of a plan; empty when nothing did. */
const spellChanged = ({ remembered, answered }: TakenPages): readonly string[] => [
  ...(remembered.count === 0
    ? []
    : [
        `what the job remembers of ${counted(remembered.count, 'object')} changed: ${spellNames(remembered)}`,
      ]),
  ...(answered.count === 0
    ? []
    : [
        `the target answers differently for ${counted(answered.count, 'object')} than when the plan was made: ${spellNames(answered)}`,
      ]),
];

const refusal = (source: string, moved: readonly string[], wayOut: string): ConfigurationError =>
  new ConfigurationError(
    moved.map((fact) => issueOf(source, `the plan no longer fits, and nothing was sent: ${fact}; ${wayOut}`)),
  );
