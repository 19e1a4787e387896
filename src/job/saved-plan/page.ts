import type { SourceId } from '../../model/identifiers.ts';
import { NOBODY, spellNames, withName } from '../../model/named.ts';
import type { MembershipChange, Planned, ReferenceChange } from '../../model/pipeline.ts';
import type { PageState } from '../../model/state.ts';
import { failedReference } from '../../planning/plan-reference.ts';
import { readReferencedLinks } from '../cycle/page-state.ts';
import type { PlanningContext } from '../cycle/planning-context.ts';
import type { CycleStart } from '../cycle/start.ts';
import type { PlannedPage } from '../phases/planned-page.ts';
import { labelsOf } from '../phases/referenced.ts';

/** Leaves out of a page whatever is about objects that changed, or refers to them. */
export function withoutChanged(page: PlannedPage, { notes }: Pick<PlanningContext, 'notes'>): PlannedPage {
  const isChanged = (id: string): boolean => notes.savedPlan.changed.has(id);
  const stays = (id: string): boolean => !isChanged(id);
  return {
    phase: page.phase,
    items: page.items
      .filter((item) => stays(item.source.id))
      .flatMap((item) => withoutReferences(item, isChanged)),
    settledGroups: (page.settledGroups ?? []).filter(stays),
    settledReferences: (page.settledReferences ?? []).filter(stays),
  };
}

function withoutReferences(item: Planned, isChanged: (id: string) => boolean): readonly Planned[] {
  if (item.kind === 'reference') return item.value !== null && isChanged(item.value) ? [] : [item];
  return item.kind === 'membership' ? membersKept(item, (id) => !isChanged(id)) : [item];
}

/**
 * A page as it can be sent now: what refers to an object that was to be created and could not be is a failure, as it is
 * when references are planned after users and groups are written.
 */
export async function resolvable(
  page: PlannedPage,
  context: Pick<PlanningContext, 'state' | 'directory'>,
  start: Pick<CycleStart, 'view'>,
): Promise<PlannedPage> {
  const isReferring = page.phase === 'references' || page.phase === 'memberships';
  if (!isReferring) return page;
  const links = await readReferencedLinks(page.items, context.state);
  const missing = page.items.flatMap(referredBy).filter((id) => !links.has(id));
  const labels = await labelsOf(missing, context, start);
  return { ...page, items: page.items.flatMap((item) => resolvedItem(item, links, labels)) };
}

const referredBy = (item: Planned): readonly SourceId[] => {
  if (item.kind === 'reference') return item.value === null ? [] : [item.value];
  return item.kind === 'membership' ? [...item.added, ...item.removed] : [];
};

function resolvedItem(
  item: Planned,
  links: PageState['links'],
  labels: ReadonlyMap<SourceId, string>,
): readonly Planned[] {
  if (item.kind !== 'reference' && item.kind !== 'membership') return [item];
  const isLinked = (id: SourceId): boolean => links.has(id);
  if (!isLinked(item.source.id)) return [];
  if (item.kind === 'reference')
    return item.value === null || isLinked(item.value) ? [item] : [unresolved(item, [item.value], labels)];
  const missing = [...item.added, ...item.removed].filter((id) => !isLinked(id));
  return missing.length === 0 ? [item] : [...membersKept(item, isLinked), unresolved(item, missing, labels)];
}

/** The rest of a membership change; without all of it, the memberships of the group are not complete. */
function membersKept(change: MembershipChange, stays: (id: SourceId) => boolean): readonly Planned[] {
  const added = change.added.filter(stays);
  const removed = change.removed.filter(stays);
  if (added.length === change.added.length && removed.length === change.removed.length) return [change];
  if (added.length + removed.length === 0) return [];
  const kept = new Set<string>([...added, ...removed]);
  const modifiedProperties = change.modifiedProperties.filter(({ oldValue, newValue }) =>
    kept.has(newValue ?? oldValue ?? ''),
  );
  return [{ ...change, added, removed, modifiedProperties, isLast: false }];
}

const unresolved = (
  change: ReferenceChange | MembershipChange,
  missing: readonly SourceId[],
  labels: ReadonlyMap<SourceId, string>,
): Planned =>
  failedReference(
    change,
    `${change.mapping.targetAttributeName} refers to ${spellNames(missing.reduce((found, id) => withName(found, labels.get(id) ?? id), NOBODY))}, which could not be provisioned; it is tried again once that succeeds`,
  );
