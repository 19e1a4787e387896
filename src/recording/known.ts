import type { SourceId } from '../model/identifiers.ts';
import type { Recording } from '../model/ports.ts';
import type { PageState } from '../model/state.ts';

/** What is known of a page once some recordings are stored: what is recorded next builds on them. */
export function afterRecordings(known: PageState, recordings: readonly Recording[]): PageState {
  const links = new Map(known.links);
  const targetStates = new Map(known.targetStates);
  const escrows = new Map(known.escrows);
  const pendingIntents = new Map(known.pendingIntents);
  const withoutEscrow = (id: SourceId, isReference: boolean) =>
    (escrows.get(id) ?? []).filter((escrow) => escrow.isReference !== isReference);
  for (const { dropLink, link, state, clearEscrow, escrow, memberships, existence } of recordings) {
    if (dropLink !== null)
      for (const map of [links, targetStates, escrows, pendingIntents]) map.delete(dropLink);
    if (link !== null) {
      links.set(link.sourceId, link);
      pendingIntents.delete(link.sourceId);
      if (state !== null) targetStates.set(link.sourceId, { id: link.targetId, attributes: state });
    }
    if (clearEscrow !== null)
      escrows.set(clearEscrow.sourceId, withoutEscrow(clearEscrow.sourceId, clearEscrow.isReference));
    if (escrow !== null)
      escrows.set(escrow.sourceId, [...withoutEscrow(escrow.sourceId, escrow.isReference), escrow]);
    const group = memberships?.isComplete ? links.get(memberships.group) : undefined;
    if (group !== undefined) links.set(group.sourceId, { ...group, hasMemberships: true });
    if (existence?.isOpen === true) pendingIntents.set(existence.sourceId, existence.createdAs ?? []);
    if (existence?.isOpen === false) pendingIntents.delete(existence.sourceId);
  }
  return { links, targetStates, escrows, pendingIntents };
}
