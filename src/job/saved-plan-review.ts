import { ConfigurationError, issueOf } from '../model/errors.ts';
import type { Planned } from '../model/pipeline.ts';
import { isDeprovisioning, withhold } from './hold-back.ts';
import { type Fingerprint, type SavedPlan, statesOf, subjectOf } from './saved-plan.ts';
import {
  configurationMoved,
  directoryMoved,
  planBasis,
  spellDirectory,
  stateMoved,
} from './saved-plan-basis.ts';
import type { PlanningContext } from './start.ts';
import { counted, type NamedCount, NOBODY, spellNames, withName } from './warnings-named.ts';

/** How a saved plan is compared with the world. */
export interface ReviewOptions {
  readonly fingerprint: Fingerprint;
  /** Objects that changed since are left out, instead of refusing the plan. */
  readonly skipChanged: boolean;
  /** What the plan is called in messages. */
  readonly source: string;
}

/**
 * Compares a saved plan with directory, state and configuration, and reads it to its end, before any of it is applied.
 * The objects that changed are noted in the scratch, and its deprovisionings counted there.
 * @returns the objects of the plan that changed since
 * @throws {ConfigurationError} naming what moved; with `skipChanged` only where it cannot be told apart by objects
 */
export function reviewSavedPlan(
  { head, pages }: SavedPlan,
  context: PlanningContext,
  { fingerprint, skipChanged, source }: ReviewOptions,
): NamedCount {
  const { directory, state, scratch, world } = context;
  const now = planBasis(context, fingerprint);
  const refused = configurationMoved(head.basis, now);
  if (refused.length > 0) throw refusal(source, refused, PLAN_AGAIN);
  const inDirectory = directoryMoved(head.basis, context, world.now(), (id) =>
    scratch.claim(changedKey(id), ''),
  );
  const moved = [
    ...spellDirectory(inDirectory, head.basis, directory.watermark()),
    ...stateMoved(head.basis, now),
  ];
  if (moved.length > 0 && !skipChanged) throw refusal(source, moved, SKIP_OR_AGAIN);
  let changed = NOBODY;
  let isOtherwise = NOBODY;
  for (const page of pages()) {
    const states = statesOf(page.items, state, fingerprint);
    for (const [index, item] of page.items.entries()) {
      const { id, label } = subjectOf(item);
      if (states[index] !== page.states[index]) {
        isOtherwise = withName(isOtherwise, label);
        scratch.claim(changedKey(id), '');
      }
      if (scratch.holder(changedKey(id)) === null) {
        if (isDeprovisioning(item) || isHeldBack(item)) withhold(subjectOf(item).objectType, [item], context);
      } else if (scratch.claim(`told:${id}`, page.phase) === page.phase) changed = withName(changed, label);
    }
  }
  if (isOtherwise.count > 0 && !skipChanged) {
    const words = `what the job remembers of ${counted(isOtherwise.count, 'object')} changed: ${spellNames(isOtherwise)}`;
    throw refusal(source, [words], SKIP_OR_AGAIN);
  }
  return changed;
}

const isHeldBack = (item: Planned): boolean =>
  item.kind === 'change' && item.change.action === 'stagedDelete';

/** Whether an object changed since the plan was made. */
export const isChanged = (id: string, { scratch }: Pick<PlanningContext, 'scratch'>): boolean =>
  scratch.holder(changedKey(id)) !== null;

const changedKey = (id: string): string => `changed:${id}`;

const PLAN_AGAIN = 'plan again, and review what changed';
const SKIP_OR_AGAIN = 'plan again, or apply the rest of it with --skip-changed';

const refusal = (source: string, moved: readonly string[], wayOut: string): ConfigurationError =>
  new ConfigurationError(
    moved.map((fact) => issueOf(source, `the plan no longer fits, and nothing was sent: ${fact}; ${wayOut}`)),
  );
