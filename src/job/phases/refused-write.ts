import type { Failure } from '../../model/failure.ts';
import { canonicalJson, type Json, type JsonObject } from '../../model/json.ts';
import type { Change, Planned, Skip } from '../../model/pipeline.ts';
import type { Escrow, JobReader, World } from '../../model/ports.ts';
import type { RetryFigures } from '../../model/safety.ts';
import { type CompiledJob, typeOf } from '../compile.ts';
import type { CycleStart, PlanningContext } from '../cycle/start.ts';
import { matchedOf } from '../on-demand/result.ts';
import { isDue } from '../recording/escrow.ts';
import { whenAgain } from '../recording/log-retry.ts';
import { subjectOf } from '../saved-plan/saved-plan.ts';
import { valuesThatVary } from './repeatable.ts';

/** What the keys of failures are made with. */
export interface KeyContext {
  readonly job: CompiledJob;
  readonly digest: World['digest'];
}

/** What decides whether failures wait in a cycle. */
export interface WaitingRules extends KeyContext {
  readonly start: Pick<CycleStart, 'now' | 'view' | 'retriesAll'>;
}

/** What decides whether failures wait in a cycle: a full one, which was asked for, tries all of them. */
export const waitingRules = (
  { job, world }: Pick<PlanningContext, 'job' | 'world'>,
  start: WaitingRules['start'],
): WaitingRules => ({ job, digest: world.digest, start });

/** Whether a change is of a reference or of memberships, and not of the object itself: its failures are kept apart. */
export const isReference = (change: Change): boolean =>
  change.kind === 'reference' || change.kind === 'membership';

/** The write of a change, as far as it tells one refused write from another. */
function writeOf(change: Change): { readonly kind: string; readonly values?: JsonObject } & JsonObject {
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
 * The key of a write: equal for the same write of the same object. What a mapping makes anew each time does not tell one
 * write from another, and what it is made from does.
 */
export function writeKey(change: Change, { job, digest }: KeyContext): string {
  const write = writeOf(change);
  const type = typeOf(job, change.objectType);
  const varying =
    type !== undefined && (change.kind === 'create' || change.kind === 'update')
      ? valuesThatVary(change.matched.desired.scoped, type.mappings)
      : {};
  const target = 'targetId' in change ? change.targetId : null;
  return digest(
    canonicalJson([change.source.id, target, { ...write, values: { ...write.values, ...varying } }]),
  );
}

/** The key of a failure before anything was sent. */
export const failureKey = ({ code, message }: Failure, { digest }: Pick<KeyContext, 'digest'>): string =>
  `${code} ${digest(message)}`;

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
  if (rules.start.retriesAll || planned.length === 0) return planned;
  const waiting = state
    .escrowsOf(planned.map((one) => subjectOf(one).id))
    .flatMap((escrow) => waitingIn(escrow, rules));
  if (waiting.length === 0) return planned;
  return planned.flatMap((one) => {
    const escrow = refusedBefore(one, waiting, rules);
    if (escrow === undefined) return [one];
    return escrow.isReference ? [] : [waitingSkip(one, escrow, figuresOf(rules))];
  });
}

const figuresOf = ({ job }: WaitingRules): RetryFigures => job.settings.safety.retry;

/** Whether nothing of an escrow is tried in the cycle. The clock is trusted only as far as the cycle trusts it. */
export const isWaiting = (escrow: Escrow, { job, start }: Omit<WaitingRules, 'digest'>): boolean =>
  !start.retriesAll && !isDue(escrow, start.view.now, job.settings.safety.retry, start.now);

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
  ).filter((one) => isWaiting(one, rules));

/** The escrow in which what is planned is kept as what failed already. */
function refusedBefore(
  planned: Planned,
  waiting: readonly Escrow[],
  rules: WaitingRules,
): Escrow | undefined {
  if (planned.kind === 'skip') return undefined;
  const { id } = subjectOf(planned);
  const ofReference = planned.kind === 'failure' ? planned.failed.isReference : isReference(planned.change);
  const ofObject = waiting.filter((one) => one.sourceId === id && one.isReference === ofReference);
  if (ofObject.length === 0) return undefined;
  const key =
    planned.kind === 'failure' ? failureKey(planned.failed.failure, rules) : writeKey(planned.change, rules);
  return ofObject.find((escrow) =>
    escrow.attempts === undefined
      ? isRefusedInOlderState(planned, escrow)
      : escrow.attempts.some(({ failed }) => failed.includes(key)),
  );
}

/** An older state keeps the last failure alone, and the write itself. */
function isRefusedInOlderState(planned: Exclude<Planned, { kind: 'skip' }>, escrow: Escrow): boolean {
  if (planned.kind === 'change')
    return (
      escrow.refused !== undefined && canonicalJson(writeOf(planned.change)) === canonicalJson(escrow.refused)
    );
  const { code, message } = planned.failed.failure;
  return code === escrow.failure.code && message === escrow.failure.message;
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
