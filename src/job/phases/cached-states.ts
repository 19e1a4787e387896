import type { SourceId } from '../../model/identifiers.ts';
import type { TargetState } from '../../model/pipeline.ts';
import type { PageState } from '../../model/state.ts';
import { mayHaveHappened } from '../../recording/intents.ts';
import type { PlanningContext } from '../cycle/planning-context.ts';
import type { CycleStart } from '../cycle/start.ts';

/**
 * The cached target states that diffs can be taken against: none where the job reads live or the cache was seen through
 * other mappings, and none of an object whose last write failed without the target's word that nothing was done, or whose
 * deletion is pending. Those are read by their ids.
 */
export function cachedStates(
  { targetStates, escrows, pendingIntents }: Omit<PageState, 'links'>,
  { job }: Pick<PlanningContext, 'job'>,
  { isCacheStale }: CycleStart,
): ReadonlyMap<SourceId, TargetState> {
  if (job.settings.target.state === 'live' || isCacheStale) return new Map();
  const mayDiffer = (id: SourceId): boolean =>
    pendingIntents.has(id) || (escrows.get(id) ?? []).some(({ failure }) => mayHaveHappened(failure));
  return new Map([...targetStates].filter(([id]) => !mayDiffer(id)));
}
