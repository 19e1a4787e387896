import type { SourceId } from '../../model/identifiers.ts';
import type { Planned } from '../../model/pipeline.ts';
import type { JobReader } from '../../model/ports.ts';
import type { PageState } from '../../model/state.ts';

/** Reads what is remembered of the objects of a page, and the links of those that they refer to. */
export async function readPageState(
  items: readonly Planned[],
  state: Pick<JobReader, 'load' | 'links'>,
): Promise<PageState> {
  const known = await state.load([...new Set(items.map((item) => item.source.id))]);
  return { ...known, links: new Map([...(await readReferencedLinks(items, state)), ...known.links]) };
}

/** Reads the links of the objects of references and memberships, and of those that they refer to. */
export async function readReferencedLinks(
  items: readonly Planned[],
  state: Pick<JobReader, 'links'>,
): Promise<PageState['links']> {
  const ids = new Set(items.flatMap(referencedBy));
  return ids.size === 0 ? new Map() : await state.links([...ids]);
}

function referencedBy(change: Planned): readonly SourceId[] {
  const { id } = change.source;
  if (change.kind === 'reference') return change.value === null ? [id] : [id, change.value];
  return change.kind === 'membership' ? [id, ...change.added, ...change.removed] : [];
}
