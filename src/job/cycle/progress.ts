import type { CycleProgress } from '../../model/cycle.ts';
import type { ObjectType } from '../../model/directory.ts';
import type { Instant } from '../../model/identifiers.ts';
import type { Phase } from '../../model/pipeline.ts';
import { typeOf } from '../compile.ts';
import { GROUPS_PER_PAGE } from '../phases/memberships.ts';
import { PAGE_SIZE } from '../phases/source-pages.ts';
import { stagedCount } from '../phases/stage.ts';
import type { PlanningContext } from './planning-context.ts';
import type { CycleStart } from './start.ts';

/** Measures how far a cycle has come. */
export interface ProgressMeter {
  /** The progress before the first page. */
  begun(): Promise<CycleProgress>;
  /** Counts a page; null when that is not worth telling yet. */
  pageDone(phase: Phase): Promise<CycleProgress | null>;
}

/** Progress is reported once a second at most: computing it takes time. */
const TOLD_EVERY_MS = 1_000;

/**
 * Begins to measure the progress of a cycle, in pages. How many objects have changed is not known before they are read,
 * so that an incremental cycle counts only the pages it has done, and those that wait for its later phases.
 * @param phases in their order
 * @see Graph synchronizationProgress
 */
export function measureProgress(
  context: PlanningContext,
  start: CycleStart,
  phases: readonly Phase[],
): ProgressMeter {
  const done: Partial<Record<Phase, number>> = {};
  let toldAt = Number.NEGATIVE_INFINITY;
  const progressIn = async (phase: Phase | undefined, observedAt: Instant): Promise<CycleProgress> => {
    const pages = await Promise.all(
      phases.map(async (one) => {
        const counted = done[one] ?? 0;
        const isOver = phase !== undefined && phases.indexOf(one) < phases.indexOf(phase);
        return {
          counted,
          expected: isOver ? counted : Math.max(counted, await expectedPages(one, context, start)),
        };
      }),
    );
    return {
      pagesDone: pages.reduce((sum, { counted }) => sum + counted, 0),
      pagesTotal: pages.reduce((sum, { expected }) => sum + expected, 0),
      observedAt,
    };
  };
  return {
    begun: () => progressIn(undefined, context.world.now()),
    pageDone: async (phase) => {
      done[phase] = (done[phase] ?? 0) + 1;
      const now = context.world.now();
      if (Date.parse(now) - toldAt < TOLD_EVERY_MS) return null;
      toldAt = Date.parse(now);
      return progressIn(phase, now);
    },
  };
}

async function expectedPages(phase: Phase, context: PlanningContext, start: CycleStart): Promise<number> {
  const { notes } = context;
  switch (phase) {
    case 'users':
      return pagesOfType('User', context, start);
    case 'groups':
      return pagesOfType('Group', context, start);
    case 'references':
      return Math.ceil(notes.references.size() / PAGE_SIZE);
    case 'memberships':
      return Math.ceil(notes.memberships.size() / GROUPS_PER_PAGE);
    case 'deprovisioning':
      return Math.ceil(stagedCount(context) / PAGE_SIZE);
  }
}

async function pagesOfType(
  type: ObjectType,
  { job, directory }: PlanningContext,
  start: CycleStart,
): Promise<number> {
  if (start.since !== null || typeOf(job, type) === undefined) return 0;
  return Math.ceil((await directory.count(type)) / PAGE_SIZE);
}
