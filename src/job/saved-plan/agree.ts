import { type Change, isChange, type Planned } from '../../model/pipeline.ts';
import type { Scratch } from '../../model/ports.ts';
import { newCounter } from '../cycle/counts.ts';
import type { CycleStart, PlanningContext } from '../cycle/start.ts';
import { planMemberships } from '../phases/memberships.ts';
import { pendingLinksByScratch } from '../phases/referenced.ts';
import { planReferences } from '../phases/references.ts';
import { keepPage } from './kept.ts';
import { withoutChanged } from './page.ts';

/** Notes which references and memberships the file of a plan writes. @returns how many were not noted before */
export function noteFollowUps(items: readonly Planned[], scratch: Pick<Scratch, 'holder' | 'claim'>): number {
  let count = 0;
  for (const key of items.flatMap(keysOf)) {
    if (scratch.holder(key) === null) count += 1;
    scratch.claim(key, '');
  }
  return count;
}

/**
 * Plans the references and memberships of a saved plan from the objects that were kept of it, as the plan itself did, and
 * keeps them.
 * @param toldCount how many the file writes
 * @returns whether the file says the same
 */
export function agreeOnFollowUps(start: CycleStart, context: PlanningContext, toldCount: number): boolean {
  const { scratch } = context;
  const pendingLinks = pendingLinksByScratch(context);
  let count = 0;
  let isTold = true;
  for (const planned of [
    planReferences(context, start, pendingLinks, newCounter()),
    planMemberships(context, start, pendingLinks, newCounter()),
  ]) {
    for (const one of planned) {
      const page = withoutChanged(one, context);
      const keys = page.items.flatMap(keysOf);
      count += keys.length;
      isTold &&= keys.every((key) => scratch.holder(key) !== null);
      keepPage(page, scratch);
    }
  }
  return isTold && count === toldCount;
}

/** What an item writes, a key a value. */
const keysOf = (item: Planned): readonly string[] =>
  isChange(item) ? valuesOf(item).map((value) => `followUp:${JSON.stringify(value)}`) : [];

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
