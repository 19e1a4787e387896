import { createLanes, type ExportContext, type Lanes } from '../exporting/export.ts';
import { claimTarget } from '../matching/claim.ts';
import type { SourceId, TargetId } from '../model/identifiers.ts';
import type { JobReader, TargetWriter } from '../model/ports.ts';
import { PAGE_SIZE } from './source.ts';
import type { PlanningContext } from './start.ts';

/** As many lanes as a job sends requests at once. */
export const lanesOf = ({ job }: Pick<PlanningContext, 'job'>): Lanes =>
  createLanes(job.settings.target.concurrency);

/** What exporting is given of a cycle, or of a run on demand. */
export function exportContext(
  context: PlanningContext & { readonly writer: TargetWriter; readonly signal: AbortSignal },
  lanes = lanesOf(context),
): ExportContext {
  const { dialect, verify } = context.job.settings.target;
  return {
    target: context.writer,
    reader: context.target,
    verify,
    dialect,
    lanes,
    resolve: (id) => context.state.links([id]).get(id)?.targetId,
    claim: (type, source, target) => claimTarget(type, source, target, context.state, context.scratch),
    membersBefore: (group) => membersWritten(group, context.state),
    now: () => context.world.now(),
    signal: context.signal,
  };
}

/** The target ids of the members that were written to a group and have not gone since. */
function* membersWritten(
  group: SourceId,
  state: Pick<JobReader, 'memberships' | 'links'>,
): Generator<TargetId> {
  for (const page of state.memberships(group, PAGE_SIZE))
    for (const { targetId } of state.links(page).values()) yield targetId;
}
