import type { CycleRecord } from '../model/cycle.ts';
import type { SourceLoss } from '../model/directory.ts';
import type { Instant } from '../model/identifiers.ts';
import type { JobWriter, Scratch } from '../model/ports.ts';
import { judgeSource } from '../planning/safety.ts';
import { lastCycleThat } from './clock.ts';
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
  store.expireEscrows(before(start.view.now, safety.retry.expiresAfterMs));
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

/**
 * Compares the source with what it was when a cycle last ended well, by what its feed says of each object. Where the feed
 * does not reach back so far, only the numbers tell; where the cycles are forgotten, the source held at least what is
 * linked.
 */
function requirePlausibleSource({ state, directory, job }: PlanningContext, start: CycleStart): void {
  const last = lastCycleThat(endedWell, state);
  const { User: users, Group: groups } = state.linkCounts();
  const isInFeed =
    last !== undefined &&
    (last.directoryId ?? state.position()?.directoryId) === directory.directoryId() &&
    last.until >= directory.oldestWatermark() &&
    last.until <= start.until;
  const loss = isInFeed
    ? directory.loss(last.until, start.until)
    : netLoss(last?.sourceCount ?? users + groups, start.sourceCount);
  const error = judgeSource(loss, job.settings.safety);
  if (error !== null) throw error;
}

const netLoss = (before: number, now: number): SourceLoss => ({ lost: Math.max(0, before - now), before });

const endedWell = ({ endedAt, error }: CycleRecord): boolean => endedAt !== null && error === null;

const before = (now: Instant, milliseconds: number): Instant =>
  new Date(Date.parse(now) - milliseconds).toISOString();
