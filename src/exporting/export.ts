import PQueue from 'p-queue';
import type { Dialect } from '../model/dialect.ts';
import { Interruption } from '../model/errors.ts';
import type { Failure } from '../model/failure.ts';
import type { Instant, SourceId, TargetId } from '../model/identifiers.ts';
import {
  type Change,
  type MembershipChange,
  type Outcome,
  stepOf,
  type UpdateChange,
} from '../model/pipeline.ts';
import type { TargetWriter } from '../model/ports.ts';
import type { ScimExchange, ScimResponse, WriteRequest } from '../model/scim.ts';
import type { VerifiedWrite } from '../model/verification.ts';
import { failureOf, isDone, readResource } from '../scim/answer.ts';
import { type CreatedContext, failureOfCreated } from './created.ts';
import { describeChange, describeMembership, isConfirmed, type MembershipRequest } from './describe.ts';
import { withoutHeldReferences } from './held-references.ts';
import { withHint, withRemedies } from './remedy.ts';
import { withBody } from './replace.ts';
import { partsOf, partToSend, sendParts } from './split.ts';
import { type VerifyContext, verifyChange } from './verify.ts';

/** Queues of changes, in order of arrival. */
export type Lanes = Pick<PQueue, 'add'>;

/** Makes lanes. @param count changes under way at once; at least 1 */
export function createLanes(count: number): Lanes {
  return new PQueue({ concurrency: count });
}

/** What exporting needs of the job and the world. */
export interface ExportContext extends Omit<VerifyContext, 'resolve'>, CreatedContext {
  readonly target: TargetWriter;
  readonly dialect: Dialect;
  /** The target id of a linked source object; undefined when it is not linked. */
  readonly resolve: (id: SourceId) => TargetId | undefined;
  /** Carries out changes side by side, each of another object. */
  readonly lanes: Lanes;
  readonly now: () => Instant;
  /**
   * Once aborted, changes that have not begun are left out, and so is one whose request only waits. What was sent is
   * waited for; of memberships, what was written until then is reported.
   */
  readonly signal: AbortSignal;
  /** Receives each outcome when it is known; awaited, so that it is recorded before the next. */
  readonly onOutcome?: (outcome: Outcome) => Promise<void>;
}

/**
 * Executes changes of different objects concurrently, those of one object in sequence, and reports the outcome
 * of each that was begun. A failure is a value: it never stops the others.
 * @throws what `onOutcome` throws, once nothing is under way; no other change is begun then
 */
export async function exportChanges(
  changes: readonly Change[],
  context: ExportContext,
): Promise<readonly Outcome[]> {
  const thrown: unknown[] = [];
  const exportObject = async (ofObject: readonly Change[]): Promise<readonly Outcome[]> => {
    if (thrown.length > 0) return [];
    try {
      return await exportInOrder(ofObject, context);
    } catch (error) {
      thrown.push(error);
      return [];
    }
  };
  const outcomes = await Promise.all(
    changesByObject(changes).map((ofObject) => context.lanes.add(() => exportObject(ofObject))),
  );
  if (thrown.length > 0) throw thrown[0];
  return outcomes.flat();
}

function changesByObject(changes: readonly Change[]): readonly (readonly Change[])[] {
  const byObject = new Map<SourceId, Change[]>();
  for (const change of changes) {
    const earlier = byObject.get(change.source.id);
    if (earlier === undefined) byObject.set(change.source.id, [change]);
    else earlier.push(change);
  }
  return [...byObject.values()];
}

async function exportInOrder(
  changes: readonly Change[],
  context: ExportContext,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const change of changes) {
    if (context.signal.aborted) break;
    const outcome = await exportUnlessInterrupted(change, withMembersOf(outcomes, context));
    if (outcome === null) break;
    await context.onOutcome?.(outcome);
    outcomes.push(outcome);
  }
  return outcomes;
}

/** A PUT of a group holds also the members that earlier parts of its change wrote, recorded or not. */
function withMembersOf(outcomes: readonly Outcome[], context: ExportContext): ExportContext {
  if (context.dialect.updateMethod === 'patch' || outcomes.length === 0) return context;
  const moves = outcomes.flatMap((outcome) => {
    if (outcome.change.kind !== 'membership') return [];
    return [outcome.result === 'success' ? outcome.change : outcome.written];
  });
  const resolve = requireLinked(context);
  const removed = new Set(moves.flatMap((move) => move.removed.map(resolve)));
  return {
    ...context,
    membersBefore: async function* (group) {
      for await (const page of context.membersBefore(group)) yield page.filter((id) => !removed.has(id));
      yield moves.flatMap((move) => move.added.map(resolve));
    },
  };
}

/** Null: it was interrupted before any of it was sent. */
async function exportUnlessInterrupted(change: Change, context: ExportContext): Promise<Outcome | null> {
  try {
    return await exportChange(change, context);
  } catch (error) {
    if (error instanceof Interruption) return null;
    throw error;
  }
}

/** The most exchanges that are reported of one change. */
const KEPT_EXCHANGES = 100;

/** A page of changes would hold the bodies of hundreds of answers until all of them have ended. */
const withoutLongBody = ({ request, response }: ScimExchange): ScimExchange =>
  response.kind === 'answer' && response.isLong
    ? { request, response: { ...response, body: undefined, text: 'longer than 64 KiB, and not shown' } }
    : { request, response };

/** What is known of a change while its requests are sent. */
interface Sending {
  readonly startedAt: Instant;
  readonly exchanges: ScimExchange[];
  /** The exchange of the last write with success. */
  last: ScimExchange | undefined;
  /** Members that were written. */
  readonly added: SourceId[];
  readonly removed: SourceId[];
}

/**
 * Sends the requests of one change one after the other; the first failure ends it.
 * @throws {Interruption} when it was interrupted before any of it was sent
 */
async function exportChange(change: Change, given: ExportContext): Promise<Outcome> {
  const context = { ...given, resolve: remembering(given.resolve) };
  const sending: Sending = {
    startedAt: context.now(),
    exchanges: [],
    last: undefined,
    added: [],
    removed: [],
  };
  let done = change;
  let sent = change.kind === 'delete' && isConfirmed(change) ? DROPPED : DONE;
  for (const described of await describeRequests(change, context)) {
    const exchange = await writeNext(described.request, change, sending.exchanges.length > 0, context);
    if (exchange === null && change.kind === 'membership') {
      done = partOf(change, sending.added, sending.removed);
      sent = { ...DONE, note: 'interrupted: the rest is left for the next cycle' };
    }
    if (exchange === null) break;
    if ('code' in exchange) return failed(change, exchange, sending, context);
    keep(exchange, sending);
    sent = interpret(change, exchange.response, context);
    if (sent.failure !== null)
      return failed(change, withHint(sent.failure, change, exchange, context.dialect), sending, context);
    sending.last = exchange;
    sending.added.push(...described.added);
    sending.removed.push(...described.removed);
  }
  const targetId = sent.targetId ?? linkedTarget(change, context);
  const verified = await verify(done, targetId, sending, context);
  return { ...ended(done, sending, context), result: 'success', targetId, note: sent.note, ...verified };
}

/** A large group takes thousands of requests, and only the last answer can matter. */
function keep(exchange: ScimExchange, { exchanges }: Sending): void {
  if (exchanges.length > 2 * KEPT_EXCHANGES) exchanges.splice(0, KEPT_EXCHANGES);
  exchanges.push(exchange);
}

const ended = (change: Change, { exchanges, startedAt }: Sending, { now }: ExportContext) => ({
  change,
  exchanges: exchanges.slice(-KEPT_EXCHANGES).map(withoutLongBody),
  startedAt,
  durationMs: Date.parse(now()) - Date.parse(startedAt),
});

async function verify(
  written: Change,
  targetId: TargetId,
  { exchanges, last }: Sending,
  context: ExportContext,
): Promise<VerifiedWrite> {
  const { exchange, ...verified } = await verifyChange(written, targetId, last, {
    ...context,
    resolve: requireLinked(context),
  });
  if (exchange !== null) exchanges.push(exchange);
  return last === undefined ? verified : withRemedies(verified, written, last.request, context.dialect);
}

/** The outcome of a change that failed: an update may be sent in parts, and of memberships a part was written. */
async function failed(
  change: Change,
  failure: Failure,
  sending: Sending,
  context: ExportContext,
): Promise<Outcome> {
  const written = { added: sending.added, removed: sending.removed };
  const parts = change.kind === 'update' ? partsOf(change, failure, context.dialect) : [];
  if (change.kind === 'update' && parts.length > 0) {
    const { targetId } = change;
    const { accepted, failure: left } = await sendParts(parts, failure, (part) =>
      sendPart(part, sending, context),
    );
    const verified = await verify({ ...change, attributes: accepted }, targetId, sending, context);
    const common = ended(change, sending, context);
    return left === null
      ? { ...common, result: 'success', targetId, note: TAKEN_IN_PARTS, ...verified }
      : { ...common, result: 'failure', failure: left, written, accepted, targetId, ...verified };
  }
  if (change.kind !== 'membership')
    return { ...ended(change, sending, context), result: 'failure', failure, written };
  const targetId = linkedTarget(change, context);
  const verified = await verify({ ...change, ...written }, targetId, sending, context);
  return { ...ended(change, sending, context), result: 'failure', failure, written, targetId, ...verified };
}

/** Sends a part of an update. @returns null: it was accepted */
async function sendPart(
  given: UpdateChange,
  sending: Sending,
  context: ExportContext,
): Promise<Failure | null | 'interrupted'> {
  const part = await partToSend(given, context);
  if (part === 'interrupted' || 'code' in part) return part;
  const [request] = describeChange(part, context.dialect, requireLinked(context));
  if (request === undefined) return null;
  const exchange = await writeNext(request, part, true, context);
  if (exchange === null) return 'interrupted';
  if ('code' in exchange) return exchange;
  sending.exchanges.push(exchange);
  const { failure } = interpret(part, exchange.response, context);
  if (failure !== null) return withHint(failure, part, exchange, context.dialect);
  sending.last = exchange;
  return null;
}

/**
 * Sends the next request of a change; of a PUT, what the target holds is read before.
 * @param isBegun others of it were sent before
 * @returns null when it is interrupted in its course; a failure when it could not be read
 * @throws {Interruption} when it is interrupted before any of it was sent
 */
async function writeNext(
  described: WriteRequest,
  change: Change,
  isBegun: boolean,
  context: ExportContext,
): Promise<ScimExchange | Failure | null> {
  const { target, signal } = context;
  if (isBegun && signal.aborted) return null;
  try {
    const request =
      described.method === 'PUT'
        ? await withBody(described, change, { ...context, resolve: requireLinked(context) })
        : described;
    if ('code' in request) return request;
    return { request, response: await target.write(request, change.source.id) };
  } catch (error) {
    if (isBegun && error instanceof Interruption) return null;
    throw error;
  }
}

/** The part of a membership change that was written. */
function partOf(
  change: MembershipChange,
  added: readonly SourceId[],
  removed: readonly SourceId[],
): MembershipChange {
  const written: ReadonlySet<string | null> = new Set([...added, ...removed]);
  return {
    ...change,
    added,
    removed,
    isLast: false,
    isFollowed: false,
    modifiedProperties: change.modifiedProperties.filter(({ oldValue, newValue }) =>
      written.has(newValue ?? oldValue),
    ),
  };
}

/** The requests of a change; those of memberships name the member of each. */
async function describeRequests(
  change: Change,
  context: ExportContext,
): Promise<readonly MembershipRequest[]> {
  const { dialect } = context;
  const resolve = requireLinked(context);
  const needed = dialect.referenceCheck
    ? await withoutHeldReferences(change, { ...context, resolve })
    : change;
  if (needed === null) return [];
  if (needed.kind !== 'membership')
    return describeChange(needed, dialect, resolve).map((request) => ({ request, added: [], removed: [] }));
  const { added, removed } = needed;
  return dialect.updateMethod === 'patch'
    ? describeMembership(needed, dialect, resolve)
    : describeChange(needed, dialect, resolve).map((request) => ({ request, added, removed }));
}

interface Sent {
  readonly failure: Failure | null;
  readonly targetId: TargetId | null;
  readonly note: string | null;
}

const DONE: Sent = { failure: null, targetId: null, note: null };

const TAKEN_IN_PARTS = 'refused as a whole, and accepted attribute by attribute';

const DROPPED: Sent = { ...DONE, note: 'the target had dropped it already (404)' };

function interpret(change: Change, response: ScimResponse, context: CreatedContext): Sent {
  if (change.kind === 'create') {
    const created = readResource(response, 'create');
    if ('code' in created) return { ...DONE, failure: created };
    const failure = failureOfCreated(change, created, context);
    return failure === null ? { ...DONE, targetId: created.id } : { ...DONE, failure };
  }
  if (isDone(response)) return DONE;
  if (change.kind === 'delete' && response.kind === 'answer' && response.status === 404) return DROPPED;
  return { ...DONE, failure: failureOf(response, stepOf(change)) };
}

function linkedTarget(change: Change, context: ExportContext): TargetId {
  return 'targetId' in change ? change.targetId : requireLinked(context)(change.source.id);
}

/** Looks each object up once, however often a change needs its target id. */
function remembering(resolve: ExportContext['resolve']): ExportContext['resolve'] {
  const known = new Map<SourceId, TargetId | undefined>();
  return (id) => {
    const target = known.get(id) ?? resolve(id);
    known.set(id, target);
    return target;
  };
}

/** Planning hands over references to linked objects only; anything else is a bug. */
const requireLinked =
  (context: ExportContext) =>
  (id: SourceId): TargetId => {
    const target = context.resolve(id);
    if (target === undefined) throw new Error(`the source object ${id} is not linked to a target object`);
    return target;
  };
