import type { PlanningContext } from '../cycle/planning-context.ts';
import { type CycleStart, startCycle } from '../cycle/start.ts';
import type { SavedPlanHead } from './saved-plan.ts';

/** The cycle of a saved plan. */
export interface PlannedStart {
  /** As it begins now. */
  readonly start: CycleStart;
  /** As it was planned, with what the file cannot say: it reads the directory no further and no later than now. */
  readonly planned: CycleStart;
  /** It is the cycle that comes next, from where to where. */
  readonly isNext: boolean;
}

/** Begins the cycle of a saved plan now; null where the file says what no plan does. */
export async function plannedStart(
  { start: told, basis, isPartial }: SavedPlanHead,
  context: PlanningContext,
  acceptsClock: boolean,
): Promise<PlannedStart | null> {
  const next = await startCycle(context, { full: told.kind === 'initial', acceptsClock });
  const { kind, since, until, view } = told;
  const now = told.now ?? view?.now;
  const isSound =
    (kind === 'initial' ? since === null : kind === 'incremental' && isWatermark(since)) &&
    isWatermark(until) &&
    until === basis.watermark &&
    until >= (since ?? 0) &&
    until <= next.until &&
    typeof isPartial === 'boolean' &&
    isInstant(now) &&
    isInstant(view?.now);
  if (!isSound) return null;
  const viewed = Date.parse(view.now) < Date.parse(next.view.now) ? view.now : next.view.now;
  const start: CycleStart = { ...next, kind, since, until, view: { ...next.view, now: viewed } };
  return { start, planned: { ...start, now }, isNext: kind === next.kind && since === next.since };
}

const isWatermark = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0;

const isInstant = (value: unknown): value is string =>
  typeof value === 'string' && !Number.isNaN(Date.parse(value));
