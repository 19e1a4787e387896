import type { SourceId, TargetId } from '../../model/identifiers.ts';
import type { JobReader } from '../../model/ports.ts';
import { escrowsByObject, NO_STATE, type PageState } from '../../model/state.ts';
import type { Referenced } from '../../planning/plan-reference.ts';
import type { PlanningContext } from '../cycle/planning-context.ts';
import type { CycleStart } from '../cycle/start.ts';

/** Stands for a target id that is known after export. It is no text, because every text may be an id. */
export const PENDING = Symbol('pending');

/**
 * An object about to be linked in this cycle: its target id, `PENDING` while it is to be created, null when it is not
 * about to be linked. In a run there is none once users and groups are written.
 */
export type PendingLinks = (id: SourceId) => TargetId | typeof PENDING | null;

/** In a run objects are linked by the time their references are planned. */
export const noPendingLinks: PendingLinks = () => null;

/** In a plan nothing is written: objects that would have been linked are noted. */
export function pendingLinksByNotes({ notes }: Pick<PlanningContext, 'notes'>): PendingLinks {
  return (id) => {
    const joins = notes.joining.holder(id);
    return joins === '' ? PENDING : joins;
  };
}

/** What planning reads of objects that refer to others, and of those others. */
export type KnownReferences = Pick<PageState, 'links' | 'escrows'>;

/** Reads the failures of objects. */
export async function readEscrows(
  ids: readonly SourceId[],
  state: Pick<JobReader, 'escrowsOf'>,
): Promise<Pick<PageState, 'escrows'>> {
  return ids.length === 0 ? NO_STATE : { escrows: escrowsByObject(await state.escrowsOf(ids)) };
}

/** Reads the links and failures of objects. */
export async function readKnown(
  ids: readonly SourceId[],
  state: Pick<JobReader, 'links' | 'escrowsOf'>,
): Promise<KnownReferences> {
  return ids.length === 0 ? NO_STATE : { links: await state.links(ids), ...(await readEscrows(ids, state)) };
}

/** The labels of source objects, for messages; an object that the directory has forgotten goes by its id. */
export async function labelsOf(
  ids: readonly SourceId[],
  { directory }: Pick<PlanningContext, 'directory'>,
  { view }: Pick<CycleStart, 'view'>,
): Promise<ReadonlyMap<SourceId, string>> {
  const found = ids.length === 0 ? [] : await directory.find([...new Set(ids)], view);
  return new Map([
    ...ids.map((id) => [id, id] as const),
    ...found.map(({ id, label }) => [id, label] as const),
  ]);
}

/** Tells what is known of objects that references point at. */
export function lookUpReferenced(
  { links, escrows }: KnownReferences,
  { notes }: Pick<PlanningContext, 'notes'>,
  pendingLinks: PendingLinks,
): (id: SourceId) => Referenced {
  return (id) => {
    if (notes.leaving.has(id)) return { kind: 'notProvisioned' };
    const link = links.get(id);
    if (link?.isManaged) return { kind: 'linked', targetId: link.targetId };
    const joins = pendingLinks(id);
    if (joins === PENDING) return { kind: 'pending' };
    if (joins !== null) return { kind: 'linked', targetId: joins };
    // Neither new nor back in scope yet, because it fails to become so.
    const isFailing = (escrows.get(id) ?? []).some((escrow) => !escrow.isReference) || notes.failing.has(id);
    return { kind: isFailing ? 'failing' : 'notProvisioned' };
  };
}
