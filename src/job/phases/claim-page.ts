import { importPage } from '../../importing/import.ts';
import { mapAttributes } from '../../mapping/map.ts';
import {
  type Collision,
  claimCounterpart,
  type Fate,
  foundTarget,
  refuseCounterpart,
  sharedValue,
} from '../../matching/claim.ts';
import type { DirectoryObject } from '../../model/directory.ts';
import { type SourceId, targetId } from '../../model/identifiers.ts';
import type { AttributeChange, Link, MatchedObject, MatchingValue, Planned } from '../../model/pipeline.ts';
import { planChange } from '../../planning/plan.ts';
import { scopeObject } from '../../scoping/scope.ts';
import type { CompiledType } from '../compile.ts';
import type { PlanningContext } from '../cycle/planning-context.ts';
import type { CycleStart } from '../cycle/start.ts';
import { planningRules, scopeRules } from './planning-rules.ts';

/** Claims the counterparts of a page of objects of one type, so that no other object of the cycle has them. */
export async function claimPage(
  page: readonly MatchedObject[],
  type: CompiledType,
  context: PlanningContext,
  start: CycleStart,
): Promise<readonly MatchedObject[]> {
  const { directory, state, notes } = context;
  const found = page.flatMap((one) => foundTarget(one) ?? []);
  const linked = found.length === 0 ? new Map() : await state.linksOfTargets(type.objectType, found);
  const collisions = page.map((one) => claimCounterpart(one, linked, notes.counterparts));
  const ids = collisions.flatMap((collision) => collision?.holder ?? []);
  if (ids.length === 0) return page;
  const others = new Map((await directory.find(ids, start.view)).map((one) => [one.id, one] as const));
  const fateOf = await fates(ids, type, context, start);
  return page.map((one, index) => {
    const collision = collisions[index] ?? null;
    if (collision === null) return one;
    const other = others.get(collision.holder);
    return other === undefined
      ? refuseCounterpart(one, collision.by, forgotten(collision.holder), 'kept')
      : refuseCounterpart(one, collision.by, other, fateOf(other, one, collision));
  });
}

/** A source object that the directory has forgotten. */
const forgotten = (id: SourceId) => ({ id, label: id, attributes: {}, presence: 'hardDeleted' }) as const;

/**
 * Tells what becomes of the accounts of objects that are in the way of others; null: nothing, because it is not
 * deleted.
 */
async function fates(
  ids: readonly SourceId[],
  type: CompiledType,
  context: PlanningContext,
  start: CycleStart,
): Promise<(other: DirectoryObject, matched: MatchedObject, collision: Collision) => Fate | null> {
  const links = await context.state.links(ids);
  const scope = await scopeRules(type, context);
  const rules = planningRules(type, context, start);
  const { dialect } = context.job.settings.target;
  const world = { now: start.now, guid: () => context.world.guid(), random: () => context.world.random() };
  return (other, matched, { by }) => {
    if (other.presence === 'live') return null;
    const link = links.get(other.id) ?? newLink(other);
    const shared = sharedValue(matched, by);
    const attributes = shared === undefined ? {} : { [shared.attribute]: shared.value };
    const match = {
      kind: 'linked',
      link,
      target: { id: link.targetId, attributes },
      wasRead: false,
    } as const;
    const plan = (object: DirectoryObject): readonly Planned[] =>
      importPage([object], dialect).map((imported) => {
        const desired = mapAttributes(scopeObject(imported, scope), type.mappings, world);
        return planChange({ desired, match, isRelinked: false }, rules);
      });
    return fateOf(other, shared, plan);
  };
}

/**
 * What becomes of an account that holds a value, by what is planned of its object now, and once that is deleted for
 * good.
 */
function fateOf(
  other: DirectoryObject,
  shared: Pick<MatchingValue, 'attribute' | 'value'> | undefined,
  plan: (object: DirectoryObject) => readonly Planned[],
): Fate {
  const isDeleted = (planned: readonly Planned[]): boolean => planned.some(({ kind }) => kind === 'delete');
  const planned = plan(other);
  if (isDeleted(planned)) return 'deleted';
  const written = planned.flatMap((one) => (one.kind === 'update' ? one.attributes : []));
  const isOther = ({ mapping, value }: AttributeChange): boolean =>
    mapping.targetAttributeName === shared?.attribute && value !== shared.value;
  if (written.some(isOther)) return 'renamed';
  return isDeleted(plan({ ...other, presence: 'hardDeleted' })) ? 'deletedLater' : 'kept';
}

/** The link that an object gets in this cycle. */
const newLink = ({ id, objectType }: DirectoryObject): Link => ({
  sourceId: id,
  targetId: targetId(''),
  objectType,
  isManaged: true,
  hasMemberships: false,
});
