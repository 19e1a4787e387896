import type { SourceId } from '../../model/identifiers.ts';
import { canonicalJson } from '../../model/json.ts';
import { type Change, isChange, matchedOf, type Planned, type PlannedFailure } from '../../model/pipeline.ts';
import type { RetryFigures } from '../../model/safety.ts';
import type { Escrow, PageState } from '../../model/state.ts';
import { isWaiting, type RetryTime } from '../../recording/escrow.ts';
import { failureKey, isReference, type KeyContext, writeKey, writeOf } from '../../recording/failure-key.ts';
import { whenAgain } from '../../recording/log-retry.ts';
import { typeOf } from '../compile.ts';
import type { PlanningContext } from '../cycle/planning-context.ts';
import { valuesThatVary } from './repeatable.ts';

/** What decides whether failures wait in a cycle. */
export interface WaitingRules {
  readonly keys: KeyContext;
  readonly retry: RetryFigures;
  readonly start: RetryTime;
}

/** What the keys of failures of a job are made with. */
export function keyContext({ job, world }: Pick<PlanningContext, 'job' | 'world'>): KeyContext {
  return {
    digest: world.digest,
    varying: ({ objectType, matched }) => {
      const type = typeOf(job, objectType);
      return type === undefined ? {} : valuesThatVary(matched.desired.scoped, type.mappings);
    },
  };
}

/** What decides whether failures wait in a cycle: a full one, which was asked for, tries all of them. */
export function waitingRules(
  context: Pick<PlanningContext, 'job' | 'world'>,
  start: RetryTime,
): WaitingRules {
  return { keys: keyContext(context), retry: context.job.settings.safety.retry, start };
}

/**
 * Holds back what failed before and would only fail again: the same write before its time. A write that differs from
 * the refused one is sent at once, whatever the object was read for. The escrow stays as it is.
 * @param planned what is planned of a page of objects
 * @param escrows what failed of them before
 * @returns the same, where an object waits as a skip that records nothing; a reference or membership that waits is left
 * out
 */
export function withoutWaiting(
  planned: readonly Planned[],
  { escrows }: Pick<PageState, 'escrows'>,
  rules: WaitingRules,
): readonly Planned[] {
  if (rules.start.retriesAll || escrows.size === 0) return planned;
  const ids = [...new Set(planned.map((one) => one.source.id))];
  const waiting = ids.flatMap((id) => escrows.get(id) ?? []).flatMap((escrow) => waitingIn(escrow, rules));
  if (waiting.length === 0) return planned;
  return planned.flatMap((one) => {
    const escrow = refusedBefore(one, waiting, rules);
    if (escrow === undefined) return [one];
    return escrow.isReference ? [] : [waitingSkip(one, escrow, rules.retry)];
  });
}

/**
 * Tells creations that are sent again as they were refused, without asking the target first (`retry.requery: false`):
 * an account that was made in between is not found. Failures that are tried at once on request are asked for again. An
 * object is planned only where one of its writes failed.
 */
export function repeatedCreations(
  { escrows }: Pick<PageState, 'escrows'>,
  context: Pick<PlanningContext, 'job' | 'world'>,
  start: RetryTime,
): (id: SourceId, plan: () => Planned) => boolean {
  if (context.job.settings.safety.retry.requery || start.retriesAll || escrows.size === 0) return () => false;
  const keys = keyContext(context);
  return (id, plan) => {
    const failed = (escrows.get(id) ?? []).flatMap(({ attempts = [] }) => attempts);
    if (failed.length === 0) return false;
    const planned = plan();
    if (planned.kind !== 'create') return false;
    const key = writeKey(planned, keys);
    return failed.some((attempt) => attempt.failed.includes(key));
  };
}

/** What of an escrow waits, each attempt as an escrow of its own. */
const waitingIn = ({ attempts, ...escrow }: Escrow, rules: WaitingRules): readonly Escrow[] =>
  (attempts === undefined
    ? [escrow]
    : attempts.map((attempt) => ({
        ...escrow,
        failure: { ...escrow.failure, code: attempt.code },
        lastFailedAt: attempt.lastFailedAt,
        attemptCount: attempt.attemptCount,
        attempts: [attempt],
      }))
  ).filter((one) => isWaiting(one, rules.retry, rules.start));

/** The escrow in which what is planned is kept as what failed already. */
function refusedBefore(
  planned: Planned,
  waiting: readonly Escrow[],
  rules: WaitingRules,
): Escrow | undefined {
  if (!(planned.kind === 'failure' || isChange(planned))) return undefined;
  const { id } = planned.source;
  const ofReference = planned.kind === 'failure' ? planned.isReference : isReference(planned);
  const ofObject = waiting.filter((one) => one.sourceId === id && one.isReference === ofReference);
  if (ofObject.length === 0) return undefined;
  const key =
    planned.kind === 'failure' ? failureKey(planned.failure, rules.keys) : writeKey(planned, rules.keys);
  return ofObject.find((escrow) =>
    escrow.attempts === undefined
      ? isRefusedInOlderState(planned, escrow)
      : escrow.attempts.some(({ failed }) => failed.includes(key)),
  );
}

/** An older state keeps the last failure alone, and the write itself. */
function isRefusedInOlderState(planned: Change | PlannedFailure, escrow: Escrow): boolean {
  if (planned.kind !== 'failure')
    return escrow.refused !== undefined && canonicalJson(writeOf(planned)) === canonicalJson(escrow.refused);
  const { code, message } = planned.failure;
  return code === escrow.failure.code && message === escrow.failure.message;
}

/** An object that failed and whose time has not come. What else is to be known of it stays as it is planned. */
function waitingSkip(planned: Planned, escrow: Escrow, figures: RetryFigures): Planned {
  const matched = matchedOf(planned);
  if (matched === null) return planned;
  const { objectType, source, action } = planned;
  return {
    kind: 'skip',
    objectType,
    source,
    matched,
    code: 'EntrySynchronizationSkipped',
    reason: `${escrow.failure.code} at ${escrow.lastFailedAt}, attempt ${escrow.attemptCount}; ${whenAgain(escrow, figures)}; a change in the source, or "entrain run --retry-all", tries it at once`,
    linkEffect: isLeaving(planned) ? 'unmanage' : 'keep',
    action,
    isWaiting: true,
  };
}

/** The object leaves scope with the update that waits. */
const isLeaving = (planned: Planned): boolean =>
  planned.kind === 'update' && planned.linkEffect === 'unmanage';
