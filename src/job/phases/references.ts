import type { SourceId } from '../../model/identifiers.ts';
import type { Planned } from '../../model/pipeline.ts';
import type { PageState } from '../../model/state.ts';
import { planReference, type Referenced, type ReferenceTask } from '../../planning/plan-reference.ts';
import { typeOf } from '../compile.ts';
import type { CycleCounter } from '../cycle/counts.ts';
import type { PlanningContext } from '../cycle/planning-context.ts';
import type { CycleStart } from '../cycle/start.ts';
import type { PlannedPage } from './planned-page.ts';
import { labelsOf, lookUpReferenced, type PendingLinks, readKnown } from './referenced.ts';
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
    const ids = new Set(tasks.flatMap(({ id, value }) => (value === null ? [id] : [id, value])));
    const known = await readKnown([...ids], context.state);
    const referenced = lookUpReferenced(known, context, pendingLinks);
    const values = tasks.flatMap(({ value }) => value ?? []);
    const failing = values.filter((value) => referenced(value).kind === 'failing');
    const labels = await labelsOf(failing, context, start);
    const planned = tasks.flatMap((task) => {
      if (!known.links.has(task.id) && pendingLinks(task.id) === null) return [];
      const mapping = typeOf(context.job, task.objectType)?.mappings.references.find(
        ({ targetAttributeName }) => targetAttributeName === task.attribute,
      );
      if (mapping === undefined) return [];
      const value: Referenced = task.value === null ? { kind: 'nobody' } : referenced(task.value);
      if (value.kind === 'notProvisioned') context.notes.unresolved.append([task]);
      return planReference(task, mapping, value, labels) ?? [];
    });
    counter.add('importedReferences', tasks.length);
    yield {
      phase: 'references',
      items: withoutWaiting(planned, known, waitingRules(context, start)),
      settledReferences: settledReferences(idle(tasks, planned), known),
    };
  }
}

/** The objects about which nothing is planned. */
function idle(tasks: readonly ReferenceTask[], items: readonly Planned[]): readonly SourceId[] {
  const busy = new Set(items.map(({ source }) => source.id));
  return tasks.flatMap(({ id }) => (busy.has(id) ? [] : [id]));
}

/** Of objects whose references need nothing, those whose reference failed before. */
export function settledReferences(
  ids: readonly SourceId[],
  { escrows }: Pick<PageState, 'escrows'>,
): readonly SourceId[] {
  return [...new Set(ids)].filter((id) => escrows.get(id)?.some(({ isReference }) => isReference));
}
