import { importPage } from '../importing/import.ts';
import { mapAttributes } from '../mapping/map.ts';
import type { DirectoryObject } from '../model/directory.ts';
import type { SourceId } from '../model/identifiers.ts';
import { canonicalJson } from '../model/json.ts';
import type { DesiredState, MatchedObject, Planned, ScopedObject } from '../model/pipeline.ts';
import { planChange } from '../planning/plan.ts';
import { scopeObject } from '../scoping/scope.ts';
import type { CompiledType } from './compile.ts';
import { matchPage, planningRules, scopeRules } from './plan-objects.ts';
import { waitingRules, withoutWaiting } from './refused-write.ts';
import { matchOf, type Remembered, rememberedOf } from './saved-plan-match.ts';
import type { CycleStart, PlanningContext } from './start.ts';
import { newTally } from './tally.ts';

/** An item of a saved plan as its file has it, with the object it is about. */
export interface ToldItem {
  readonly id: SourceId;
  readonly item: Planned;
}

/**
 * Derives items of a saved plan anew, of users or of groups: from the directory, the schema, and what the job remembers.
 * The file is believed what the target showed when the plan was made, and which values were made by chance; an account
 * that is not linked is asked for again. So whatever is written into the file, it is the decision that is applied.
 * @param start the cycle that the plan is of; its `now` is that of the plan, for what expressions compute from it
 * @returns in the order of the items; null: the file says something else
 */
export async function deriveItems(
  told: readonly ToldItem[],
  type: CompiledType,
  context: PlanningContext,
  start: CycleStart,
): Promise<readonly (Planned | null)[]> {
  const ids = told.map(({ id }) => id);
  const found = importPage(context.directory.find(ids, start.view));
  const objects = new Map(
    found.filter(({ objectType }) => objectType === type.objectType).map((object) => [object.id, object]),
  );
  const remembered = rememberedOf(ids, context, start);
  const scope = scopeRules(type, context);
  const rules = planningRules(type, context, start);
  const unlinked = told.flatMap(({ id, item }) => {
    const object = objects.get(id);
    return object !== undefined && asksAgain(item, remembered, id) ? [object] : [];
  });
  const asked = await askAgain(unlinked, type, context, start);
  return told.map(({ id, item }) => {
    const object = objects.get(id);
    if (object === undefined) return null;
    if (item.kind === 'failure') return failureAbout(object, item);
    const desired = desiredOf(scopeObject(object, scope), item, type, start);
    const match =
      desired && matchOf(matchedIn(item)?.match, desired, { ...remembered, asked: asked.get(id) });
    if (desired === null || match === null) return null;
    const isRelinked = remembered.links.has(id) && match.kind !== 'linked' && match.kind !== 'failed';
    const planned = planChange({ desired, match, isRelinked }, rules);
    const [derived] = withoutWaiting([planned], context.state, waitingRules(context, start));
    return derived !== undefined && says(item) === says(derived) ? derived : null;
  });
}

const matchedIn = (item: Planned): MatchedObject | undefined =>
  item.kind === 'skip'
    ? item.skip.matched
    : item.kind === 'change' && 'matched' in item.change
      ? item.change.matched
      : undefined;

/** Whether the file takes over an account that the state does not link. */
function asksAgain(item: Planned, { links }: Remembered, id: SourceId): boolean {
  const kind = matchedIn(item)?.match?.kind;
  return kind === 'found' || (kind === 'linked' && !links.has(id));
}

async function askAgain(
  objects: readonly DirectoryObject[],
  type: CompiledType,
  context: PlanningContext,
  start: CycleStart,
): Promise<ReadonlyMap<SourceId, MatchedObject['match']>> {
  if (objects.length === 0) return new Map();
  const matched = await matchPage(objects, type, scopeRules(type, context), context, start, newTally());
  return new Map(matched.map(({ desired, match }) => [desired.scoped.object.id, match]));
}

/** Nothing is sent of an object that failed when the plan was made: its failure is kept, and tried again. */
const failureAbout = (
  { id, label, objectType }: DirectoryObject,
  item: Planned & { readonly kind: 'failure' },
): Planned => ({
  kind: 'failure',
  failed: { ...item.failed, objectType, source: { id, label }, matched: null },
});

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
  const told = matchedIn(item)?.desired?.attributes;
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
  if (item.kind === 'skip') return JSON.stringify(['skip', item.skip.linkEffect]);
  const { change } = item;
  const attributes = 'attributes' in change ? change.attributes : [];
  return JSON.stringify([
    change.kind,
    'targetId' in change ? change.targetId : null,
    'linkEffect' in change ? change.linkEffect : null,
    attributes.map((one) => [one.kind, one.mapping.targetAttributeName, canonicalJson(one.value)]),
  ]);
}
