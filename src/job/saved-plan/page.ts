import type { SourceId } from '../../model/identifiers.ts';
import type { MembershipChange, Planned, ReferenceChange } from '../../model/pipeline.ts';
import type { JobReader, Scratch } from '../../model/ports.ts';
import type { PageState } from '../../model/state.ts';
import { readReferencedLinks } from '../cycle/page-state.ts';
import type { PlannedPage } from '../phases/objects.ts';
import { subjectOf } from './saved-plan.ts';

const changedKey = (id: string): string => `changed:${id}`;

/** Notes that an object changed since the plan was made. */
export function noteChanged(id: string, scratch: Pick<Scratch, 'claim'>): void {
  scratch.claim(changedKey(id), '');
}

/** Whether an object changed since the plan was made. */
export function hasChanged(id: string, scratch: Pick<Scratch, 'holder'>): boolean {
  return scratch.holder(changedKey(id)) !== null;
}

/** Leaves out of a page whatever is about objects that changed, or refers to them. */
export function withoutChanged(
  page: PlannedPage,
  { scratch }: { readonly scratch: Pick<Scratch, 'holder'> },
): PlannedPage {
  const isChanged = (id: string): boolean => hasChanged(id, scratch);
  const stays = (id: string): boolean => !isChanged(id);
  return {
    phase: page.phase,
    items: page.items
      .filter((item) => stays(subjectOf(item).id))
      .flatMap((item) => withoutReferences(item, isChanged)),
    settledGroups: (page.settledGroups ?? []).filter(stays),
    settledReferences: (page.settledReferences ?? []).filter(stays),
  };
}

function withoutReferences(item: Planned, isChanged: (id: string) => boolean): readonly Planned[] {
  if (item.kind !== 'change') return [item];
  const { change } = item;
  if (change.kind === 'reference') return change.value !== null && isChanged(change.value) ? [] : [item];
  if (change.kind !== 'membership') return [item];
  const stays = (id: SourceId): boolean => !isChanged(id);
  return [...membersKept(change, stays)];
}

/**
 * A page as it can be sent now: what refers to an object that was to be created and could not be is a failure, as it is
 * when references are planned after users and groups are written.
 */
export function resolvable(page: PlannedPage, state: Pick<JobReader, 'links'>): PlannedPage {
  const isReferring = page.phase === 'references' || page.phase === 'memberships';
  if (!isReferring) return page;
  const changes = page.items.flatMap((item) => (item.kind === 'change' ? [item.change] : []));
  const links = readReferencedLinks(changes, state);
  return { ...page, items: page.items.flatMap((item) => resolvedItem(item, links)) };
}

function resolvedItem(item: Planned, links: PageState['links']): readonly Planned[] {
  if (item.kind !== 'change') return [item];
  const { change } = item;
  if (change.kind !== 'reference' && change.kind !== 'membership') return [item];
  const isLinked = (id: SourceId): boolean => links.has(id);
  if (!isLinked(change.source.id)) return [];
  if (change.kind === 'reference')
    return change.value === null || isLinked(change.value) ? [item] : [unresolved(change, [change.value])];
  const missing = [...change.added, ...change.removed].filter((id) => !isLinked(id));
  if (missing.length === 0) return [item];
  return [...membersKept(change, isLinked), unresolved(change, missing)];
}

/** The rest of a membership change; without all of it, the memberships of the group are not complete. */
function membersKept(change: MembershipChange, stays: (id: SourceId) => boolean): readonly Planned[] {
  const added = change.added.filter(stays);
  const removed = change.removed.filter(stays);
  if (added.length === change.added.length && removed.length === change.removed.length)
    return [{ kind: 'change', change }];
  if (added.length + removed.length === 0) return [];
  const kept = new Set<string>([...added, ...removed]);
  const modifiedProperties = change.modifiedProperties.filter(({ oldValue, newValue }) =>
    kept.has(newValue ?? oldValue ?? ''),
  );
  return [{ kind: 'change', change: { ...change, added, removed, modifiedProperties, isLast: false } }];
}

const unresolved = (change: ReferenceChange | MembershipChange, missing: readonly SourceId[]): Planned => ({
  kind: 'failure',
  failed: {
    objectType: change.objectType,
    source: change.source,
    matched: null,
    action: 'update',
    isReference: true,
    failure: {
      code: 'UnableToResolveReferenceAttributeValue',
      message: `${change.mapping.targetAttributeName} refers to ${missing.slice(0, 3).join(', ')}, which could not be provisioned; it is tried again once that succeeds`,
      status: null,
    },
  },
});
