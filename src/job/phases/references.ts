import type { SourceId } from '../../model/identifiers.ts';
import type { Planned } from '../../model/pipeline.ts';
import type { JobReader } from '../../model/ports.ts';
import { planReference, type Referenced, type ReferenceTask } from '../../planning/plan-reference.ts';
import { typeOf } from '../compile.ts';
import type { CycleCounter } from '../cycle/counts.ts';
import type { PlanningContext } from '../cycle/planning-context.ts';
import type { CycleStart } from '../cycle/start.ts';
import type { PlannedPage } from './planned-page.ts';
import { lookUpReferenced, type PendingLinks } from './referenced.ts';
import { waitingRules, withoutWaiting } from './refused-write.ts';
import { PAGE_SIZE } from './source-pages.ts';

/** Plans the references of the objects of this cycle: the second pass, once users and groups are written. */
export async function* planReferences(
  context: PlanningContext,
  start: CycleStart,
  pendingLinks: PendingLinks,
  counter: CycleCounter,
): AsyncGenerator<PlannedPage> {
  for (const tasks of context.notes.references.pages(PAGE_SIZE)) {
    const referenced = await lookUpReferenced(
      tasks.flatMap(({ value }) => value ?? []),
      context,
      pendingLinks,
    );
    const links = await context.state.links(tasks.map(({ id }) => id));
    const planned = tasks.flatMap((task) => {
      if (!links.has(task.id) && pendingLinks(task.id) === null) return [];
      const mapping = typeOf(context.job, task.objectType)?.mappings.references.find(
        ({ targetAttributeName }) => targetAttributeName === task.attribute,
      );
      if (mapping === undefined) return [];
      const known: Referenced = task.value === null ? { kind: 'nobody' } : referenced(task.value);
      if (known.kind === 'notProvisioned') context.notes.unresolved.append([task]);
      return planReference(task, mapping, known) ?? [];
    });
    const items = await withoutWaiting(planned, context.state, waitingRules(context, start));
    counter.add('importedReferences', tasks.length);
    yield {
      phase: 'references',
      items,
      settledReferences: await settledReferences(idle(tasks, planned), context.state),
    };
  }
}

/** The objects about which nothing is planned. */
function idle(tasks: readonly ReferenceTask[], items: readonly Planned[]): readonly SourceId[] {
  const busy = new Set(items.map(({ source }) => source.id));
  return tasks.flatMap(({ id }) => (busy.has(id) ? [] : [id]));
}

/** Of objects whose references need nothing, those whose reference failed before. */
export async function settledReferences(
  ids: readonly SourceId[],
  state: Pick<JobReader, 'escrowsOf'>,
): Promise<readonly SourceId[]> {
  return (await state.escrowsOf(ids)).flatMap((escrow) => (escrow.isReference ? [escrow.sourceId] : []));
}
