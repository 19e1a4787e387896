import { createLanes, type ExportContext } from '../../exporting/export.ts';
import { claimTarget } from '../../matching/claim.ts';
import type { SourceId, TargetId } from '../../model/identifiers.ts';
import type { JobReader, JobWriter, TargetWriter } from '../../model/ports.ts';
import type { PageState } from '../../model/state.ts';
import type { CycleNotes } from '../phases/cycle-notes.ts';
import { PAGE_SIZE } from '../phases/source-pages.ts';
import type { PlanningContext } from './planning-context.ts';

/** What exporting one page after the other has in common. */
export type SharedExport = Pick<ExportContext, 'lanes' | 'membersShown'>;

/** Makes as many lanes as a job sends requests at once, and reads whether the target shows members. */
export async function sharedExport(
  context: Pick<PlanningContext, 'job' | 'state'> & { readonly store: Pick<JobWriter, 'updateControl'> },
): Promise<SharedExport> {
  return {
    lanes: createLanes(context.job.settings.target.concurrency),
    membersShown: await membersShownBy(context),
  };
}

/**
 * What exporting is given of a cycle, or of a run on demand.
 * @param links of the objects of the page, and of those they refer to
 */
export function exportContext(
  context: PlanningContext & { readonly writer: TargetWriter; readonly signal: AbortSignal },
  { links }: Pick<PageState, 'links'>,
  shared: SharedExport,
): ExportContext {
  const { dialect, verify } = context.job.settings.target;
  return {
    target: context.writer,
    reader: context.target,
    verify,
    dialect,
    ...shared,
    resolve: (id) => links.get(id)?.targetId,
    confirms: context.job.settings.matching.confirm !== 'off',
    claim: (type, source, target) => claimTarget(type, source, target, context.notes.counterparts),
    membersBefore: (group) => membersWritten(group, context),
    unreadParts: unreadPartsIn(context.notes),
    namesOf: (targets) => namesOfTargets(targets, context),
    now: () => context.world.now(),
    signal: context.signal,
  };
}

/**
 * The target ids of the members that were written to a group and have not gone since. A member whose removal was sent
 * without a confirming answer may be gone: the target would not have dropped it. One who was sent again without such an
 * answer was written before, and belongs to the group.
 */
async function* membersWritten(
  group: SourceId,
  { state, directory }: Pick<PlanningContext, 'state' | 'directory'>,
): AsyncGenerator<readonly TargetId[]> {
  const removing = new Set((await state.pendingMembers([group])).get(group));
  if (removing.size > 0)
    for await (const page of directory.members(group, PAGE_SIZE))
      for (const { id } of page) removing.delete(id);
  for await (const page of state.memberships(group, PAGE_SIZE)) {
    const links = await state.links(page.filter((id) => !removing.has(id)));
    yield [...links.values()].map(({ targetId }) => targetId);
  }
}

/** Notes the parts of large groups: together they have as many members as was written. */
function unreadPartsIn(notes: CycleNotes): ExportContext['unreadParts'] {
  return {
    note: (group, part) => notes.unreadParts(group).append([part]),
    of: (group) => [...notes.unreadParts(group).pages(PAGE_SIZE)].flat(),
  };
}

/** Display names of the objects that are linked with target objects. */
async function namesOfTargets(
  targets: readonly TargetId[],
  { state, directory, job, world }: PlanningContext,
): Promise<ReadonlyMap<TargetId, string>> {
  const links = [
    ...(await state.linksOfTargets('Group', targets)).values(),
    ...(await state.linksOfTargets('User', targets)).values(),
  ];
  const view = { job: job.settings.id, now: world.now() };
  const objects = await directory.find(
    links.map(({ sourceId }) => sourceId),
    view,
  );
  const labels = new Map(objects.map(({ id, label }) => [id, label]));
  return new Map(links.map(({ sourceId, targetId }) => [targetId, labels.get(sourceId) ?? targetId]));
}

/** Remembers with the state of the job that the target shows members; written once. */
async function membersShownBy({
  state,
  store,
}: {
  readonly state: Pick<JobReader, 'control'>;
  readonly store: Pick<JobWriter, 'updateControl'>;
}): Promise<ExportContext['membersShown']> {
  let shown = (await state.control()).membersShown ?? {};
  const isKnown: ExportContext['membersShown']['isKnown'] = (where) => shown[where] === true;
  return {
    isKnown,
    note: async (where) => {
      if (isKnown(where)) return;
      shown = { ...shown, [where]: true };
      await store.updateControl((control) => ({
        ...control,
        membersShown: { ...control.membersShown, [where]: true },
      }));
    },
  };
}
