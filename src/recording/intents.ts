import { matchingValues } from '../model/desired-state.ts';
import type { AttributePath, SourceId } from '../model/identifiers.ts';
import type { Change } from '../model/pipeline.ts';
import type { Recording } from '../model/ports.ts';
import type { PageState } from '../model/state.ts';
import { NOTHING } from './record.ts';

/**
 * What is remembered of changes that are about to be sent. A process that is killed before it records the outcome, and
 * objects that change again before the next cycle, must not leave that cycle with what was remembered before: an account
 * may exist that the state does not know, or be gone, and what an attribute or a group holds is not known.
 * @returns nothing for a change that is sent again whatever is remembered, and does no harm then
 */
export function recordIntents(changes: readonly Change[], known: PageState): readonly Recording[] {
  return changes.flatMap((change) => intentOf(change, known) ?? []);
}

function intentOf(change: Change, known: PageState): Recording | null {
  const { id } = change.source;
  switch (change.kind) {
    case 'create':
      return {
        ...NOTHING,
        existence: { sourceId: id, isOpen: true, createdAs: matchingValues(change.matched.desired) },
      };
    case 'delete':
      return { ...NOTHING, existence: { sourceId: id, isOpen: true } };
    case 'membership':
      return {
        ...NOTHING,
        doubt: { group: id, members: [...change.added, ...change.removed], isOpen: true },
      };
    case 'update':
    case 'reference':
      return withoutAttributes(id, writtenPaths(change), known);
  }
}

/** The attributes that a change writes to an object that is linked. */
function writtenPaths(change: Change): readonly AttributePath[] {
  if (change.kind === 'update') return change.attributes.map(({ mapping }) => mapping.targetAttributeName);
  // A reference that is removed is found by what it pointed at.
  return change.kind === 'reference' && change.value !== null ? [change.mapping.targetAttributeName] : [];
}

/** The cached state without some attributes, so that they are written again whatever their values are to be. */
function withoutAttributes(
  id: SourceId,
  paths: readonly AttributePath[],
  { links, targetStates }: PageState,
): Recording | null {
  const link = links.get(id);
  const cached = targetStates.get(id)?.attributes;
  if (link === undefined || cached === undefined || paths.length === 0) return null;
  const left = Object.entries(cached).filter(([path]) => !paths.includes(path as AttributePath));
  return { ...NOTHING, link, state: Object.fromEntries(left) };
}
