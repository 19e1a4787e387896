import { openScratch } from '../../io/stores/sqlite/scratch.ts';
import type { CompiledJob } from '../../job/compile.ts';
import { planCycle } from '../../job/cycle/cycle.ts';
import type { PlanningContext } from '../../job/cycle/planning-context.ts';
import { type ComparedDecision, type ComparedObject, comparePlans } from '../../job/saved-plan/compare.ts';
import type { Configuration, JobSettings } from '../../model/job.ts';
import type { Call } from '../events.ts';
import { openNotes } from '../session/open-notes.ts';
import { readJob } from '../session/read-job.ts';
import { inPlanSession, type PlanRequest } from './plan.ts';

export type { ComparedDecision, ComparedObject };

/** Which schema is compared with that of the job. */
export interface CompareRequest extends Pick<PlanRequest, 'objects' | 'har'> {
  /** The file of the other schema. */
  readonly schemaFile: string;
}

/** How many objects would be affected, by what would be done about them. */
export type ComparedCounts = Readonly<Record<ComparedDecision['action'], number>>;

/**
 * Tells who would be affected, were another schema saved: every object about which its initial cycle decides otherwise
 * than that of the present one. Both read what the target holds now; the state of the job is only read.
 * @throws {ConfigurationError} with every issue of the other schema
 */
export async function compareSchemas(
  configuration: Configuration,
  settings: JobSettings,
  request: CompareRequest,
  call: Call,
): Promise<ComparedCounts> {
  return inPlanSession(configuration, settings, request, call, async (session) => {
    const { job } = session;
    const { id } = job.settings;
    const other = readJob({ ...job.settings, schemaFile: request.schemaFile });
    const [first, second, scratch] = [openNotes(), openNotes(), openScratch()] as const;
    const counts = { create: 0, update: 0, disable: 0, delete: 0, fail: 0, nothing: 0 };
    try {
      const planning = session.beginCycle();
      const plan = async (of: CompiledJob, notes: PlanningContext['notes']) =>
        (await planCycle({ ...planning, job: live(of), notes }, { full: true })).pages;
      call.onEvent?.({ kind: 'comparisonBegun', job: id, schemaFile: job.settings.schemaFile });
      const compared = comparePlans(await plan(job, first), await plan(other, second), scratch);
      for await (const object of compared) {
        call.signal?.throwIfAborted();
        counts[object.after.action] += 1;
        call.onEvent?.({ kind: 'objectCompared', job: id, object, counts });
      }
      return counts;
    } finally {
      for (const opened of [first, second, scratch]) opened.close();
    }
  });
}

/** A cache of the present schema knows nothing of attributes that the other one maps, so that both are read again. */
const live = (job: CompiledJob): CompiledJob => ({
  ...job,
  settings: { ...job.settings, target: { ...job.settings.target, state: 'live' } },
});
