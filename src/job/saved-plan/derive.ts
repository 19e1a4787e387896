import { importPage } from '../../importing/import.ts';
import { mapAttributes } from '../../mapping/map.ts';
import type { DirectoryObject } from '../../model/directory.ts';
import type { SourceId } from '../../model/identifiers.ts';
import { canonicalJson } from '../../model/json.ts';
import {
  type DesiredState,
  type Match,
  type MatchedObject,
  matchedOf,
  type Planned,
  type ScopedObject,
} from '../../model/pipeline.ts';
import { planChange } from '../../planning/plan.ts';
import { type ScopeRules, scopeObject } from '../../scoping/scope.ts';
import type { CompiledType } from '../compile.ts';
import { newCounter } from '../cycle/counts.ts';
import type { PlanningContext } from '../cycle/planning-context.ts';
import type { CycleStart } from '../cycle/start.ts';
import { claimPage } from '../phases/claim-page.ts';
import type { ToldItem } from '../phases/cycle-notes.ts';
import { matchPage } from '../phases/objects.ts';
import { planningRules, scopeRules } from '../phases/planning-rules.ts';
import { waitingRules, withoutWaiting } from '../phases/refused-write.ts';
import { isDeprovisioning } from '../phases/stage.ts';
import { asksAgain, failsOnce, matchOf, type Remembered, rememberedOf } from './match.ts';

/** What an item of a saved plan comes to. */
export type Derived =
  | Planned
  /** The file says something else. */
  | 'misfit'
  /** The target answers now and did not when the plan was made, or the other way round. */
  | 'otherwise';

/**
 * Derives items of a saved plan again, of users or of groups: from the directory, the schema, and what the job remembers.
 * The file is believed what the target showed when the plan was made, and which values were made by chance; an account
 * that is not linked is asked for again, and so is one that is said to have failed. So whatever is written into the file,
 * it is the decision that is applied. An object whose account belongs to another one by now is a failure.
 * @param start the cycle that the plan is of; its `now` is that of the plan, for what expressions compute from it
 * @returns in the order of the items
 */
export async function deriveItems(
  told: readonly ToldItem[],
  type: CompiledType,
  context: PlanningContext,
  start: CycleStart,
): Promise<readonly Derived[]> {
  const { matched, asked, remembered } = await matchAgain(told, type, context, start);
  const claimed = await claimPage(matched, type, context, start);
  const taken = new Set(matched.flatMap((one, index) => (one === claimed[index] ? [] : [idOf(one)])));
  const rules = planningRules(type, context, start);
  const planned = withoutWaiting(
    claimed.map((one) => planChange(one, rules)),
    remembered,
    waitingRules(context, start),
  );
  const derived = new Map(planned.map((one) => [one.source.id, one]));
  return told.map(({ id, item }) => {
    const one = derived.get(id);
    if (one === undefined) return 'misfit';
    if (item.kind === 'stage' && !isDeprovisioning(one)) return 'misfit';
    if (taken.has(id) || says(item) === says(one)) return one;
    return failsOnce(matchedOf(item)?.match, asked.get(id)) ? 'otherwise' : 'misfit';
  });
}

const idOf = ({ desired }: MatchedObject): SourceId => desired.scoped.object.id;

/** What the target answered for the objects that it was asked for again. */
type Asked = ReadonlyMap<SourceId, Match>;

/** Finds the counterparts of the objects of a page; an object of which the file says another one is left out. */
async function matchAgain(
  told: readonly ToldItem[],
  type: CompiledType,
  context: PlanningContext,
  start: CycleStart,
): Promise<{
  readonly matched: readonly MatchedObject[];
  readonly asked: Asked;
  readonly remembered: Remembered;
}> {
  const ids = told.map(({ id }) => id);
  const remembered = await rememberedOf(ids, context, start);
  const { dialect } = context.job.settings.target;
  const found = importPage(await context.directory.find(ids, start.view), dialect);
  const objects = new Map(
    found.filter(({ objectType }) => objectType === type.objectType).map((object) => [object.id, object]),
  );
  const known = told.flatMap(({ id, item }) => {
    const object = objects.get(id);
    const match = matchedOf(item)?.match;
    return object === undefined || match === undefined ? [] : [{ id, item, object, match }];
  });
  const again = known.filter(({ id, match }) => asksAgain(match, id, remembered));
  const scope = await scopeRules(type, context);
  const asked = await askAgain(
    again.map(({ object }) => object),
    remembered,
    type,
    scope,
    context,
    start,
  );
  const matched = known.flatMap(({ id, item, object, match: toldMatch }): readonly MatchedObject[] => {
    const desired = desiredOf(scopeObject(object, scope), item, type, start);
    const match = desired && matchOf(toldMatch, desired, remembered, asked.get(id));
    if (desired === null || match === null) return [];
    const isRelinked = remembered.links.has(id) && match.kind !== 'linked' && match.kind !== 'failed';
    return [{ desired, match, isRelinked }];
  });
  return { matched, asked, remembered };
}

async function askAgain(
  objects: readonly DirectoryObject[],
  remembered: Remembered,
  type: CompiledType,
  scope: ScopeRules,
  context: PlanningContext,
  start: CycleStart,
): Promise<Asked> {
  if (objects.length === 0) return new Map();
  const matched = await matchPage(objects, remembered, type, scope, context, start, newCounter());
  return new Map(matched.map(({ desired, match }) => [desired.scoped.object.id, match]));
}

/** Computes what the target should hold, with the file's values where they are made by chance; null: it lacks one. */
function desiredOf(
  scoped: ScopedObject,
  item: Planned,
  { mappings }: CompiledType,
  { now }: CycleStart,
): DesiredState | null {
  let isByChance = false;
  const evaluate = (guid: string, random: number): DesiredState => {
    const drawn = <T>(value: T): T => {
      isByChance = true;
      return value;
    };
    return mapAttributes(scoped, mappings, { now, guid: () => drawn(guid), random: () => drawn(random) });
  };
  const desired = evaluate('00000000-0000-4000-8000-000000000000', 0);
  if (!isByChance) return desired;
  const other = evaluate('ffffffff-ffff-4fff-bfff-ffffffffffff', 0.999);
  const told = matchedOf(item)?.desired?.attributes;
  let isTold = true;
  const attributes = desired.attributes.map((attribute, index) => {
    if (JSON.stringify(attribute.value) === JSON.stringify(other.attributes[index]?.value)) return attribute;
    const name = attribute.mapping.targetAttributeName;
    const value = told?.find(({ mapping }) => mapping.targetAttributeName === name)?.value;
    isTold &&= typeof value === 'string';
    return { ...attribute, value: value ?? null };
  });
  return isTold ? { ...desired, attributes } : null;
}

/** What an item says is done, in a form that can be compared: not what it is called, nor why. */
function says(item: Planned): string {
  if (item.kind === 'failure') return 'failure';
  if (item.kind === 'skip') return JSON.stringify(['skip', item.linkEffect]);
  if (item.kind === 'stage') return says(item.staged);
  const attributes = 'attributes' in item ? item.attributes : [];
  return JSON.stringify([
    item.kind,
    'targetId' in item ? item.targetId : null,
    'linkEffect' in item ? item.linkEffect : null,
    attributes.map((one) => [one.kind, one.mapping.targetAttributeName, canonicalJson(one.value)]),
  ]);
}
