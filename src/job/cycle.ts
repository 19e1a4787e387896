import { type ExportContext, exportChanges } from '../exporting/export.ts';
import type { CycleCounts, CycleRecord } from '../model/cycle.ts';
import { QuarantineError } from '../model/errors.ts';
import type { Instant } from '../model/identifiers.ts';
import type { Outcome, Phase } from '../model/pipeline.ts';
import type { JobWriter, Scratch, TargetReader, TargetWriter } from '../model/ports.ts';
import type { SafetySettings } from '../model/safety.ts';
import { judgeSource } from '../planning/safety.ts';
import { typeOf } from './compile.ts';
import { reasonToHoldBack, withheldItems } from './hold-back.ts';
import { oneAhead } from './one-ahead.ts';
import { planMemberships } from './plan-memberships.ts';
import { type PlannedPage, planObjects } from './plan-objects.ts';
import { planReferences } from './plan-references.ts';
import { probeTarget, requireHealthy } from './probe.ts';
import { quarantined } from './quarantine.ts';
import type { RecordContext } from './record.ts';
import { isSent, recordPage } from './record-page.ts';
import { type Joining, joiningByScratch, nobodyJoins } from './referenced.ts';
import { needsRehearsal, requireCalm } from './rehearsal.ts';
import { describePlanned } from './requests.ts';
import { PAGE_SIZE } from './source.ts';
import { type CycleRequest, type CycleStart, type PlanningContext, startCycle } from './start.ts';
import { countPlanned, newTally, type Tally } from './tally.ts';
import { type FailureWatch, watchFailures } from './watch.ts';

/** The parts of a cycle in their order; everything of one is exported before the next is planned. */
export const PHASES: readonly Phase[] = ['users', 'groups', 'references', 'memberships', 'deprovisioning'];

/** A planned cycle under way: how it began, its pages, and what was counted so far. */
export interface PlannedCycle {
  readonly start: CycleStart;
  readonly pages: AsyncGenerator<PlannedPage>;
  counts(): CycleCounts;
}

/**
 * Plans the next cycle and writes nothing: it holds no writer.
 * @throws {QuarantineError} while the pages are read, when the target does not answer as it must
 */
export function planCycle(context: PlanningContext, request: CycleRequest = {}): PlannedCycle {
  const start = startCycle(context, request);
  const tally = newTally();
  const joining = joiningByScratch(context);
  async function* pages(): AsyncGenerator<PlannedPage> {
    requireHealthy(await probeTarget(context.job, context.target, context.world));
    for (const phase of PHASES) {
      for await (const page of planPhase(phase, context, start, joining, tally)) {
        for (const item of page.items) {
          countPlanned(tally, item);
          if (item.kind === 'change') tally.add('requests', describePlanned(item.change, context).length);
        }
        yield page;
        requireCredentials(page, []);
      }
    }
  }
  return { start, pages: pages(), counts: tally.counts };
}

async function* planPhase(
  phase: Phase,
  context: PlanningContext,
  start: CycleStart,
  joining: Joining,
  tally: Tally,
): AsyncGenerator<PlannedPage> {
  if (phase === 'references') return yield* planReferences(context, joining, tally);
  if (phase === 'memberships') return yield* planMemberships(context, start, joining, tally);
  if (phase === 'deprovisioning') return yield* withheldPages(context);
  const type = typeOf(context.job, phase === 'users' ? 'User' : 'Group');
  if (type !== undefined) yield* planObjects(type, context, start, tally);
}

function* withheldPages(context: PlanningContext): Generator<PlannedPage> {
  const isHeldBack = reasonToHoldBack(context) !== null;
  for (const items of withheldItems(context, isHeldBack, PAGE_SIZE)) yield { phase: 'deprovisioning', items };
}

/** What running a cycle may use beyond planning: the two writers. */
export interface RunningContext extends PlanningContext {
  readonly writer: TargetWriter;
  readonly store: JobWriter;
  /** Opens a scratch for a rehearsal, which the guard's limits may ask for. */
  readonly openScratch: () => Scratch;
  /** Once aborted, what is under way is finished and recorded, nothing more is begun, and the watermark stays. */
  readonly signal: AbortSignal;
  /** Is told of every page once it is recorded. */
  readonly observe?: (page: PlannedPage, outcomes: readonly Outcome[], counts: CycleCounts) => void;
}

/**
 * Runs the next cycle: each phase is planned page by page, and a page is exported and recorded while the next one is
 * being planned. The watermark moves last, and only when the cycle came to its end.
 * @returns the record of the cycle; interrupted ones have `endedAt: null`
 * @throws {QuarantineError} when the cycle cannot go on, or when it ended with deprovisionings held back; what was
 * done until then is recorded, and the job is in quarantine
 */
export async function runCycle(context: RunningContext, request: CycleRequest = {}): Promise<CycleRecord> {
  const start = startCycle(context, request);
  const tally = newTally();
  const counted = countingRequests(context, tally);
  const record = (over: Partial<CycleRecord>): CycleRecord => ({
    ...cycleRecord(context, start, tally.counts()),
    ...over,
  });
  try {
    await prepareCycle(counted, start, request);
    context.store.saveCycle(record({}));
    const watch = watchFailures({
      ...counted,
      kind: start.kind,
      control: context.state.control(),
      safety: safetyOf(context),
    });
    for (const phase of PHASES) await runPhase(phase, counted, start, tally, watch);
    if (context.signal.aborted) {
      const interrupted = record({});
      context.store.saveCycle(interrupted);
      return interrupted;
    }
    return endCycle(counted, start, watch, record);
  } catch (error) {
    if (error instanceof QuarantineError) quarantineJob(error, context, record);
    throw error;
  }
}

/** Everything that may refuse a cycle before it begins: the source, the target, the guard. */
async function prepareCycle(
  context: RunningContext,
  start: CycleStart,
  request: CycleRequest,
): Promise<void> {
  const { state, store, world, job } = context;
  // Changed mappings or filters have the effect of a restart: what is found out from now on is of this schema.
  if (start.isCacheStale) store.reset(['Watermark', 'Escrows']);
  store.expireEscrows(before(world.now(), safetyOf(context).retry.expiresAfterMs));
  requirePlausibleSource(context, start);
  requireHealthy(await probeTarget(job, context.target, world));
  if (!needsRehearsal({ job, state })) return;
  const scratch = context.openScratch();
  try {
    await requireCalm(planCycle({ ...context, scratch }, request).pages, context);
  } finally {
    scratch.close();
  }
}

function requirePlausibleSource({ state, job }: PlanningContext, { sourceCount }: CycleStart): void {
  if (state.control().forceDeletes) return;
  const last = state.cycles(LOOK_BACK).find(({ endedAt, error }) => endedAt !== null && error === null);
  const error = judgeSource(sourceCount, last?.sourceCount ?? null, job.settings.safety);
  if (error !== null) throw error;
}

/** Cycles that are looked through for the last one that came to a good end. */
const LOOK_BACK = 1_000;

const safetyOf = ({ job }: PlanningContext): SafetySettings => job.settings.safety;

const before = (now: Instant, milliseconds: number): Instant =>
  new Date(Date.parse(now) - milliseconds).toISOString();

async function runPhase(
  phase: Phase,
  context: RunningContext,
  start: CycleStart,
  tally: Tally,
  watch: FailureWatch,
): Promise<void> {
  const record: RecordContext = {
    job: context.job,
    tenantId: context.directory.directoryId(),
    cycleId: start.id,
    world: context.world,
    kind: start.kind,
    state: context.state,
  };
  for await (const page of oneAhead(planPhase(phase, context, start, nobodyJoins, tally))) {
    if (context.signal.aborted) return;
    const changes = page.items.filter(isSent).map(({ change }) => change);
    const outcomes = await exportChanges(changes, exportContext(context));
    recordPage(page, outcomes, context, record, tally);
    context.observe?.(page, outcomes, tally.counts());
    requireCredentials(page, outcomes);
    watch.note(page, outcomes);
  }
}

/**
 * Ends a cycle: the watermark moves, and a quarantine that is over is lifted.
 * @throws {QuarantineError} when deprovisionings were held back, or failures have piled up
 */
function endCycle(
  context: RunningContext,
  start: CycleStart,
  watch: FailureWatch,
  record: (over: Partial<CycleRecord>) => CycleRecord,
): CycleRecord {
  const { counts } = record({});
  const state = counts.failed > 0 ? 'EntryLevelErrors' : 'Succeeded';
  const ended = record({ state, endedAt: context.world.now() });
  const control = context.state.control();
  const position = {
    watermark: start.until,
    directoryId: context.directory.directoryId(),
    schemaFingerprint: context.job.schemaFingerprint,
  };
  context.store.complete(ended, position, {
    ...control,
    quarantine: null,
    isDisabled: false,
    forceDeletes: false,
    notifiedReason: null,
    successCount: watch.successCount(),
    escrowsPruned: control.escrowsPruned || watch.isPruned(),
    isPaused: control.isPaused || watch.isPruned(),
  });
  const error = counts.stagedDelete > 0 ? reasonToHoldBack(context) : watch.judge();
  if (error !== null) throw error;
  return ended;
}

/** Writes down that the job is in quarantine; one that was in it before stays in the same series. */
function quarantineJob(
  error: QuarantineError,
  context: RunningContext,
  record: (over: Partial<CycleRecord>) => CycleRecord,
): void {
  const now = context.world.now();
  const { code, message, reason } = error;
  context.store.saveCycle(record({ state: 'Failed', endedAt: now, error: { code, message, reason } }));
  context.store.saveControl(quarantined(context.state.control(), error, now, safetyOf(context).quarantine));
}

/** Credentials that die in mid-cycle would fail every object left: the cycle ends instead. */
function requireCredentials(page: PlannedPage, outcomes: readonly Outcome[]): void {
  const failures = [
    ...page.items.flatMap((item) => (item.kind === 'failure' ? [item.failed.failure] : [])),
    ...outcomes.flatMap((outcome) => (outcome.result === 'failure' ? [outcome.failure] : [])),
  ];
  const refused = failures.find(({ status }) => status === 401);
  if (refused === undefined) return;
  throw new QuarantineError(
    'EncounteredQuarantineException',
    'SystemForCrossDomainIdentityManagementInvalidCredentials',
    refused.message,
  );
}

function exportContext(context: RunningContext): ExportContext {
  const { concurrency, dialect, verify } = context.job.settings.target;
  return {
    target: context.writer,
    reader: context.target,
    verify,
    dialect,
    concurrency,
    resolve: (id) => context.state.links([id]).get(id)?.targetId,
    now: () => context.world.now(),
    signal: context.signal,
  };
}

function countingRequests(context: RunningContext, tally: Tally): RunningContext {
  const target: TargetReader = {
    read: (request) => {
      tally.add('requests');
      return context.target.read(request);
    },
  };
  const writer: TargetWriter = {
    write: (request) => {
      tally.add('requests');
      return context.writer.write(request);
    },
  };
  return { ...context, target, writer };
}

function cycleRecord({ job }: PlanningContext, start: CycleStart, counts: CycleCounts): CycleRecord {
  return {
    id: start.id,
    kind: start.kind,
    state: 'Failed',
    startedAt: start.view.now,
    endedAt: null,
    counts,
    since: start.since,
    until: start.until,
    sourceCount: start.sourceCount,
    schemaFingerprint: job.schemaFingerprint,
    error: null,
  };
}
