import type { Instant } from '../model/identifiers.ts';
import { canonicalJson, type Json, type JsonObject } from '../model/json.ts';
import type { Change, Planned, Skip } from '../model/pipeline.ts';
import type { Escrow, JobReader } from '../model/ports.ts';
import type { RetryFigures } from '../model/safety.ts';
import { isDue } from './escrow.ts';
import { whenAgain } from './log-retry.ts';
import { matchedOf } from './provision-result.ts';
import { subjectOf } from './saved-plan.ts';
import type { CycleStart, PlanningContext } from './start.ts';

/** What decides whether the failures of a cycle wait. */
export interface WaitingRules {
  readonly now: Instant;
  readonly figures: RetryFigures;
  /** All failures are tried again, also those whose time has not come. */
  readonly retriesAll: boolean;
}

/** What decides whether failures wait in a cycle: a full one, which was asked for, tries all of them. */
export const waitingRules = (
  { job }: Pick<PlanningContext, 'job'>,
  { view, retriesAll }: Pick<CycleStart, 'view' | 'retriesAll'>,
): WaitingRules => ({ now: view.now, figures: job.settings.safety.retry, retriesAll });

/** Whether a change is of a reference or of memberships, and not of the object itself: its failures are kept apart. */
export const isReference = (change: Change): boolean =>
  change.kind === 'reference' || change.kind === 'membership';

/** The write of a change, as far as it tells one refused write from another; JSON, because an escrow keeps it. */
export function writeOf(change: Change): JsonObject {
  switch (change.kind) {
    case 'create':
    case 'update':
      return {
        kind: change.kind,
        values: Object.fromEntries(
          change.attributes.map(({ mapping, value }) => [mapping.targetAttributeName, value as Json]),
        ),
      };
    case 'delete':
      return { kind: change.kind };
    case 'reference':
      return { kind: change.kind, attribute: change.mapping.targetAttributeName, value: change.value };
    case 'membership':
      return { kind: change.kind, added: change.added, removed: change.removed };
  }
}

/**
 * Holds back what failed before and would only fail again: the same write before its time. A write that differs from the
 * refused one is sent at once, whatever the object was read for. The escrow stays as it is.
 * @param planned what is planned of a page of objects
 * @returns the same, where an object waits as a skip that records nothing; a reference or membership that waits is left out
 */
export function withoutWaiting(
  planned: readonly Planned[],
  state: Pick<JobReader, 'escrowsOf'>,
  rules: WaitingRules,
): readonly Planned[] {
  if (rules.retriesAll || planned.length === 0) return planned;
  const waiting = state
    .escrowsOf(planned.map((one) => subjectOf(one).id))
    .filter((escrow) => !isDue(escrow, rules.now, rules.figures));
  if (waiting.length === 0) return planned;
  return planned.flatMap((one) => {
    const escrow = waiting.find((known) => isRefusedAgain(one, known));
    if (escrow === undefined) return [one];
    return escrow.isReference ? [] : [waitingSkip(one, escrow, rules.figures)];
  });
}

/** Whether what is planned is what failed already, and is kept in this escrow. */
function isRefusedAgain(planned: Planned, escrow: Escrow): boolean {
  if (subjectOf(planned).id !== escrow.sourceId) return false;
  if (planned.kind === 'failure') {
    const { failure, isReference } = planned.failed;
    return (
      isReference === escrow.isReference &&
      failure.code === escrow.failure.code &&
      failure.message === escrow.failure.message
    );
  }
  if (planned.kind === 'skip' || escrow.refused === undefined) return false;
  const { change } = planned;
  return (
    isReference(change) === escrow.isReference &&
    canonicalJson(writeOf(change)) === canonicalJson(escrow.refused)
  );
}

/** An object that failed and whose time has not come. What else is to be known of it stays as it is planned. */
function waitingSkip(planned: Planned, escrow: Escrow, figures: RetryFigures): Planned {
  const matched = matchedOf(planned);
  if (planned.kind === 'skip' || matched === null) return planned;
  const { action } = planned.kind === 'change' ? planned.change : planned.failed;
  const skip: Skip = {
    matched,
    reason: 'EntrySynchronizationSkipped',
    detail: `${escrow.failure.code} at ${escrow.lastFailedAt}, attempt ${escrow.attemptCount}; ${whenAgain(escrow, figures)}; a change in the source, or "entrain run --retry-all", tries it at once`,
    linkEffect: isLeaving(planned) ? 'unmanage' : 'keep',
    action,
    isWaiting: true,
  };
  return { kind: 'skip', skip };
}

/** The object leaves scope with the update that waits. */
const isLeaving = (planned: Planned): boolean =>
  planned.kind === 'change' && planned.change.kind === 'update' && planned.change.linkEffect === 'unmanage';
