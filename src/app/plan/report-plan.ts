import { waitingFailures } from '../../job/control/waiting.ts';
import { warnOfClock } from '../../job/cycle/clock.ts';
import { planCycle } from '../../job/cycle/cycle.ts';
import { watchUnknown } from '../../job/cycle/other-directory.ts';
import { readReferencedLinks } from '../../job/cycle/page-state.ts';
import type { PlanningContext } from '../../job/cycle/planning-context.ts';
import { describePlanned } from '../../job/cycle/requests.ts';
import { watchGuards } from '../../job/warnings/guards.ts';
import { watchWarnings } from '../../job/warnings/warnings.ts';
import type { CycleCounts, CycleKind } from '../../model/cycle.ts';
import type { AssignmentGaps } from '../../model/directory.ts';
import { isChange, type Planned } from '../../model/pipeline.ts';
import type { TargetReader } from '../../model/ports.ts';
import type { PageState } from '../../model/state.ts';
import { publishedEstimate } from './estimate.ts';
import { causeOf, type LeftAloneCause } from './left-alone.ts';
import type { PlanBasis, PlanEnd, PlanItem, PlanOutput } from './output.ts';

/** What is planned, and for which objects. */
export interface PlanOptions {
  readonly full: boolean;
  /** What the head of the plan names. */
  readonly basis: PlanBasis;
  /** The clock is right, however far it is past the last cycle. */
  readonly acceptsClock: boolean;
  /** What assignments do not reach; null: not computed. */
  readonly gaps: (() => Promise<AssignmentGaps>) | null;
  /** What the plan cannot know, reported with its warnings once it is read. */
  readonly unknowns: () => readonly string[];
  /** Once aborted, no page is planned any more, and the plan rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Plans the next cycle once and writes it to every output, page by page.
 * @throws {QuarantineError} when the target does not answer as it must; the outputs are abandoned
 */
export async function reportPlan(
  planning: PlanningContext,
  outputs: readonly PlanOutput[],
  { full, basis, acceptsClock, gaps, unknowns, signal }: PlanOptions,
): Promise<PlanEnd> {
  const { target, readCount } = countingReads(planning.target);
  const context = { ...planning, target };
  // Of named objects gaps are not looked for, and their failures are tried at once.
  const planned = await planCycle(context, { full, acceptsClock, retriesAll: gaps === null });
  const watch = await watchWarnings(context, gaps);
  const unknown = gaps === null ? async () => [] : await watchUnknown(context);
  const guards = await watchGuards(context, planned.start);
  const skips: Partial<Record<LeftAloneCause, number>> = {};
  try {
    const head = { job: context.job.settings.id, start: planned.start, basis };
    for (const output of outputs) await output.begin(head);
    for await (const page of planned.pages) {
      signal?.throwIfAborted();
      await guards.note(page);
      const links = await readReferencedLinks(page.items, context.state);
      const items = page.items.map((one): PlanItem => {
        watch.note(one);
        if (one.kind === 'skip') {
          const cause = causeOf(one);
          skips[cause] = (skips[cause] ?? 0) + 1;
        }
        return itemOf(one, context, links);
      });
      for (const output of outputs) await output.page({ ...page, items });
    }
    const counts = planned.counts();
    const refusals = await guards.errors();
    const end: PlanEnd = {
      counts,
      requestCount: counts.requests,
      readCount: readCount(),
      requestsPerSecond: context.job.settings.target.requestsPerSecond,
      skips,
      waiting: await waitingFailures(context.state, context.job.settings.safety.retry),
      isRefused: refusals.length > 0,
      warnings: [
        ...refusals.map(({ message }) => message),
        ...unknowns(),
        ...(await warnOfClock(context, acceptsClock)),
        ...(await unknown()),
        ...(await watch.warnings(planned.start.kind === 'initial')),
      ],
      published: published(context, planned.start.kind, counts),
    };
    for (const output of outputs) output.end(end);
    return end;
  } catch (error) {
    for (const output of outputs) output.abandon();
    throw error;
  }
}

/** Requests are described when an output asks for them: of a long plan, the text shows few. */
function itemOf(planned: Planned, context: PlanningContext, links: PageState['links']): PlanItem {
  let requests: PlanItem['requests'] | null = null;
  return {
    planned,
    get requests() {
      requests ??= isChange(planned) ? describePlanned(planned, context, links) : [];
      return requests;
    },
  };
}

function published({ job }: PlanningContext, kind: CycleKind, { entitled, imported }: CycleCounts) {
  const { scope } = job.settings;
  return publishedEstimate({ kind, scope, objectCount: scope === 'all' ? imported : entitled });
}

function countingReads(target: TargetReader): { readonly target: TargetReader; readCount(): number } {
  let count = 0;
  return {
    target: {
      read: (request, about) => {
        count += 1;
        return target.read(request, about);
      },
    },
    readCount: () => count,
  };
}
