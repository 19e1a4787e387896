import type { SourceId } from '../../model/identifiers.ts';
import type { Planned } from '../../model/pipeline.ts';
import type { JobReader } from '../../model/ports.ts';
import type { Escrow, PageState, StateChange } from '../../model/state.ts';

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

/** What is known of a page while it is recorded. */
export interface PageMemory {
  /** Shows what was noted so far. */
  readonly known: PageState;
  /** Applies changes: what is recorded next builds on them. */
  note(changes: readonly StateChange[]): void;
}

/** Copies what was read of a page, to be changed in place. */
export function memoryOf(read: PageState): PageMemory {
  const links = new Map(read.links);
  const targetStates = new Map(read.targetStates);
  const escrows = new Map(read.escrows);
  const pendingIntents = new Map(read.pendingIntents);
  const otherEscrows = (id: SourceId, isReference: boolean): readonly Escrow[] =>
    (escrows.get(id) ?? []).filter((escrow) => escrow.isReference !== isReference);
  const noteOne = (change: StateChange): void => {
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
        if (attributes === null) targetStates.delete(sourceId);
        else if (id !== undefined) targetStates.set(sourceId, { id, attributes });
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
  };
  return {
    known: { links, targetStates, escrows, pendingIntents },
    note: (changes) => {
      for (const change of changes) noteOne(change);
    },
  };
}
