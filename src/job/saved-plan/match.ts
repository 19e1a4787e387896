import { needsState } from '../../matching/match.ts';
import { isLeftAlone, matchingValues } from '../../model/desired-state.ts';
import type { SourceId } from '../../model/identifiers.ts';
import { isJsonObject } from '../../model/json.ts';
import type { DesiredState, Link, Match, TargetState } from '../../model/pipeline.ts';
import type { PageState } from '../../model/state.ts';
import type { PlanningContext } from '../cycle/planning-context.ts';
import type { CycleStart } from '../cycle/start.ts';
import { cachedStates } from '../phases/cached-states.ts';

/** What the job remembers of some objects. */
export interface Remembered extends PageState {
  /** The states that a plan takes diffs against without asking the target. */
  readonly cached: ReadonlyMap<SourceId, TargetState>;
}

/** Reads what the job remembers of objects of a saved plan. */
export async function rememberedOf(
  ids: readonly SourceId[],
  context: PlanningContext,
  start: CycleStart,
): Promise<Remembered> {
  const known = await context.state.load(ids);
  return { ...known, cached: cachedStates(known, context, start) };
}

/**
 * Whether the target is asked again for the counterpart of an object: a creation or deletion of it is pending, the file
 * takes over an account that the state does not link, drops a link, or reports that the target could not be asked.
 */
export function asksAgain(told: Match, id: SourceId, { links, pendingIntents }: Remembered): boolean {
  if (pendingIntents.has(id)) return true;
  return links.has(id)
    ? told.kind !== 'linked'
    : told.kind === 'found' || told.kind === 'linked' || told.kind === 'failed';
}

/**
 * The counterpart of an object of a saved plan: which one it is says the state, or the target that was asked again; the
 * file says what the target showed of it.
 * @param told the match as the file has it
 * @param asked what the target answered; undefined: it was not asked again
 * @returns null where the file says another one
 */
export function matchOf(
  told: Match,
  desired: DesiredState,
  { links, cached }: Remembered,
  asked: Match | undefined,
): Match | null {
  const { id } = desired.scoped.object;
  const link = links.get(id) ?? null;
  if (asked !== undefined) return confirmed(told, asked);
  if (told.kind === 'linked' && link !== null) return linkedMatch(told, desired, link, cached.get(id));
  return link === null ? unmatched(told, desired) : null;
}

/** Whether the target could be asked for the counterpart either when the plan was made or now, and not both times. */
export function failsOnce(told: Match | undefined, asked: Match | undefined): boolean {
  return (
    told !== undefined &&
    asked !== undefined &&
    (told.kind === 'failed') !== (asked.kind === 'failed') &&
    wasAsked(asked)
  );
}

const wasAsked = (match: Match): boolean =>
  match.kind === 'linked' ? match.wasRead : match.kind !== 'notAsked' && match.kind !== 'noMatchingValue';

function confirmed(told: Match, asked: Match): Match | null {
  if (told.kind === 'failed' || asked.kind === 'failed') return asked;
  if (told.kind !== asked.kind) return null;
  if (!('target' in told && 'target' in asked)) return asked;
  if (asked.target === null && told.target === null) return asked;
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

/** No account was found; whether the target was queried follows from the object. */
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
