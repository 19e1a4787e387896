import type { SourceId } from '../../model/identifiers.ts';
import type { Planned } from '../../model/pipeline.ts';
import type { JobReader } from '../../model/ports.ts';
import type { PageState } from '../../model/state.ts';
import { subjectOf } from '../saved-plan/saved-plan.ts';

/** Reads what is remembered of the objects of a page, and the links of those that they refer to. */
export function readPageState(
  items: readonly Planned[],
  state: Pick<JobReader, 'load' | 'links'>,
): PageState {
  const known = state.load([...new Set(items.map((item) => subjectOf(item).id))]);
  const referenced = items.flatMap(referencedBy);
  if (referenced.length === 0) return known;
  return { ...known, links: new Map([...state.links([...new Set(referenced)]), ...known.links]) };
}

function referencedBy(item: Planned): readonly SourceId[] {
  if (item.kind !== 'change') return [];
  const { change } = item;
  if (change.kind === 'reference') return change.value === null ? [] : [change.value];
  return change.kind === 'membership' ? [...change.added, ...change.removed] : [];
}
