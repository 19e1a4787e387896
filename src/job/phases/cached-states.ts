import type { SourceId } from '../../model/identifiers.ts';
import type { TargetState } from '../../model/pipeline.ts';
import { mayHaveHappened } from '../../recording/intents.ts';
import type { PlanningContext } from '../cycle/planning-context.ts';
import type { CycleStart } from '../cycle/start.ts';

/**
 * The cached target states that diffs can be taken against: none where the job reads live or the cache was seen through
 * other mappings, and none of an object whose last write failed without the target's word that nothing was done, or whose
 * deletion nobody has confirmed. Those are read by their ids.
 */
export async function cachedStates(
  linked: readonly SourceId[],
  doubted: Pick<ReadonlyMap<SourceId, unknown>, 'keys'>,
  { job, state }: PlanningContext,
  { isCacheStale }: CycleStart,
): Promise<ReadonlyMap<SourceId, TargetState>> {
  if (job.settings.target.state === 'live' || isCacheStale) return new Map();
  const inDoubt = new Set([
    ...(await state.escrowsOf(linked)).flatMap(({ sourceId, failure }) =>
      mayHaveHappened(failure) ? [sourceId] : [],
    ),
    ...doubted.keys(),
  ]);
  return state.targetStates(linked.filter((id) => !inDoubt.has(id)));
}
