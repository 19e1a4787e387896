import type { Failure } from '../model/failure.ts';
import type { TargetId } from '../model/identifiers.ts';
import type { DesiredState, Match, MatchingValue } from '../model/pipeline.ts';
import type { AttributeMapping } from '../model/schema.ts';
import { shownAs } from '../scim/compare.ts';
import { exactly } from '../scim/quote.ts';

/** What is known of creations that were never confirmed. */
export interface UnconfirmedContext {
  /** The attribute mappings of the object type: what of a resource is read, and what of it is shown. */
  readonly mappings: readonly AttributeMapping[];
  /**
   * The matching values of a creation of this object that may have been executed, although that was never confirmed;
   * null: there was none.
   */
  readonly unconfirmed: readonly MatchingValue[] | null;
  /** Whether a target object is linked to some source object. */
  readonly isLinked: (id: TargetId) => Promise<boolean>;
}

/**
 * Takes the account that was found of an object that is no longer to be provisioned for the one that an unconfirmed
 * creation has made: linked, as it would be had its answer come, so that it is deprovisioned. An account that belongs
 * to another source object, or that cannot be distinguished from others, is left alone. One that does not show the
 * value it was found by is left alone too, and reported.
 */
export async function takeUnconfirmed(
  match: Match,
  desired: DesiredState,
  context: UnconfirmedContext,
): Promise<Match> {
  if (match.kind === 'failed' && match.failure.code !== 'DuplicateTargetEntries') return match;
  if (match.kind !== 'found' || (await context.isLinked(match.target.id))) return { kind: 'notAsked' };
  const certain = orUnshown(match, context);
  if (certain.kind !== 'found') return certain;
  const { id: sourceId, objectType } = desired.scoped.object;
  const { target } = certain;
  return {
    kind: 'linked',
    link: { sourceId, targetId: target.id, objectType, isManaged: true, hasMemberships: false },
    target,
    wasRead: true,
  };
}

type Found = Extract<Match, { kind: 'found' }>;

/**
 * What was found by a value that it does not show may be any object's: it fails, and nothing else is created beside it.
 */
export function orUnshown(match: Found, { mappings }: Pick<UnconfirmedContext, 'mappings'>): Match {
  return match.remark === undefined
    ? match
    : { kind: 'failed', link: null, failure: unshown(match, mappings) };
}

const unshown = ({ attribute, value, target }: Found, mappings: readonly AttributeMapping[]): Failure => ({
  code: 'SystemForCrossDomainIdentityManagementServiceIncompatibleFiltering',
  message: `A creation with ${attribute} ${shownAs(attribute, mappings)(value)} was never confirmed, and the target does not show ${attribute} of the resource ${exactly(target.id)} that it found for it, so that resource is left as it is; look at it in the target, and make the target return ${attribute}`,
  status: 200,
});
