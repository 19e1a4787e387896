import type { ExportContext } from '../exporting/export.ts';
import type { SourceId, TargetId } from '../model/identifiers.ts';
import type { JobReader, TargetWriter } from '../model/ports.ts';
import { PAGE_SIZE } from './source.ts';
import type { PlanningContext } from './start.ts';

/** What exporting is given of a cycle, or of a run on demand. */
export function exportContext(
  context: PlanningContext & { readonly writer: TargetWriter; readonly signal: AbortSignal },
): ExportContext {
  const { concurrency, dialect, verify } = context.job.settings.target;
  return {
    target: context.writer,
    reader: context.target,
    verify,
    dialect,
    concurrency,
    resolve: (id) => context.state.links([id]).get(id)?.targetId,
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
