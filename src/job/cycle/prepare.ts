import { instantBefore } from '../../model/identifiers.ts';
import type { JobWriter } from '../../model/ports.ts';
import { WAITING_FOR_ANOTHER } from '../../recording/escrow.ts';
import { remapped } from '../control/quarantine.ts';
import type { CycleNotes } from '../phases/cycle-notes.ts';
import type { PlannedPage } from '../phases/planned-page.ts';
import type { StagingBasis } from '../phases/stage.ts';
import type { PlanningContext } from './planning-context.ts';
import { enforceChangeLimits, needsPreflight } from './preflight.ts';
import { probeTarget, requireHealthy } from './probe.ts';
import { judgeLoss } from './source-loss.ts';
import type { CycleStart } from './start.ts';

/** What preparing a cycle needs beyond planning it. */
export interface PreparationContext extends PlanningContext {
  readonly store: JobWriter;
  /** Opens the notes of a preflight. */
  readonly openNotes: () => CycleNotes;
}

/**
 * Forgets what holds no more, and asks whatever may refuse a cycle before it begins: the source, the target, the guard.
 * @param preflight plans the very cycle
 * @throws {QuarantineError} when one of them refuses
 */
export async function prepareCycle(
  context: PreparationContext,
  start: CycleStart,
  { isForced }: StagingBasis,
  preflight: (context: PlanningContext) => AsyncIterable<PlannedPage>,
): Promise<void> {
  const { state, store, world, job } = context;
  const { safety } = job.settings;
  // Changed mappings or filters have the effect of a restart: what is found out from now on is of this schema.
  if (start.isCacheStale) {
    await store.reset(['Watermark', 'Escrows']);
    await store.updateControl((control) => remapped(control));
  }
  const expiry = instantBefore(start.view.now, safety.retry.expiresAfterMs);
  await store.expireEscrows(expiry, WAITING_FOR_ANOTHER);
  const implausible = isForced ? null : await judgeLoss(context, start);
  if (implausible !== null) throw implausible;
  requireHealthy(await probeTarget(job, context.target, world));
  if (isForced || !needsPreflight({ job })) return;
  const notes = context.openNotes();
  try {
    await enforceChangeLimits(preflight({ ...context, notes }), { state, job, notes });
  } finally {
    notes.close();
  }
}
