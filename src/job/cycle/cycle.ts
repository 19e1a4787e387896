import { exportChanges } from '../../exporting/export.ts';
import type { CycleCounts, CycleRecord } from '../../model/cycle.ts';
import { EnvironmentError, Interruption, QuarantineError } from '../../model/errors.ts';
import { isChange, type Outcome, type Phase } from '../../model/pipeline.ts';
import type { TargetReader, TargetWriter } from '../../model/ports.ts';
import type { ScimResponse } from '../../model/scim.ts';
import { typeOf } from '../compile.ts';
import { withEntryCounts } from '../control/entry-counts.ts';
import { noteDeletedMembers, readDeletedMembers } from '../phases/deleted-members.ts';
import { planMemberships } from '../phases/memberships.ts';
import { planObjects } from '../phases/objects.ts';
import type { PlannedPage } from '../phases/planned-page.ts';
import { noPendingLinks, type PendingLinks, pendingLinksByNotes } from '../phases/referenced.ts';
import { planReferences } from '../phases/references.ts';
import { PAGE_SIZE } from '../phases/source-pages.ts';
import { type StagingBasis, stagedItems, stagingBasis, stagingLimit } from '../phases/stage.ts';
import { type CycleCounter, countPlanned, newCounter } from './counts.ts';
import { breakOff, endCycle, type RecordCycle, recordTrouble } from './end.ts';
import { turnOfEventLoop } from './event-loop.ts';
import { exportContext, sharedExport } from './export-context.ts';
import { exportPages } from './export-pages.ts';
import { type FailureWatch, watchFailures } from './failure-watch.ts';
import { readReferencedLinks } from './page-state.ts';
import type { PlanningContext } from './planning-context.ts';
import { type PreparationContext, prepareCycle } from './prepare.ts';
import { probeTarget, refusesCredentials, requireHealthy } from './probe.ts';
import { measureProgress } from './progress.ts';
import { readAhead } from './read-ahead.ts';
import { beginPage, cycleRecording } from './record-page.ts';
import { countRequests } from './requests.ts';
import { type CycleRequest, type CycleStart, startCycle } from './start.ts';

/** The parts of a cycle in their order; everything of one is exported before the next is planned. */
export const PHASES: readonly Phase[] = ['users', 'groups', 'references', 'memberships', 'deprovisioning'];

/**
 * Pages planned while one is exported. With one only, its questions and the page's writes would end together, and most
 * connections stand idle until the slowest of them is answered.
 */
const PAGES_AHEAD = 2;

/** The phases in which each object comes once, so that a page may begin before the one before it has ended. */
const OVERLAPPING: ReadonlySet<Phase> = new Set(['users', 'groups']);

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
export async function planCycle(context: PlanningContext, request: CycleRequest = {}): Promise<PlannedCycle> {
  const start = await startCycle(context, request);
  const counter = newCounter();
  const pendingLinks = pendingLinksByNotes(context);
  const basis = await stagingBasis(context.state);
  async function* pages(): AsyncGenerator<PlannedPage> {
    requireHealthy(await probeTarget(context.job, context.target, context.world));
    for (const phase of PHASES) {
      for await (const page of planPhase(phase, context, start, basis, pendingLinks, counter)) {
        const links = await readReferencedLinks(page.items, context.state);
        for (const item of page.items) {
          countPlanned(counter, item);
          if (isChange(item)) counter.add('requests', countRequests(item, context, links));
        }
        yield page;
        await requireCredentials(page, [], context);
        // An offline plan sends no requests, and nothing else yields to the event loop.
        await turnOfEventLoop();
      }
    }
  }
  return { start, pages: pages(), counts: counter.counts };
}

async function* planPhase(
  phase: Phase,
  context: PlanningContext,
  start: CycleStart,
  basis: StagingBasis,
  pendingLinks: PendingLinks,
  counter: CycleCounter,
): AsyncGenerator<PlannedPage> {
  if (phase === 'references') return yield* planReferences(context, start, pendingLinks, counter);
  if (phase === 'memberships') return yield* planMemberships(context, start, pendingLinks, counter);
  if (phase === 'deprovisioning') return yield* stagedPages(context, start, basis);
  const type = typeOf(context.job, phase === 'users' ? 'User' : 'Group');
  if (type !== undefined) yield* planObjects(type, context, start, counter);
}

/** The pages of the last phase: what was withheld until all of it is counted. */
export async function* stagedPages(
  context: PlanningContext,
  start: CycleStart,
  basis: StagingBasis,
): AsyncGenerator<PlannedPage> {
  const limit = stagingLimit(context, basis);
  const heldBack = limit === null ? {} : { stagedBy: limit };
  for (const items of stagedItems(context, limit !== null, PAGE_SIZE)) {
    await noteDeletedMembers(items, context, start);
    yield { phase: 'deprovisioning', items, ...heldBack };
  }
}

/** What running a cycle may use beyond planning: the two writers, and a scratch for a preflight. */
export interface RunningContext extends PreparationContext {
  readonly writer: TargetWriter;
  /** Once aborted, what is under way is finished and recorded, nothing more is begun, and the watermark stays. */
  readonly signal: AbortSignal;
  /** Receives the id of the cycle before any request to the target. */
  readonly onBegin?: (cycleId: string) => void;
  /** Receives every page once it is recorded. */
  readonly observe?: (
    page: PlannedPage,
    outcomes: readonly Outcome[],
    counts: CycleCounts,
  ) => void | Promise<void>;
}

/** Where the pages of a cycle come from: planned as it goes, or planned before and saved. */
export interface CycleSource {
  readonly start: CycleStart;
  /** What was counted before the cycle began. */
  readonly counts?: CycleCounts;
  /** The pages of a phase, asked for once everything of the phases before it is exported. */
  pages(
    phase: Phase,
    planning: PlanningContext,
    basis: StagingBasis,
    counter: CycleCounter,
  ): AsyncGenerator<PlannedPage>;
  /** All pages, with nothing exported in between. */
  preflight(planning: PlanningContext): AsyncIterable<PlannedPage>;
}

/**
 * Runs the next cycle, planned as it goes.
 * @see exportCycle
 */
export async function runCycle(context: RunningContext, request: CycleRequest = {}): Promise<CycleRecord> {
  const start = await startCycle(context, request);
  return exportCycle(context, {
    start,
    pages: (phase, planning, basis, counter) =>
      planPhase(phase, planning, start, basis, noPendingLinks, counter),
    preflight: async function* (planning) {
      yield* (await planCycle(planning, request)).pages;
    },
  });
}

/**
 * Runs a cycle: a page is exported and recorded while the next ones are being asked for. The watermark moves last, and
 * only when the cycle came to its end.
 * @returns the record of the cycle; interrupted ones have `endedAt: null`
 * @throws {QuarantineError} when the cycle cannot continue, or when it ended with staged deletions; what was
 * done until then is recorded, and the job is in quarantine
 */
export async function exportCycle(context: RunningContext, source: CycleSource): Promise<CycleRecord> {
  const { start } = source;
  context.onBegin?.(start.id);
  const counter = newCounter(source.counts);
  const record: RecordCycle = (over) => ({ ...cycleRecord(context, start, counter.counts()), ...over });
  const progress = measureProgress(context, start, PHASES);
  const counted: RunningContext = {
    ...countingRequests(context, counter),
    observe: async (page, outcomes, counts) => {
      const news = await progress.pageDone(page.phase);
      if (news !== null) await context.store.saveCycle(record({ progress: news }));
      await context.observe?.(page, outcomes, counts);
    },
  };
  const basis = await stagingBasis(context.state);
  let watch: FailureWatch;
  try {
    const preflight = (planning: PlanningContext) => source.preflight(interruptible(planning, context));
    await prepareCycle(counted, start, basis, preflight);
    await context.store.saveCycle(record({ progress: await progress.begun() }));
    watch = watchFailures({
      ...counted,
      kind: start.kind,
      sourceCount: start.sourceCount,
      control: await context.state.control(),
      safety: context.job.settings.safety,
    });
    for (const phase of PHASES) {
      // From here on links only become fewer.
      if (phase === 'deprovisioning') await noteEntryCounts(context);
      await runPhase(phase, counted, source, basis, counter, watch);
    }
    await readDeletedMembers(interruptible(counted, context));
  } catch (error) {
    if (error instanceof Interruption) return interruptCycle(context, record);
    if (error instanceof QuarantineError) await breakOff(error, context, record);
    else if (error instanceof EnvironmentError) await recordTrouble(error, context, record);
    throw error;
  }
  return context.signal.aborted
    ? interruptCycle(context, record)
    : endCycle(counted, start, basis, watch, record);
}

const interruptible = <Planning extends PlanningContext>(
  planning: Planning,
  { signal }: Pick<RunningContext, 'signal'>,
): Planning => ({
  ...planning,
  target: readableUntil(planning.target, signal, planning.job.settings.target.concurrency),
});

async function noteEntryCounts({ state, store }: RunningContext): Promise<void> {
  const linked = await state.linkCounts();
  await store.updateControl((control) => withEntryCounts(control, linked));
}

async function interruptCycle({ store }: RunningContext, record: RecordCycle): Promise<CycleRecord> {
  const interrupted = record({});
  await store.saveCycle(interrupted);
  return interrupted;
}

async function runPhase(
  phase: Phase,
  context: RunningContext,
  { start, pages }: CycleSource,
  basis: StagingBasis,
  counter: CycleCounter,
  watch: FailureWatch,
): Promise<void> {
  const recording = cycleRecording(context, start);
  const planning = interruptible(context, context);
  const shared = await sharedExport(context);
  await exportPages(readAhead(pages(phase, planning, basis, counter), PAGES_AHEAD), {
    signal: context.signal,
    overlaps: OVERLAPPING.has(phase),
    begin: async (page, signal) => {
      const changes = page.items.filter(isChange);
      const recorder = await beginPage(page, context, recording, counter);
      const exporting = {
        ...exportContext({ ...context, signal }, recorder.known, shared),
        onOutcome: recorder.note,
      };
      const outcomes = await exportChanges(changes, exporting);
      return recorder.finish(outcomes);
    },
    end: async (page, outcomes) => {
      await context.observe?.(page, outcomes, counter.counts());
      await requireCredentials(page, outcomes, context);
      await watch.note(page, outcomes);
    },
  });
}

/**
 * Credentials that die in mid-cycle would fail every object left: the cycle ends instead. A page on which something was
 * refused with 401 makes the target be probed again: where it answers well, the refusal is that object's own.
 * @throws {QuarantineError} when the probe is refused too
 */
async function requireCredentials(
  page: PlannedPage,
  outcomes: readonly Outcome[],
  { job, target, world }: PlanningContext,
): Promise<void> {
  if (refusesCredentials(page, outcomes)) requireHealthy(await probeTarget(job, target, world));
}

/** Counts the requests that were answered or lost; one cancelled by an interruption was never sent. */
function countingRequests(context: RunningContext, counter: CycleCounter): RunningContext {
  const { signal } = context;
  const counted = async (sent: Promise<ScimResponse>): Promise<ScimResponse> => {
    const response = await sent;
    counter.add('requests');
    return response;
  };
  const target: TargetReader = {
    read: (request, about) => counted(context.target.read(request, about, signal)),
  };
  const writer: TargetWriter = {
    write: (request, about) => counted(context.writer.write(request, about, signal)),
  };
  return { ...context, target, writer };
}

function cycleRecord({ job }: PlanningContext, start: CycleStart, counts: CycleCounts): CycleRecord {
  return {
    id: start.id,
    kind: start.kind,
    state: 'Failed',
    startedAt: start.now,
    endedAt: null,
    counts,
    since: start.since,
    until: start.until,
    sourceCount: start.sourceCount,
    directoryId: start.directoryId,
    schemaFingerprint: job.schemaFingerprint,
    error: null,
  };
}

/**
 * Lets a target be read until the signal is aborted. Planning a page asks for hundreds of objects; nothing of it is
 * written yet, so that an interruption does not wait for them.
 * @param concurrency requests under way at once; the others wait here, where they can still be cancelled
 * @returns a reader that rejects with an `Interruption` from then on
 */
function readableUntil(target: TargetReader, signal: AbortSignal, concurrency: number): TargetReader {
  const waiting: (() => void)[] = [];
  let freeCount = concurrency;
  const turn = async (): Promise<void> => {
    if (freeCount > 0) freeCount -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
  };
  const release = (): void => {
    const next = waiting.shift();
    if (next === undefined) freeCount += 1;
    else next();
  };
  return {
    read: async (request, about) => {
      await turn();
      try {
        if (signal.aborted) throw new Interruption();
        return await target.read(request, about);
      } finally {
        release();
      }
    },
  };
}
