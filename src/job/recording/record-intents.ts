import { matchingValues } from '../../matching/match.ts';
import type { AttributePath, SourceId } from '../../model/identifiers.ts';
import type { Json } from '../../model/json.ts';
import type { Change, Link, TargetState } from '../../model/pipeline.ts';
import type { JobReader, JobWriter, Recording } from '../../model/ports.ts';
import { NOTHING } from './record.ts';

/** What is remembered of the objects whose attributes are about to be written. */
interface Remembered {
  readonly links: ReadonlyMap<SourceId, Link>;
  readonly states: ReadonlyMap<SourceId, TargetState>;
}

/**
 * Writes down what is about to be sent, before it is. Should the process be killed before it writes down what came of
 * it, and things change again before the next cycle, that cycle must not go by what was remembered before: an account
 * may be there that nobody knows of, or be gone, and what an attribute or a group holds is not known.
 */
export function recordIntents(
  changes: readonly Change[],
  store: JobWriter,
  state: Pick<JobReader, 'links' | 'targetStates'>,
): void {
  const written = changes.filter((change) => writtenPaths(change).length > 0).map(({ source }) => source.id);
  const remembered = { links: state.links(written), states: state.targetStates(written) };
  const recordings = changes.flatMap((change) => intentOf(change, remembered) ?? []);
  if (recordings.length > 0) store.record(recordings);
}

/** Null: it is sent again whatever is remembered, and does no harm then. */
function intentOf(change: Change, remembered: Remembered): Recording | null {
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
      return withoutAttributes(id, writtenPaths(change), remembered);
  }
}

/** The attributes that a change writes to an object that is linked. */
function writtenPaths(change: Change): readonly AttributePath[] {
  if (change.kind === 'update') return change.attributes.map(({ mapping }) => mapping.targetAttributeName);
  // One that is taken away is found by what it pointed at.
  return change.kind === 'reference' && change.value !== null ? [change.mapping.targetAttributeName] : [];
}

/** The cached state without some attributes, so that they are written anew whatever they are to be. */
function withoutAttributes(
  id: SourceId,
  paths: readonly AttributePath[],
  { links, states }: Remembered,
): Recording | null {
  const link = links.get(id);
  const cached = states.get(id)?.attributes;
  if (link === undefined || cached === undefined || paths.length === 0) return null;
  const left: [string, Json][] = Object.entries(cached).filter(
    ([path]) => !paths.includes(path as AttributePath),
  );
  return { ...NOTHING, link, state: Object.fromEntries(left) };
}
