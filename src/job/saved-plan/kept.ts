import type { Phase } from '../../model/pipeline.ts';
import type { Scratch } from '../../model/ports.ts';
import type { CompiledJob } from '../compile.ts';
import type { PlannedPage } from '../phases/objects.ts';
import { packPage, unpackPage } from './saved-plan.ts';

const queueOf = (phase: Phase): string => `plan:${phase}`;

/** Keeps a page of a saved plan for when it is applied. */
export function keepPage(page: PlannedPage, scratch: Pick<Scratch, 'append'>): void {
  scratch.append(queueOf(page.phase), [packPage({ ...page, states: [] })]);
}

/** The pages of a phase that were kept, in their order. */
export function* keptPages(
  phase: Phase,
  scratch: Pick<Scratch, 'pages'>,
  job: CompiledJob,
): Generator<PlannedPage> {
  for (const texts of scratch.pages(queueOf(phase), 1))
    for (const text of texts) yield unpackPage(text as string, job);
}
