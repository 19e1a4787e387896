import type { Failure } from '../model/failure.ts';
import type { Link, UpdateChange } from '../model/pipeline.ts';
import type { Recording } from '../model/ports.ts';

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
