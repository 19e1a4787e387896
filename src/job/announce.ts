import type { AttributePath } from '../model/identifiers.ts';
import type { Json } from '../model/json.ts';
import type { Change } from '../model/pipeline.ts';
import type { JobReader, JobWriter, Recording } from '../model/ports.ts';
import { NOTHING } from './record.ts';

type Remembered = Pick<JobReader, 'links' | 'targetStates'>;

/**
 * Writes down what is about to be sent, before it is. Should the process be killed before it writes down what came of
 * it, and things change again before the next cycle, that cycle must not go by what was remembered before: an account
 * may be there that nobody knows of, or be gone, and what an attribute or a group holds is not known.
 */
export function announceChanges(changes: readonly Change[], store: JobWriter, state: Remembered): void {
  const recordings = changes.flatMap((change) => announcementOf(change, state) ?? []);
  if (recordings.length > 0) store.record(recordings);
}

/** Null: it is sent again whatever is remembered, and does no harm then. */
function announcementOf(change: Change, state: Remembered): Recording | null {
  const { id } = change.source;
  switch (change.kind) {
    case 'create':
    case 'delete':
      return { ...NOTHING, existence: { sourceId: id, isOpen: true } };
    case 'update':
      return withoutAttributes(
        change,
        change.attributes.map(({ mapping }) => mapping.targetAttributeName),
        state,
      );
    case 'reference':
      // One that is taken away is found by what it pointed at.
      return change.value === null
        ? null
        : withoutAttributes(change, [change.mapping.targetAttributeName], state);
    case 'membership':
      return {
        ...NOTHING,
        doubt: { group: id, members: [...change.added, ...change.removed], isOpen: true },
      };
  }
}

/** The cached state without some attributes, so that they are written anew whatever they are to be. */
function withoutAttributes(
  { source: { id } }: Change,
  paths: readonly AttributePath[],
  state: Remembered,
): Recording | null {
  const link = state.links([id]).get(id);
  const cached = state.targetStates([id]).get(id)?.attributes;
  if (link === undefined || cached === undefined) return null;
  const left: [string, Json][] = Object.entries(cached).filter(
    ([path]) => !paths.includes(path as AttributePath),
  );
  return { ...NOTHING, link, state: Object.fromEntries(left) };
}
