import type { CycleCounts } from '../../model/cycle.ts';
import type { ObjectType } from '../../model/directory.ts';
import { isFailureCode } from '../../model/failure.ts';
import type { SourceId } from '../../model/identifiers.ts';
import { isJsonObject, type JsonObject } from '../../model/json.ts';
import type { MatchedObject, Planned } from '../../model/pipeline.ts';
import type { JobReader } from '../../model/ports.ts';
import type { AttributeMapping } from '../../model/schema.ts';
import type { CompiledJob } from '../compile.ts';
import type { CycleStart } from '../cycle/start.ts';
import type { PlannedPage } from '../phases/planned-page.ts';
import type { Fingerprint, PlanBasis } from './basis.ts';

/** What a saved plan is known by. */
export const SAVED_PLAN_FORMAT = 'entrain.plan';

/** The version of the format that is written, and the only one that is read. */
export const SAVED_PLAN_VERSION = 2;

/** How a saved plan begins: how its cycle begins, and what it is based on. */
export interface SavedPlanHead {
  readonly format: typeof SAVED_PLAN_FORMAT;
  readonly version: typeof SAVED_PLAN_VERSION;
  readonly start: CycleStart;
  readonly basis: PlanBasis;
  /** The plan is of some objects only, so that applying it reads the source up to nowhere. */
  readonly isPartial: boolean;
}

/** A page of a saved plan. */
export interface SavedPage extends PlannedPage {
  /** What was remembered of each item's object, as a fingerprint. */
  readonly states: readonly string[];
}

/** What is known of a plan once it is read to its end. */
export interface SavedPlanEnd {
  /** What planning counted. */
  readonly counts: CycleCounts;
  /** What the plan warned of. */
  readonly warnings: readonly string[];
}

/** A saved plan, which may be read several times. */
export interface SavedPlan {
  readonly head: SavedPlanHead;
  /** @throws {ConfigurationError} when the plan was damaged */
  pages(): Iterable<SavedPage>;
  /** Null until the pages were read to their end. */
  ending(): SavedPlanEnd | null;
}

/** What the job remembers of objects, as far as fingerprints cover it. */
type RememberedState = Pick<JobReader, 'load' | 'membersAmong' | 'pendingMembers'>;

/**
 * Fingerprints of what is remembered of the object of each item: its link, its cached state, its memberships, a request
 * whose result is not known, and its failures.
 */
export async function statesOf(
  items: readonly Planned[],
  state: RememberedState,
  fingerprint: Fingerprint,
): Promise<readonly string[]> {
  const ids = [...new Set(items.map((item) => item.source.id))];
  const { links, targetStates, pendingIntents, escrows } = await state.load(ids);
  const membersOf = await readMembers(items, state);
  return items.map((item) => {
    const { id } = item.source;
    return fingerprint([
      links.get(id) ?? null,
      targetStates.get(id) ?? null,
      pendingIntents.get(id) ?? null,
      escrows.get(id) ?? [],
      ...membersOf(item),
    ]);
  });
}

/** Which members of a membership change were written, and of which members of the group this is not known. */
async function readMembers(
  items: readonly Planned[],
  state: RememberedState,
): Promise<(item: Planned) => readonly (readonly string[])[]> {
  const asked = new Map<SourceId, readonly SourceId[]>();
  for (const item of items)
    if (item.kind === 'membership')
      asked.set(item.source.id, [...(asked.get(item.source.id) ?? []), ...item.added, ...item.removed]);
  if (asked.size === 0) return () => [];
  const written = await state.membersAmong(asked);
  const pending = await state.pendingMembers([...asked.keys()]);
  return (item) => {
    if (item.kind !== 'membership') return [];
    const { source, added, removed } = item;
    const isWritten = (id: SourceId): boolean => written.get(source.id)?.has(id) ?? false;
    return [[...new Set([...added, ...removed].filter(isWritten))].sort(), pending.get(source.id) ?? []];
  };
}

/** The key of an attribute mapping where it stands for the mapping itself, which the schema holds already. */
const REFERENCE = '$mapping';

/**
 * Writes a page as JSON on one line. The mappings that each attribute carries are written by name: they are most of a
 * page, and the schema has them.
 */
export function packPage(page: SavedPage): string {
  return JSON.stringify(page, (key, value: unknown) =>
    MAPPING_KEYS.has(key) && isMapping(value) ? { [REFERENCE]: value.targetAttributeName } : value,
  );
}

/** The members of the pipeline's values that hold an attribute mapping. */
const MAPPING_KEYS: ReadonlySet<string> = new Set(['mapping', 'mapsMembers']);

const isMapping = (value: unknown): value is AttributeMapping =>
  isJsonObject(value) && 'targetAttributeName' in value && 'matchingPriority' in value && 'flowType' in value;

/** Reads a page that was written by {@link packPage}, with the mappings of the job. @throws {SyntaxError} */
export function unpackPage(text: string, { types }: CompiledJob): SavedPage {
  const page = JSON.parse(text) as SavedPage;
  const mappingsOf = (type: ObjectType): ReadonlyMap<string, AttributeMapping> =>
    new Map(
      types
        .filter(({ objectType }) => objectType === type)
        .flatMap(({ mapping }) => mapping.attributeMappings)
        .map((mapping) => [mapping.targetAttributeName, mapping]),
    );
  const known = { User: mappingsOf('User'), Group: mappingsOf('Group') };
  if (!(Array.isArray(page.items) && page.items.every(isSound))) throw new SyntaxError('no page of a plan');
  return { ...page, items: page.items.map((item) => restored(item, known[item.objectType])) };
}

/** Whether an item has the parts that are read of it, whatever they say. */
function isSound(item: unknown): item is Planned {
  if (!isJsonObject(item) || !isNamed(item.source)) return false;
  switch (item.kind) {
    case 'skip':
      return isMatched(item.matched);
    case 'failure':
      return (item.matched === null || isMatched(item.matched)) && isFailure(item.failure);
    case 'stage':
      return item.action === 'stagedDelete' && isJsonObject(item.staged) && isStagedIn(item, item.staged);
    case 'membership':
      return areTexts(item.added) && areTexts(item.removed);
    case 'reference':
      return isJsonObject(item.mapping);
    case 'create':
    case 'update':
    case 'delete': {
      const { attributes = [] } = item;
      return isMatched(item.matched) && Array.isArray(attributes) && attributes.every(hasMapping);
    }
    default:
      return false;
  }
}

/** A staged change counts as a change of the item's object. */
const isStagedIn = (item: JsonObject, staged: JsonObject): boolean =>
  (staged.kind === 'update' || staged.kind === 'delete') &&
  staged.objectType === item.objectType &&
  isSound(staged) &&
  isJsonObject(item.source) &&
  staged.source.id === item.source.id;

const isNamed = (value: unknown): boolean =>
  isJsonObject(value) && typeof value.id === 'string' && typeof value.label === 'string';

const isFailure = (value: unknown): boolean =>
  isJsonObject(value) &&
  typeof value.code === 'string' &&
  isFailureCode(value.code) &&
  typeof value.message === 'string' &&
  (value.status === null || Number.isInteger(value.status));

const areTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');

const hasMapping = (value: unknown): boolean => isJsonObject(value) && isJsonObject(value.mapping);

function isMatched(value: unknown): value is MatchedObject {
  if (!isJsonObject(value) || !isJsonObject(value.match) || !isJsonObject(value.desired)) return false;
  const { attributes, scoped } = value.desired;
  return (
    Array.isArray(attributes) &&
    attributes.every(hasMapping) &&
    isJsonObject(scoped) &&
    isNamed(scoped.object)
  );
}

/** Puts the mappings back, where the pipeline has them: never into what a directory or a target holds. */
function restored<Value>(value: Value, mappings: ReadonlyMap<string, AttributeMapping>): Value {
  if (Array.isArray(value)) return value.map((one: unknown) => restored(one, mappings)) as Value;
  if (!isJsonObject(value)) return value;
  const name = value[REFERENCE];
  if (typeof name === 'string') return (mappings.get(name) ?? value) as Value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      CONTENT.has(key) ? member : restored(member, mappings),
    ]),
  ) as Value;
}

/** Members of the pipeline's values that hold external data. */
const CONTENT: ReadonlySet<string> = new Set(['object', 'target', 'value', 'modifiedProperties', 'scope']);
