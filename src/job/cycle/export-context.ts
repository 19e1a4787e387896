import { createLanes, type ExportContext, type Lanes } from '../../exporting/export.ts';
import { claimTarget } from '../../matching/claim.ts';
import type { ObjectType } from '../../model/directory.ts';
import type { SourceId, TargetId } from '../../model/identifiers.ts';
import type { JobReader, JobWriter, TargetWriter } from '../../model/ports.ts';
import type { PageState } from '../../model/state.ts';
import type { CycleNotes } from '../phases/cycle-notes.ts';
import { PAGE_SIZE } from '../phases/source-pages.ts';
import type { PlanningContext } from './start.ts';

/** As many lanes as a job sends requests at once. */
export function lanesOf({ job }: Pick<PlanningContext, 'job'>): Lanes {
  return createLanes(job.settings.target.concurrency);
}

/** What exporting is given of a cycle, or of a run on demand. @param links of the objects of the page, and of those they refer to */
export function exportContext(
  context: PlanningContext & {
    readonly writer: TargetWriter;
    readonly store: Pick<JobWriter, 'updateControl'>;
    readonly signal: AbortSignal;
  },
  { links }: Pick<PageState, 'links'>,
  lanes = lanesOf(context),
): ExportContext {
  const { dialect, verify } = context.job.settings.target;
  return {
    target: context.writer,
    reader: context.target,
    verify,
    dialect,
    lanes,
    resolve: (id) => links.get(id)?.targetId,
    confirms: context.job.settings.matching.confirm !== 'off',
    claim: (type, source, target) => claimTarget(type, source, target, context.notes.counterparts),
    membersBefore: (group) => membersWritten(group, context.state),
    unreadParts: unreadPartsIn(context.notes),
    nameOf: (target) => nameOfTarget(target, context),
    membersShown: membersShownBy(context),
    now: () => context.world.now(),
    signal: context.signal,
  };
}

/**
 * The target ids of the members that were written to a group and have not gone since. One whose removal was sent without
 * an answer that tells may have gone: the target would not have dropped it.
 */
function* membersWritten(
  group: SourceId,
  state: Pick<JobReader, 'memberships' | 'pendingMembers' | 'links'>,
): Generator<TargetId> {
  const doubted = new Set(state.pendingMembers([group]).get(group));
  for (const page of state.memberships(group, PAGE_SIZE)) {
    const known = page.filter((id) => !doubted.has(id));
    for (const { targetId } of state.links(known).values()) yield targetId;
  }
}

/** Notes the parts of large groups: together they have as many members as was written. */
function unreadPartsIn(notes: CycleNotes): ExportContext['unreadParts'] {
  return {
    note: (group, part) => notes.unreadParts(group).append([part]),
    of: (group) => [...notes.unreadParts(group).pages(PAGE_SIZE)].flat(),
  };
}

const linkOf = (type: ObjectType, target: TargetId, state: Pick<JobReader, 'linksOfTargets'>) =>
  state.linksOfTargets(type, [target]).get(target);

/** What people call the object that is linked with a target object; its target id where none is. */
function nameOfTarget(target: TargetId, { state, directory, job, world }: PlanningContext): string {
  const link = linkOf('User', target, state) ?? linkOf('Group', target, state);
  if (link === undefined) return target;
  const view = { job: job.settings.id, now: world.now() };
  return directory.find([link.sourceId], view)[0]?.label ?? target;
}

/** Remembers with the state of the job that the target shows members; written once. */
function membersShownBy({
  state,
  store,
}: {
  readonly state: Pick<JobReader, 'control'>;
  readonly store: Pick<JobWriter, 'updateControl'>;
}): ExportContext['membersShown'] {
  let shown = state.control().membersShown ?? {};
  const isKnown: ExportContext['membersShown']['isKnown'] = (where) => shown[where] === true;
  return {
    isKnown,
    note: (where) => {
      if (isKnown(where)) return;
      shown = { ...shown, [where]: true };
      store.updateControl((control) => ({
        ...control,
        membersShown: { ...control.membersShown, [where]: true },
      }));
    },
  };
}
