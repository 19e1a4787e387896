import type { DirectoryObject } from '../../model/directory.ts';
import type { SourceId } from '../../model/identifiers.ts';
import type { Escrow } from '../../model/state.ts';
import { whenAgain } from '../../recording/log-retry.ts';
import type { PlanningContext } from '../cycle/planning-context.ts';
import type { CycleStart } from '../cycle/start.ts';
import { labelsOf } from '../phases/referenced.ts';
import { PAGE_SIZE } from '../phases/source-pages.ts';
import type { OnDemandObject } from './result.ts';
import type { OnDemandSubjects } from './subjects.ts';

/** What was left out of the objects on demand, and why: references, and memberships that were asked for. */
export async function notesOnDemand(
  { subject, members }: OnDemandSubjects,
  objects: readonly OnDemandObject[],
  context: PlanningContext,
  start: Pick<CycleStart, 'view'>,
): Promise<readonly string[]> {
  return [
    ...(await unresolvedReferences(context, start)),
    ...(await unwrittenMembers(subject, members, objects, context)),
  ];
}

async function unresolvedReferences(
  context: PlanningContext,
  start: Pick<CycleStart, 'view'>,
): Promise<readonly string[]> {
  const tasks = [...context.notes.unresolved.pages(PAGE_SIZE)].flat();
  const labels = await labelsOf(
    tasks.flatMap(({ value }) => value ?? []),
    context,
    start,
  );
  return tasks.map(
    ({ label, attribute, value }) =>
      `${attribute} of "${label}" refers to ${value === null ? value : (labels.get(value) ?? value)}, which is not provisioned, and is left out; provision that object first`,
  );
}

async function unwrittenMembers(
  group: DirectoryObject,
  members: readonly DirectoryObject[],
  objects: readonly OnDemandObject[],
  { state }: PlanningContext,
): Promise<readonly string[]> {
  const asked = new Map([[group.id, members.map(({ id }) => id)]]);
  const written = (await state.membersAmong(asked)).get(group.id);
  const added = new Set(objects.flatMap(({ actions }) => actions.flatMap(({ planned }) => addedBy(planned))));
  return members
    .filter(({ id }) => !written?.has(id) && !added.has(id))
    .map(({ label }) => `"${label}" is not made a member of "${group.label}": not both are provisioned`);
}

const addedBy = (planned: OnDemandObject['actions'][number]['planned']): readonly SourceId[] =>
  planned.kind === 'membership' ? planned.added : [];

/** What is remembered of the failures of objects, and when cycles try them again. */
export async function notesOnFailures(
  { subject, members }: OnDemandSubjects,
  { state, job }: PlanningContext,
): Promise<readonly string[]> {
  return (await state.escrowsOf([...members, subject].map(({ id }) => id))).map((escrow) =>
    noteOnFailure(escrow, whenAgain(escrow, job.settings.safety.retry)),
  );
}

function noteOnFailure(escrow: Escrow, when: string): string {
  const { label, isReference, failure, firstFailedAt, attemptCount } = escrow;
  const what = isReference ? `a reference of "${label}"` : `"${label}"`;
  const times = attemptCount === 1 ? 'once' : `${attemptCount} times`;
  return `${what} has failed ${times} since ${firstFailedAt} (${failure.code}: ${failure.message}); ${when}`;
}
