import { importPage } from '../../importing/import.ts';
import type { DirectoryObject, ObjectType } from '../../model/directory.ts';
import type { SourceId } from '../../model/identifiers.ts';
import { isWaiting } from '../../recording/escrow.ts';
import type { PlanningContext } from '../cycle/planning-context.ts';
import type { CycleStart } from '../cycle/start.ts';

/** Objects planned together: their questions keep a target busy, and planning them does not keep answers waiting. */
export const PAGE_SIZE = 50;

/**
 * The objects of a type that a cycle evaluates, in pages, each object once: all of them in an initial cycle; in an
 * incremental one those due from escrow and those that changed since the watermark.
 */
export async function* sourcePages(
  type: ObjectType,
  context: PlanningContext,
  start: CycleStart,
): AsyncGenerator<readonly DirectoryObject[]> {
  const { directory, notes } = context;
  const { dialect } = context.job.settings.target;
  if (start.since === null) {
    for await (const page of directory.objects(type, start.view, PAGE_SIZE)) yield importPage(page, dialect);
    return;
  }
  let isAnyDue = false;
  for await (const page of dueObjects(type, context, start)) {
    const ids = [...new Set(page)].filter((id) => notes.due.add(id));
    isAnyDue = true;
    yield importPage(await directory.find(ids, start.view), dialect);
  }
  for await (const page of directory.changedObjects(type, start.since, start.until, start.view, PAGE_SIZE)) {
    const rest = isAnyDue ? page.filter(({ id }) => !notes.due.has(id)) : page;
    yield importPage(rest, dialect);
  }
}

/** Objects evaluated without a change: failures that are due for retry, and staged deletions. */
async function* dueObjects(
  type: ObjectType,
  { state, job }: PlanningContext,
  start: CycleStart,
): AsyncGenerator<readonly SourceId[]> {
  for await (const escrows of state.escrows(type, PAGE_SIZE)) {
    const due = escrows.filter((escrow) => !isWaiting(escrow, job.settings.safety.retry, start));
    if (due.length > 0) yield due.map(({ sourceId }) => sourceId);
  }
  yield* state.stagedObjects(type, PAGE_SIZE);
}
