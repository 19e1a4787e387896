import { type Change, isChange, type Planned } from '../../model/pipeline.ts';
import { newCounter } from '../cycle/counts.ts';
import type { PlanningContext } from '../cycle/planning-context.ts';
import type { CycleStart } from '../cycle/start.ts';
import type { CycleNotes } from '../phases/cycle-notes.ts';
import { planMemberships } from '../phases/memberships.ts';
import { pendingLinksByNotes } from '../phases/referenced.ts';
import { planReferences } from '../phases/references.ts';
import { keepPage } from './kept.ts';
import { withoutChanged } from './page.ts';

/** Notes which references and memberships the file of a plan writes. @returns how many were not noted before */
export function noteFollowUps(items: readonly Planned[], { savedPlan }: CycleNotes): number {
  return items.flatMap(keysOf).filter((key) => savedPlan.written.add(key)).length;
}

/**
 * Plans the references and memberships of a saved plan from the objects that were kept of it, as the plan itself did, and
 * keeps them.
 * @param toldCount how many the file writes
 * @returns whether the file says the same
 */
export async function agreeOnFollowUps(
  start: CycleStart,
  context: PlanningContext,
  toldCount: number,
): Promise<boolean> {
  const { notes } = context;
  const pendingLinks = pendingLinksByNotes(context);
  let count = 0;
  let isTold = true;
  for (const planned of [
    planReferences(context, start, pendingLinks, newCounter()),
    planMemberships(context, start, pendingLinks, newCounter()),
  ]) {
    for await (const one of planned) {
      const page = withoutChanged(one, context);
      const keys = page.items.flatMap(keysOf);
      count += keys.length;
      isTold &&= keys.every((key) => notes.savedPlan.written.has(key));
      keepPage(page, notes);
    }
  }
  return isTold && count === toldCount;
}

/** What an item writes, a key a value. */
const keysOf = (item: Planned): readonly string[] =>
  isChange(item) ? valuesOf(item).map((value) => JSON.stringify(value)) : [];

function valuesOf(change: Change): readonly (readonly unknown[])[] {
  const { id } = change.source;
  if (change.kind === 'reference')
    return [[id, change.mapping.targetAttributeName, change.change, change.value, change.current]];
  if (change.kind !== 'membership') return [[id, change.kind]];
  return [
    ...change.added.map((member) => [id, 'added', member]),
    ...change.removed.map((member) => [id, 'removed', member]),
  ];
}
