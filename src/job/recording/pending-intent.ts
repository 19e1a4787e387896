import type { Failure } from '../../model/failure.ts';
import type { SourceId } from '../../model/identifiers.ts';
import type { Link, MatchingValue, UpdateChange } from '../../model/pipeline.ts';
import type { JobReader, Recording } from '../../model/ports.ts';

/**
 * Whether a write that failed may have been carried out all the same: a 4xx says that it was not, anything else, and
 * silence, leaves it open. @see RFC 9110 §15.5
 */
export const mayHaveHappened = ({ status }: Failure): boolean =>
  status === null || status < 400 || status >= 500;

/**
 * What is remembered of a linked object whose update failed: its state, where it was read just now, so that a cache that
 * was in doubt is right again, or where the target said that nothing was done; and that it is looked after, where it may
 * be active again.
 */
export function recordDoubt(
  { matched: { match }, linkEffect }: UpdateChange,
  failure: Failure,
): Pick<Recording, 'link' | 'state'> {
  if (match.kind !== 'linked') return { link: null, state: null };
  const mayBeBack = linkEffect === 'manage' && mayHaveHappened(failure);
  const link: Link = { ...match.link, isManaged: match.link.isManaged || mayBeBack };
  const isKnown = match.wasRead || !mayHaveHappened(failure);
  return { link, state: isKnown && match.target !== null ? match.target.attributes : null };
}

/**
 * The objects that are not linked, and of which a creation was announced before it was sent and not confirmed. An object
 * that failed before anything was sent is none of them: an account with its matching value was there before.
 * @returns the matching values that each was sent with; empty where the state is of before these were kept
 */
export const unconfirmedCreations = (
  ids: readonly SourceId[],
  links: ReadonlyMap<SourceId, Link>,
  state: Pick<JobReader, 'doubtedObjects'>,
): ReadonlyMap<SourceId, readonly MatchingValue[]> =>
  state.doubtedObjects(ids.filter((id) => !links.has(id)));
