import type { TargetId } from '../model/identifiers.ts';
import type { DesiredState, Match } from '../model/pipeline.ts';

/** What is known of creations that were never confirmed. */
export interface UnconfirmedContext {
  /**
   * What a creation of this object would hold that failed in a way that leaves open whether it was carried out; null:
   * there was none.
   */
  readonly unconfirmed: DesiredState | null;
  /** Whether a target object is linked to some source object. */
  readonly isLinked: (id: TargetId) => boolean;
}

/**
 * Takes the account that was found of somebody who is not to be provisioned any more for the one that an unconfirmed
 * creation has made: linked, as it would be had its answer come, so that it is deprovisioned. An account that belongs to
 * another source object, or that cannot be told from others, is left alone.
 */
export function takeUnconfirmed(match: Match, desired: DesiredState, context: UnconfirmedContext): Match {
  if (match.kind === 'failed' && match.failure.code !== 'DuplicateTargetEntries') return match;
  if (match.kind !== 'found' || context.isLinked(match.target.id)) return { kind: 'notAsked' };
  const { id: sourceId, objectType } = desired.scoped.object;
  const { target } = match;
  return {
    kind: 'linked',
    link: { sourceId, targetId: target.id, objectType, isManaged: true, hasMemberships: false },
    target,
    wasRead: true,
  };
}
