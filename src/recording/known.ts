import type { SourceId } from '../model/identifiers.ts';
import type { Escrow, PageState, StateChange } from '../model/state.ts';

/** What is known of a page once some changes are applied: what is recorded next builds on them. */
export function afterChanges(known: PageState, changes: readonly StateChange[]): PageState {
  const links = new Map(known.links);
  const targetStates = new Map(known.targetStates);
  const escrows = new Map(known.escrows);
  const pendingIntents = new Map(known.pendingIntents);
  const otherEscrows = (id: SourceId, isReference: boolean): readonly Escrow[] =>
    (escrows.get(id) ?? []).filter((escrow) => escrow.isReference !== isReference);
  for (const change of changes) {
    switch (change.kind) {
      case 'link':
        links.set(change.link.sourceId, change.link);
        pendingIntents.delete(change.link.sourceId);
        break;
      case 'unlink':
        for (const map of [links, targetStates, escrows, pendingIntents]) map.delete(change.sourceId);
        break;
      case 'targetState': {
        const { sourceId, attributes } = change;
        const id = links.get(sourceId)?.targetId;
        if (id !== undefined) targetStates.set(sourceId, { id, attributes });
        break;
      }
      case 'membersComplete': {
        const link = links.get(change.group);
        if (link !== undefined) links.set(change.group, { ...link, hasMemberships: true });
        break;
      }
      case 'escrow': {
        const { sourceId, isReference } = change.escrow;
        escrows.set(sourceId, [...otherEscrows(sourceId, isReference), change.escrow]);
        break;
      }
      case 'escrowCleared':
        escrows.set(change.sourceId, otherEscrows(change.sourceId, change.isReference));
        break;
      case 'intent':
        pendingIntents.set(change.sourceId, change.createdAs);
        break;
      case 'intentSettled':
        pendingIntents.delete(change.sourceId);
    }
  }
  return { links, targetStates, escrows, pendingIntents };
}
