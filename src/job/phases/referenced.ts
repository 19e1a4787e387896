import type { SourceId, TargetId } from '../../model/identifiers.ts';
import type { Referenced } from '../../planning/plan-reference.ts';
import type { PlanningContext } from '../cycle/planning-context.ts';

/** Stands for a target id that is known after export. It is no text, because every text may be an id. */
export const PENDING = Symbol('pending');

/**
 * Who is about to be linked in this cycle: its target id, `PENDING` while it is to be created, null when it is not
 * about to be linked. In a run nobody is, once users and groups are written.
 */
export type PendingLinks = (id: SourceId) => TargetId | typeof PENDING | null;

/** In a run objects are linked by the time their references are planned. */
export const noPendingLinks: PendingLinks = () => null;

/** In a plan nothing is written: those who would have been linked are noted. */
export function pendingLinksByNotes({ notes }: Pick<PlanningContext, 'notes'>): PendingLinks {
  return (id) => {
    const joins = notes.joining.holder(id);
    return joins === '' ? PENDING : joins;
  };
}

/** Tells what is known of objects that references point at. */
export async function lookUpReferenced(
  ids: readonly SourceId[],
  { state, notes }: PlanningContext,
  pendingLinks: PendingLinks,
): Promise<(id: SourceId) => Referenced> {
  const links = await state.links(ids);
  const escrowed = new Set(
    (await state.escrowsOf(ids.filter((id) => !links.get(id)?.isManaged))).flatMap((escrow) =>
      escrow.isReference ? [] : [escrow.sourceId],
    ),
  );
  return (id) => {
    if (notes.leaving.has(id)) return { kind: 'notProvisioned' };
    const link = links.get(id);
    if (link?.isManaged) return { kind: 'linked', targetId: link.targetId };
    const joins = pendingLinks(id);
    if (joins === PENDING) return { kind: 'pending' };
    if (joins !== null) return { kind: 'linked', targetId: joins };
    // Neither new nor back in scope yet, because it fails to become so.
    const isFailing = escrowed.has(id) || notes.failing.has(id);
    return { kind: isFailing ? 'failing' : 'notProvisioned' };
  };
}
