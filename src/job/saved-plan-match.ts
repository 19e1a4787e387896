import { isLeftAlone, matchingValues, needsState } from '../matching/match.ts';
import type { SourceId } from '../model/identifiers.ts';
import { isJsonObject } from '../model/json.ts';
import type { DesiredState, Link, Match, TargetState } from '../model/pipeline.ts';
import { cachedStates } from './cached-states.ts';
import type { CycleStart, PlanningContext } from './start.ts';

/** What the job remembers of some objects. */
export interface Remembered {
  readonly links: ReadonlyMap<SourceId, Link>;
  /** The states that a plan takes diffs against without asking the target. */
  readonly cached: ReadonlyMap<SourceId, TargetState>;
  /** Those whose link may be given up, to match them anew. */
  readonly relinkable: ReadonlySet<SourceId>;
}

/** Reads what the job remembers of objects of a saved plan. */
export function rememberedOf(
  ids: readonly SourceId[],
  context: PlanningContext,
  start: CycleStart,
): Remembered {
  const links = context.state.links(ids);
  const linked = [...links.keys()];
  const doubted = context.state.doubtedObjects(linked);
  const isAnybody = context.job.settings.target.dialect.rematchOn404;
  return {
    links,
    cached: cachedStates(linked, doubted, context, start),
    relinkable: new Set(isAnybody ? linked : doubted.keys()),
  };
}

/**
 * The counterpart of an object of a saved plan: which one it is says the state, or the target that was asked again; the
 * file says what the target showed of it.
 * @param told as the file has it
 * @returns null where the file says another one
 */
export function matchOf(
  told: Match | undefined,
  desired: DesiredState,
  { links, cached, relinkable, asked }: Remembered & { readonly asked: Match | undefined },
): Match | null {
  const { id } = desired.scoped.object;
  const link = links.get(id) ?? null;
  if (told === undefined) return null;
  if (asked !== undefined) return confirmed(told, asked);
  if (told.kind === 'failed') return { kind: 'failed', link, failure: told.failure };
  if (told.kind === 'linked') return link === null ? null : linkedMatch(told, desired, link, cached.get(id));
  if (link !== null && !relinkable.has(id)) return null;
  return unmatched(told, desired);
}

function confirmed(told: Match, asked: Match): Match | null {
  if (!('target' in told && 'target' in asked) || told.kind !== asked.kind) return null;
  const shown = attributesOf(told.target);
  if (shown === null || asked.target === null || told.target?.id !== asked.target.id) return null;
  return { ...asked, target: { id: asked.target.id, attributes: shown } };
}

function linkedMatch(
  told: Match & { readonly kind: 'linked' },
  desired: DesiredState,
  link: Link,
  cached: TargetState | undefined,
): Match | null {
  if (!needsState(desired, link)) return { kind: 'linked', link, target: null, wasRead: false };
  if (cached !== undefined) return { kind: 'linked', link, target: cached, wasRead: false };
  const attributes = attributesOf(told.target);
  return attributes === null
    ? null
    : { kind: 'linked', link, target: { id: link.targetId, attributes }, wasRead: true };
}

const attributesOf = (target: TargetState | null): TargetState['attributes'] | null =>
  isJsonObject(target?.attributes) ? target.attributes : null;

/** Nobody was found, and whether anybody was asked follows from the object. */
function unmatched(told: Match, desired: DesiredState): Match | null {
  const values = matchingValues(desired);
  const match: Match =
    isLeftAlone(desired) || desired.isSoftDeleted
      ? { kind: 'notAsked' }
      : values.length === 0
        ? { kind: 'noMatchingValue' }
        : { kind: 'none', asked: values.map(({ attribute }) => attribute) };
  return match.kind === told.kind ? match : null;
}
