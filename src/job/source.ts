import { importPage } from '../importing/import.ts';
import type { DirectoryObject, ObjectType } from '../model/directory.ts';
import type { CycleStart, PlanningContext } from './start.ts';

/** Objects planned together. */
export const PAGE_SIZE = 500;

/**
 * The objects of a type that a cycle looks at, in pages, each object once: all of them in an initial cycle; in an
 * incremental one those due from escrow and those that changed since the watermark.
 */
export function* sourcePages(
  type: ObjectType,
  { directory, state, scratch }: PlanningContext,
  start: CycleStart,
): Generator<readonly DirectoryObject[]> {
  if (start.since === null) {
    for (const page of directory.objects(type, start.view, PAGE_SIZE)) yield importPage(page);
    return;
  }
  let hasEscrows = false;
  for (const escrows of state.escrows(type, PAGE_SIZE)) {
    const ids = [...new Set(escrows.map(({ sourceId }) => sourceId))].filter(
      (id) => scratch.holder(`due:${id}`) === null,
    );
    for (const id of ids) scratch.claim(`due:${id}`, id);
    hasEscrows = true;
    yield importPage(directory.find(ids, start.view));
  }
  for (const page of directory.changedObjects(type, start.since, start.until, start.view, PAGE_SIZE)) {
    const rest = hasEscrows ? page.filter(({ id }) => scratch.holder(`due:${id}`) === null) : page;
    yield importPage(rest);
  }
}
