import type { Change, Planned } from '../model/pipeline.ts';
import type { Scratch } from '../model/ports.ts';
import { planMemberships } from './plan-memberships.ts';
import { planReferences } from './plan-references.ts';
import { joiningByScratch } from './referenced.ts';
import { keepPage } from './saved-plan-kept.ts';
import { withoutChanged } from './saved-plan-page.ts';
import type { CycleStart, PlanningContext } from './start.ts';
import { newTally } from './tally.ts';

const TOLD = 'toldFollowUps';

/** Notes which references and memberships the file of a plan writes. */
export function noteFollowUps(items: readonly Planned[], scratch: Scratch): void {
  for (const key of items.flatMap(keysOf)) {
    if (scratch.holder(key) === null) scratch.append(TOLD, [0]);
    scratch.claim(key, '');
  }
}

/**
 * Plans the references and memberships of a saved plan from the objects that were kept of it, as the plan itself did, and
 * keeps them. @returns whether the file says the same
 */
export function agreeOnFollowUps(start: CycleStart, context: PlanningContext): boolean {
  const { scratch } = context;
  const joining = joiningByScratch(context);
  let count = 0;
  let isTold = true;
  for (const planned of [
    planReferences(context, start, joining, newTally()),
    planMemberships(context, start, joining, newTally()),
  ]) {
    for (const one of planned) {
      const page = withoutChanged(one, context);
      const keys = page.items.flatMap(keysOf);
      count += keys.length;
      isTold &&= keys.every((key) => scratch.holder(key) !== null);
      keepPage(page, scratch);
    }
  }
  return isTold && count === scratch.size(TOLD);
}

/** What an item writes, a key a value. */
const keysOf = (item: Planned): readonly string[] =>
  item.kind === 'change' ? valuesOf(item.change).map((value) => `followUp:${JSON.stringify(value)}`) : [];

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
