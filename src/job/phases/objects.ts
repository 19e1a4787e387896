import { importPage } from '../../importing/import.ts';
import { mapAttributes } from '../../mapping/map.ts';
import { matchObject } from '../../matching/match.ts';
import { matchingValues } from '../../model/desired-state.ts';
import type { DirectoryObject } from '../../model/directory.ts';
import type { TargetId } from '../../model/identifiers.ts';
import type { MatchedObject, MatchingValue, Phase, ScopedObject } from '../../model/pipeline.ts';
import type { PageState } from '../../model/state.ts';
import { planChange } from '../../planning/plan.ts';
import { type ScopeRules, scopeObject } from '../../scoping/scope.ts';
import type { CompiledType } from '../compile.ts';
import { type CycleCounter, countImported } from '../cycle/counts.ts';
import { turnOfEventLoop } from '../cycle/event-loop.ts';
import type { PlanningContext } from '../cycle/planning-context.ts';
import { workAhead } from '../cycle/read-ahead.ts';
import type { CycleStart } from '../cycle/start.ts';
import { cachedStates } from './cached-states.ts';
import { claimPage } from './claim-page.ts';
import { idleReferences, queueFollowUps } from './follow-ups.ts';
import type { PlannedPage } from './planned-page.ts';
import { planningRules, scopeRules } from './planning-rules.ts';
import { settledReferences } from './references.ts';
import { repeatedCreations, waitingRules, withoutWaiting } from './refused-write.ts';
import { sourcePages } from './source-pages.ts';
import { isDeprovisioning, noteFound, withhold } from './stage.ts';

/**
 * Plans the objects of one type: steps 1 to 5 of the pipeline, page by page. Deprovisionings are withheld for the last
 * phase; references and memberships wait for theirs.
 */
export async function* planObjects(
  type: CompiledType,
  context: PlanningContext,
  start: CycleStart,
  counter: CycleCounter,
): AsyncGenerator<PlannedPage> {
  const phase: Phase = type.objectType === 'User' ? 'users' : 'groups';
  const scope = await scopeRules(type, context);
  const rules = planningRules(type, context, start);
  const pages = sourcePages(type.objectType, context, start);
  const match = async (page: readonly DirectoryObject[]) => {
    const known = await context.state.load(page.map(({ id }) => id));
    return { known, matched: await matchPage(page, known, type, scope, context, start, counter) };
  };
  for await (const { known, matched } of workAhead(pages, match)) {
    const claimed = await claimPage(matched, type, context, start);
    const planned = withoutWaiting(
      claimed.map((one) => planChange(one, rules)),
      known,
      waitingRules(context, start),
    );
    noteFound(type.objectType, planned, context);
    const [withheld, items] = partition(planned, isDeprovisioning);
    withhold(type.objectType, withheld, context);
    queueFollowUps(planned, type, context);
    const idle = idleReferences(planned, context);
    yield { phase, items, settledReferences: settledReferences(idle, known) };
  }
}

/**
 * Matches a page of objects with their counterparts: steps 2 to 4 of the pipeline.
 * @param known what is remembered of the objects
 */
export async function matchPage(
  page: readonly DirectoryObject[],
  known: PageState,
  type: CompiledType,
  scope: ScopeRules,
  context: PlanningContext,
  start: CycleStart,
  counter: CycleCounter,
): Promise<readonly MatchedObject[]> {
  const { links, pendingIntents } = known;
  const { target, matching } = context.job.settings;
  const { dialect } = target;
  const states = cachedStates(known, context, start);
  // Asked of creations that were under way when a process was killed.
  const isLinked = askTogether(async (targets: readonly TargetId[]) => {
    const holders = await context.state.linksOfTargets(type.objectType, targets);
    return (id) => holders.has(id);
  });
  const world = {
    now: start.now,
    guid: () => context.world.guid(),
    random: () => context.world.random(),
  };
  /** Where the values were not kept, they are what a creation would hold now. */
  const createdAs = (
    object: DirectoryObject,
    { scope: verdict }: ScopedObject,
    kept: readonly MatchingValue[] | undefined,
  ): readonly MatchingValue[] | null => {
    if (kept === undefined || kept.length > 0) return kept ?? null;
    const inScope = { ...verdict, isInScope: true, isActive: true };
    return importPage([object], { softDeleteRename: false }).flatMap((before) =>
      matchingValues(mapAttributes({ object: before, scope: inScope }, type.mappings, world)),
    );
  };
  const rules = planningRules(type, context, start);
  const repeats = repeatedCreations(known, context, start);
  return Promise.all(
    page.map((object) => {
      const scoped = scopeObject(object, scope);
      countImported(counter, scoped);
      const link = links.get(object.id) ?? null;
      const desired = mapAttributes(scoped, type.mappings, world);
      const unasked: MatchedObject = { desired, match: { kind: 'none', asked: [] }, isRelinked: false };
      // What may have been created is asked for, whatever is configured.
      const isUntried = link === null && !pendingIntents.has(object.id);
      if (isUntried && repeats(object.id, () => planChange(unasked, rules))) return unasked;
      const mayBeDeleted = link !== null && pendingIntents.has(object.id);
      return matchObject(desired, {
        target: context.target,
        mappings: type.mapping.attributeMappings,
        link,
        cached: states.get(object.id) ?? null,
        // A resource whose deletion is pending is no anchor that was lost.
        rematchOn404: dialect.rematchOn404 || mayBeDeleted,
        mayBeDeleted,
        guid: world.guid,
        confirm: matching.confirm,
        filterQuotes: dialect.filterQuotes,
        unconfirmed: link === null ? createdAs(object, scoped, pendingIntents.get(object.id)) : null,
        isLinked,
      });
    }),
  );
}

/** Parts items into those that belong and those that do not, each in their order. */
export function partition<T>(items: readonly T[], belongs: (item: T) => boolean): readonly [T[], T[]] {
  const inside: T[] = [];
  const outside: T[] = [];
  for (const item of items) (belongs(item) ? inside : outside).push(item);
  return [inside, outside];
}

/**
 * Asks one question for all keys that are asked for in one turn of the event loop.
 * @param ask answers for several keys at once
 */
function askTogether<Key, Answer>(
  ask: (keys: readonly Key[]) => Promise<(key: Key) => Answer>,
): (key: Key) => Promise<Answer> {
  let keys: Key[] = [];
  let asked: Promise<(key: Key) => Answer> | null = null;
  const askNow = (): Promise<(key: Key) => Answer> => {
    const all = keys;
    keys = [];
    asked = null;
    return ask(all);
  };
  return async (key) => {
    keys.push(key);
    asked ??= turnOfEventLoop().then(askNow);
    return (await asked)(key);
  };
}
