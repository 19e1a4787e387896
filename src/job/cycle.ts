import { type ExportContext, exportChanges } from '../exporting/export.ts';
import type { CycleCounts, CycleRecord } from '../model/cycle.ts';
import { QuarantineError } from '../model/errors.ts';
import type { Outcome, Phase, Planned } from '../model/pipeline.ts';
import type { JobWriter, TargetReader, TargetWriter } from '../model/ports.ts';
import { typeOf } from './compile.ts';
import { oneAhead } from './one-ahead.ts';
import { planMemberships } from './plan-memberships.ts';
import { type PlannedPage, planObjects } from './plan-objects.ts';
import { planReferences } from './plan-references.ts';
import { probeTarget, requireHealthy } from './probe.ts';
import type { RecordContext } from './record.ts';
import { recordPage } from './record-page.ts';
import { type Joining, joiningByScratch, nobodyJoins } from './referenced.ts';
import { describePlanned } from './requests.ts';
import { PAGE_SIZE } from './source.ts';
import { type CycleStart, type PlanningContext, startCycle } from './start.ts';
import { countPlanned, newTally, type Tally } from './tally.ts';

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
 * @param full asks for an initial cycle whatever the watermark
 * @throws {QuarantineError} while the pages are read, when the target does not answer as it must
 */
export function planCycle(context: PlanningContext, full: boolean): PlannedCycle {
  const start = startCycle(context, full);
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

function* withheldPages({ scratch }: PlanningContext): Generator<PlannedPage> {
  for (const page of scratch.pages('deprovisioning', PAGE_SIZE))
    yield { phase: 'deprovisioning', items: page as unknown as readonly Planned[] };
}

/** What running a cycle may use beyond planning: the two writers. */
export interface RunningContext extends PlanningContext {
  readonly writer: TargetWriter;
  readonly store: JobWriter;
  /** Once aborted, what is under way is finished and recorded, nothing more is begun, and the watermark stays. */
  readonly signal: AbortSignal;
  /** Is told of every page once it is recorded. */
  readonly observe?: (page: PlannedPage, outcomes: readonly Outcome[], counts: CycleCounts) => void;
}

/**
 * Runs the next cycle: each phase is planned page by page, and a page is exported and recorded while the next one is
 * being planned. The watermark moves last, and only when the cycle came to its end.
 * @returns the record of the cycle; interrupted ones have `endedAt: null`
 * @throws {QuarantineError} when the cycle cannot go on; what was done until then is recorded
 */
export async function runCycle(context: RunningContext, full: boolean): Promise<CycleRecord> {
  const start = startCycle(context, full);
  const tally = newTally();
  const counted = countingRequests(context, tally);
  const save = (over: Partial<CycleRecord>): CycleRecord => {
    const record = { ...cycleRecord(context, start, tally.counts()), ...over };
    context.store.saveCycle(record);
    return record;
  };
  try {
    // Changed mappings or filters have the effect of a restart: what is found out from now on is of this schema.
    if (start.isCacheStale) context.store.reset(['Watermark', 'Escrows']);
    requireHealthy(await probeTarget(counted.job, counted.target, counted.world));
    save({});
    for (const phase of PHASES) await runPhase(phase, counted, start, tally);
  } catch (error) {
    if (error instanceof QuarantineError) save(failedCycle(error, context));
    throw error;
  }
  if (context.signal.aborted) return save({});
  const ended: CycleRecord = {
    ...cycleRecord(context, start, tally.counts()),
    state: tally.counts().failed > 0 ? 'EntryLevelErrors' : 'Succeeded',
    endedAt: context.world.now(),
  };
  context.store.complete(ended, {
    watermark: start.until,
    directoryId: context.directory.directoryId(),
    schemaFingerprint: context.job.schemaFingerprint,
  });
  return ended;
}

async function runPhase(
  phase: Phase,
  context: RunningContext,
  start: CycleStart,
  tally: Tally,
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
    const changes = page.items.flatMap((item) => (item.kind === 'change' ? [item.change] : []));
    const outcomes = await exportChanges(changes, exportContext(context));
    recordPage(page, outcomes, context, record, tally);
    context.observe?.(page, outcomes, tally.counts());
    requireCredentials(page, outcomes);
  }
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
  const { concurrency, dialect } = context.job.settings.target;
  return {
    target: context.writer,
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
    schemaFingerprint: job.schemaFingerprint,
    error: null,
  };
}

const failedCycle = (error: QuarantineError, { world }: PlanningContext): Partial<CycleRecord> => ({
  state: 'Failed',
  endedAt: world.now(),
  error: { code: error.code, message: error.message, reason: error.reason },
});
