import type { Phase } from '../../model/pipeline.ts';
import type { CompiledJob } from '../compile.ts';
import type { CycleNotes } from '../phases/cycle-notes.ts';
import type { PlannedPage } from '../phases/planned-page.ts';
import { packPage, unpackPage } from './saved-plan.ts';

/** Keeps a page of a saved plan for when it is applied. */
export function keepPage(page: PlannedPage, { savedPlan }: Pick<CycleNotes, 'savedPlan'>): void {
  savedPlan.pages(page.phase).append([packPage({ ...page, states: [] })]);
}

/** The pages of a phase that were kept, in their order. */
export function* keptPages(
  phase: Phase,
  { savedPlan }: Pick<CycleNotes, 'savedPlan'>,
  job: CompiledJob,
): Generator<PlannedPage> {
  for (const texts of savedPlan.pages(phase).pages(1)) for (const text of texts) yield unpackPage(text, job);
}
