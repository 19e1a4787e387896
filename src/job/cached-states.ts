import type { Failure } from '../model/failure.ts';
import type { SourceId } from '../model/identifiers.ts';
import type { TargetState } from '../model/pipeline.ts';
import type { CycleStart, PlanningContext } from './start.ts';

/**
 * The cached target states that diffs can be taken against: none where the job reads live or the cache was seen through
 * other mappings, and none of an object whose last write failed without the target's word that nothing was done. Those
 * are read by their ids.
 */
export function cachedStates(
  linked: readonly SourceId[],
  { job, state }: PlanningContext,
  { isCacheStale }: CycleStart,
): ReadonlyMap<SourceId, TargetState> {
  if (job.settings.target.state === 'live' || isCacheStale) return new Map();
  const inDoubt = new Set(
    state.escrowsOf(linked).flatMap(({ sourceId, failure }) => (isRefusal(failure) ? [] : [sourceId])),
  );
  return state.targetStates(linked.filter((id) => !inDoubt.has(id)));
}

/** A 4xx says that the request was not carried out; anything else, and silence, leaves it open. @see RFC 9110 §15.5 */
const isRefusal = ({ status }: Failure): boolean => status !== null && status >= 400 && status < 500;
