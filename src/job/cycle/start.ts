import type { CycleKind } from '../../model/cycle.ts';
import type { Instant, Watermark } from '../../model/identifiers.ts';
import type { DirectoryView } from '../../model/ports.ts';
import type { Position } from '../../model/state.ts';
import { cycleClock } from './clock.ts';
import type { PlanningContext } from './planning-context.ts';

/** What is asked of the next cycle. */
export interface CycleRequest {
  /** An initial cycle, whatever the watermark. */
  readonly full?: boolean;
  /** All failures are tried again, also those whose time has not come; a full cycle does so anyway. */
  readonly retriesAll?: boolean;
  /** The clock is right, however far it is beyond the last cycle. */
  readonly acceptsClock?: boolean;
}

/** From where to where a cycle reads, and why. */
export interface CycleStart {
  /** GUID. */
  readonly id: string;
  readonly kind: CycleKind;
  /** Why the cycle is an initial one; null for an incremental one. */
  readonly why: string | null;
  readonly since: Watermark | null;
  readonly until: Watermark;
  /** The directory store that the watermarks belong to. */
  readonly directoryId: string;
  /** When the cycle begins. */
  readonly now: Instant;
  /** Its `now` is what the clock is trusted with. @see cycleClock */
  readonly view: DirectoryView;
  readonly retriesAll: boolean;
  /** All members of linked groups are sent again, after a restart or with changed mappings or filters. */
  readonly resendsMembers: boolean;
  /** Users and groups that the source holds. */
  readonly sourceCount: number;
  /** The cached target states were seen through other mappings, so that linked objects are read from the target. */
  readonly isCacheStale: boolean;
}

/**
 * Decides what kind of cycle comes next: an incremental one from the watermark; an initial one when there is none, or
 * none that still holds.
 * @see Entra "How provisioning works", Initial cycle
 */
export async function startCycle(context: PlanningContext, request: CycleRequest): Promise<CycleStart> {
  const { job, directory, world } = context;
  const position = await context.state.position();
  const { now, confirmed } = await cycleClock(context, request.acceptsClock);
  const isCacheStale = await wasLeftByAnotherSchema(position, context);
  const why = await whyInitial(position, context, request);
  return {
    id: world.guid(),
    kind: why === null ? 'incremental' : 'initial',
    why,
    since: why === null && position !== null ? position.watermark : null,
    until: await directory.watermark(),
    directoryId: await directory.directoryId(),
    now,
    view: { job: job.settings.id, now: confirmed },
    retriesAll: (request.retriesAll ?? false) || (request.full ?? false),
    resendsMembers: why !== null && (isCacheStale || (await context.state.control()).resendsMembers === true),
    sourceCount: (await directory.count('User')) + (await directory.count('Group')),
    isCacheStale,
  };
}

/** Whether the next cycle is an initial one, and why; null: it is incremental. */
export async function whyInitial(
  position: Position | null,
  { job, directory }: Pick<PlanningContext, 'job' | 'directory'>,
  { full = false }: CycleRequest,
): Promise<string | null> {
  if (full) return 'a full cycle was asked for';
  if (position === null) return 'there is no watermark';
  if (position.schemaFingerprint !== job.schemaFingerprint) return 'mappings or filters changed';
  if (position.directoryId !== (await directory.directoryId())) return 'the directory is another one';
  if (position.watermark < (await directory.oldestWatermark())) return 'the watermark has expired';
  if (position.watermark > (await directory.watermark())) return 'the directory was set back';
  return null;
}

/** Whether the last cycle, completed or not, or the one that reached the watermark, had other mappings. */
async function wasLeftByAnotherSchema(
  position: Position | null,
  { job, state }: Pick<PlanningContext, 'job' | 'state'>,
): Promise<boolean> {
  const [last] = await state.cycles(1);
  return [position, last].some((left) => left && left.schemaFingerprint !== job.schemaFingerprint);
}
