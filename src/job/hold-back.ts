import type { ObjectType } from '../model/directory.ts';
import type { QuarantineError } from '../model/errors.ts';
import type { Json } from '../model/json.ts';
import type { Change, Planned } from '../model/pipeline.ts';
import type { JobReader } from '../model/ports.ts';
import { judgeDeprovisioning } from '../planning/safety.ts';
import type { PlanningContext } from './start.ts';

const queueOf = (type: ObjectType): string => `deprovisioning:${type}`;

/**
 * A disable or a deletion: what the last phase holds, to be counted before any of it is sent. Planning calls an update
 * so by its decision, and not by the attribute that it writes.
 */
export const isDeprovisioning = (planned: Planned): boolean =>
  planned.kind === 'change' && (planned.change.action === 'disable' || planned.change.action === 'delete');

/** Withholds the deprovisionings of objects of a type until the last phase. */
export function withhold(
  type: ObjectType,
  planned: readonly Planned[],
  { scratch }: Pick<PlanningContext, 'scratch'>,
): void {
  if (planned.length > 0) scratch.append(queueOf(type), planned as unknown as readonly Json[]);
}

/** How many deprovisionings are withheld. */
export const withheldCount = ({ scratch }: Pick<PlanningContext, 'scratch'>): number =>
  scratch.size(queueOf('User')) + scratch.size(queueOf('Group'));

/**
 * What a cycle's deprovisionings are judged by, as things stand before it: what it writes meanwhile, and what people
 * allow meanwhile, changes nothing.
 */
export interface HoldBackBasis {
  /** `ForceDeletes` was asked for: nothing is held back. */
  readonly isForced: boolean;
  readonly linked: Readonly<Record<ObjectType, number>>;
}

/** Reads what the deprovisionings of the cycle that begins are judged by. */
export const holdBackBasis = (state: Pick<JobReader, 'control' | 'linkCounts'>): HoldBackBasis => ({
  isForced: state.control().forceDeletes,
  linked: state.linkCounts(),
});

/** Why the withheld deprovisionings must not be carried out; null: they may. */
export function reasonToHoldBack(
  { scratch, job }: Pick<PlanningContext, 'scratch' | 'job'>,
  { isForced, linked }: HoldBackBasis,
): QuarantineError | null {
  const counts = { User: scratch.size(queueOf('User')), Group: scratch.size(queueOf('Group')) };
  return isForced ? null : judgeDeprovisioning({ counts, linked }, job.settings.safety);
}

/**
 * The withheld deprovisionings in pages, users first; held back, each is a staged deletion, which is not carried out.
 * @see Entra "Enable accidental deletions prevention"
 */
export function* withheldItems(
  { scratch }: Pick<PlanningContext, 'scratch'>,
  isHeldBack: boolean,
  limit: number,
): Generator<readonly Planned[]> {
  for (const type of ['User', 'Group'] as const) {
    for (const page of scratch.pages(queueOf(type), limit)) {
      const items = page as unknown as readonly Planned[];
      yield isHeldBack ? items.map(staged) : items;
    }
  }
}

/** A deprovisioning as one that is held back. */
export const staged = (planned: Planned): Planned =>
  planned.kind === 'change' ? { kind: 'change', change: stagedChange(planned.change) } : planned;

function stagedChange(change: Change): Change {
  if (change.kind === 'delete') return { ...change, action: 'stagedDelete' };
  return change.kind === 'update' ? { ...change, action: 'stagedDelete' } : change;
}
