import type { CycleRecord } from '../model/cycle.ts';
import type { Instant } from '../model/identifiers.ts';
import type { JobWriter, Scratch } from '../model/ports.ts';
import { judgeSource } from '../planning/safety.ts';
import type { HoldBackBasis } from './hold-back.ts';
import type { PlannedPage } from './plan-objects.ts';
import { probeTarget, requireHealthy } from './probe.ts';
import { remapped } from './quarantine.ts';
import { needsRehearsal, requireCalm } from './rehearsal.ts';
import type { CycleStart, PlanningContext } from './start.ts';

/** What preparing a cycle needs beyond planning it. */
export interface PreparationContext extends PlanningContext {
  readonly store: JobWriter;
  /** Opens a scratch for a rehearsal. */
  readonly openScratch: () => Scratch;
}

/**
 * Forgets what holds no more, and lets everything have its say that may refuse a cycle before it begins: the source, the
 * target, the guard.
 * @param rehearse plans the very cycle
 * @throws {QuarantineError} when one of them refuses
 */
export async function prepareCycle(
  context: PreparationContext,
  start: CycleStart,
  { isForced }: HoldBackBasis,
  rehearse: (context: PlanningContext) => AsyncIterable<PlannedPage>,
): Promise<void> {
  const { state, store, world, job } = context;
  const { safety } = job.settings;
  // Changed mappings or filters have the effect of a restart: what is found out from now on is of this schema.
  if (start.isCacheStale) {
    store.reset(['Watermark', 'Escrows']);
    store.saveControl(remapped(state.control()));
  }
  store.expireEscrows(before(world.now(), safety.retry.expiresAfterMs));
  if (!isForced) requirePlausibleSource(context, start);
  requireHealthy(await probeTarget(job, context.target, world));
  if (isForced || !needsRehearsal({ job })) return;
  const scratch = context.openScratch();
  try {
    await requireCalm(rehearse({ ...context, scratch }), { state, job, scratch });
  } finally {
    scratch.close();
  }
}

/** Cycles that are looked through for the last one that came to a good end. */
const LOOK_BACK = 1_000;

/** Where the cycles are forgotten, the source held at least what is linked. */
function requirePlausibleSource({ state, job }: PlanningContext, { sourceCount }: CycleStart): void {
  // Nearly always it is the very last one: the rest is read only where it is not.
  const last = state.cycles(1).find(endedWell) ?? state.cycles(LOOK_BACK).find(endedWell);
  const { User: users, Group: groups } = state.linkCounts();
  const error = judgeSource(sourceCount, last?.sourceCount ?? users + groups, job.settings.safety);
  if (error !== null) throw error;
}

const endedWell = ({ endedAt, error }: CycleRecord): boolean => endedAt !== null && error === null;

const before = (now: Instant, milliseconds: number): Instant =>
  new Date(Date.parse(now) - milliseconds).toISOString();
