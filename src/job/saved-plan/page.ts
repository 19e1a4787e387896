import type { SourceId } from '../../model/identifiers.ts';
import type { MembershipChange, Planned, ReferenceChange } from '../../model/pipeline.ts';
import type { JobReader } from '../../model/ports.ts';
import type { PageState } from '../../model/state.ts';
import { failedReference } from '../../planning/plan-reference.ts';
import { readReferencedLinks } from '../cycle/page-state.ts';
import type { PlanningContext } from '../cycle/planning-context.ts';
import type { PlannedPage } from '../phases/planned-page.ts';

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
export async function resolvable(page: PlannedPage, state: Pick<JobReader, 'links'>): Promise<PlannedPage> {
  const isReferring = page.phase === 'references' || page.phase === 'memberships';
  if (!isReferring) return page;
  const links = await readReferencedLinks(page.items, state);
  return { ...page, items: page.items.flatMap((item) => resolvedItem(item, links)) };
}

function resolvedItem(item: Planned, links: PageState['links']): readonly Planned[] {
  if (item.kind !== 'reference' && item.kind !== 'membership') return [item];
  const isLinked = (id: SourceId): boolean => links.has(id);
  if (!isLinked(item.source.id)) return [];
  if (item.kind === 'reference')
    return item.value === null || isLinked(item.value) ? [item] : [unresolved(item, [item.value])];
  const missing = [...item.added, ...item.removed].filter((id) => !isLinked(id));
  return missing.length === 0 ? [item] : [...membersKept(item, isLinked), unresolved(item, missing)];
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

const unresolved = (change: ReferenceChange | MembershipChange, missing: readonly SourceId[]): Planned =>
  failedReference(
    change,
    `${change.mapping.targetAttributeName} refers to ${missing.slice(0, 3).join(', ')}, which could not be provisioned; it is tried again once that succeeds`,
  );
