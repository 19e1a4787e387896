import type { ExportContext } from '../exporting/export.ts';
import type { TargetWriter } from '../model/ports.ts';
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
    now: () => context.world.now(),
    signal: context.signal,
  };
}
