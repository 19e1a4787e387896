import type { SourceId } from '../../model/identifiers.ts';
import type { DeleteChange, Planned } from '../../model/pipeline.ts';
import type { AttributeMapping } from '../../model/schema.ts';
import { readResourceOf } from '../../scim/answer.ts';
import { shownMembers } from '../../scim/read.ts';
import { describeMembersRead } from '../../scim/request.ts';
import { typeOf } from '../compile.ts';
import type { PlanningContext } from '../cycle/planning-context.ts';
import type { CycleStart } from '../cycle/start.ts';
import type { DeletedMember } from './cycle-notes.ts';
import { labelsOf } from './referenced.ts';
import { PAGE_SIZE } from './source-pages.ts';

/** Notes the groups that objects are members of that are about to be deleted, before their memberships are forgotten. */
export async function noteDeletedMembers(
  items: readonly Planned[],
  context: PlanningContext,
  start: CycleStart,
): Promise<void> {
  const { state, notes } = context;
  const deletions = new Map(
    items
      .filter((item): item is DeleteChange => item.kind === 'delete')
      .map((item) => [item.source.id, item]),
  );
  if (deletions.size === 0) return;
  const held = [...(await state.groupsOf([...deletions.keys()]))].filter(
    ([group]) => !notes.deleting.has(group),
  );
  const labels = await labelsOf(
    held.map(([group]) => group),
    context,
    start,
  );
  for (const [group, ids] of held) {
    const members = notes.deletedMembers(group);
    if (members.size() === 0) notes.groupsOfDeleted.append([{ group, label: labels.get(group) ?? group }]);
    members.append(
      ids.flatMap((id) => {
        const deletion = deletions.get(id);
        return deletion === undefined ? [] : [{ id, targetId: deletion.targetId }];
      }),
    );
  }
}

/** Reads the groups of deleted members, where the job reads back what it wrote, and notes those that still show them. */
export async function readDeletedMembers(context: PlanningContext): Promise<void> {
  const { job, notes } = context;
  const mapping = typeOf(job, 'Group')?.mappings.members;
  if (job.settings.target.verify !== 'read' || !mapping) return;
  for (const groups of notes.groupsOfDeleted.pages(PAGE_SIZE))
    for (const { group, label } of groups) {
      const count = await countDangling(group, mapping, context);
      if (count > 0) notes.danglingMembers.append([{ label, count }]);
    }
}

async function countDangling(
  group: SourceId,
  mapping: AttributeMapping,
  { notes, state, target }: PlanningContext,
): Promise<number> {
  const deleted: DeletedMember[] = [];
  for (const members of notes.deletedMembers(group).pages(PAGE_SIZE)) {
    const links = await state.links(members.map(({ id }) => id));
    deleted.push(...members.filter(({ id }) => !links.has(id)));
  }
  const link = (await state.links([group])).get(group);
  if (link === undefined || deleted.length === 0) return 0;
  const read = readResourceOf(await target.read(describeMembersRead(link.targetId), group), link.targetId);
  if ('code' in read) return 0;
  const shown = shownMembers(read.resource, mapping);
  if (shown === 'absent' || shown === 'unreadable') return 0;
  return deleted.filter(({ targetId }) => shown.held.has(targetId)).length;
}
