import type { Failure } from '../model/failure.ts';
import type { MatchedObject } from '../model/pipeline.ts';
import type { JobReader, Scratch } from '../model/ports.ts';
import { matchingValues } from './match.ts';

/**
 * Refuses a second source object for one target object: one that is already linked to another source object, was
 * found for another one in this cycle, or would be created under the same matching value.
 * @see Entra provisioning logs, error code DuplicateSourceEntries
 */
export function claimCounterpart(
  matched: MatchedObject,
  job: Pick<JobReader, 'linkOfTarget'>,
  scratch: Pick<Scratch, 'claim'>,
): MatchedObject {
  const other = otherHolder(matched, job, scratch);
  if (other === null) return matched;
  return { ...matched, match: { kind: 'failed', link: null, failure: duplicate(matched, other) } };
}

function otherHolder(
  { desired, match }: MatchedObject,
  job: Pick<JobReader, 'linkOfTarget'>,
  scratch: Pick<Scratch, 'claim'>,
): string | null {
  const { id, objectType } = desired.scoped.object;
  if (match.kind === 'found') {
    const linked = job.linkOfTarget(objectType, match.target.id);
    if (linked !== null && linked.sourceId !== id) return linked.sourceId;
    const holder = scratch.claim(`${objectType}:${match.target.id}`, id);
    return holder === id ? null : holder;
  }
  if (match.kind !== 'none') return null;
  for (const { attribute, value } of matchingValues(desired)) {
    const holder = scratch.claim(`${objectType}:${attribute}=${value.toLowerCase()}`, id);
    if (holder !== id) return holder;
  }
  return null;
}

function duplicate({ desired }: MatchedObject, other: string): Failure {
  const [first] = matchingValues(desired);
  return {
    code: 'DuplicateSourceEntries',
    message: `another source object (${other}) has the same counterpart${first ? ` (${first.attribute} "${first.value}")` : ''}; matching values must be unique in the source: correct one of them`,
    status: null,
  };
}
