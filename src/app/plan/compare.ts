import { openScratch } from '../../io/stores/sqlite/scratch.ts';
import type { CompiledJob } from '../../job/compile.ts';
import { planCycle } from '../../job/cycle/cycle.ts';
import type { PlanningContext } from '../../job/cycle/planning-context.ts';
import { marksIn } from '../../job/phases/cycle-notes.ts';
import { comparePlans } from '../../job/saved-plan/compare.ts';
import type { Configuration, JobSettings } from '../../model/job.ts';
import type { Call } from '../events.ts';
import { GUID, NAMED_MEMBERS, openNameBook } from '../session/names.ts';
import { openNotes } from '../session/open-notes.ts';
import { readJob } from '../session/read-job.ts';
import { type OfflineTarget, offlineTarget } from './offline-target.ts';
import type { ComparedCounts, ComparedObject, ComparisonEnd, ComparisonHead } from './output.ts';
import { basisOf, inPlanSession, type PlanRequest } from './plan.ts';
import { type SchemaChange, schemaChanges } from './schema-changes.ts';

/** Which schema is compared with that of the job. */
export interface CompareRequest extends Pick<PlanRequest, 'objects' | 'har' | 'offline'> {
  /** The file of the other schema. */
  readonly schemaFile: string;
}

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
): Promise<ComparisonEnd> {
  const { objects = [], offline: isOffline = false, schemaFile } = request;
  return inPlanSession(configuration, settings, request, call, async (session) => {
    const { job } = session;
    const { id } = job.settings;
    const other = readJob({ ...job.settings, schemaFile });
    // What is remembered of the target was seen through the present schema, and is compared with through either.
    const compared = { ...other, schemaFingerprint: job.schemaFingerprint };
    const [first, second, scratch] = [openNotes(), openNotes(), openScratch()] as const;
    const [rows, counts] = [countsOfNone(), countsOfNone()];
    const counted = marksIn<string>(scratch, 'counted');
    try {
      const planning = session.beginCycle();
      const book = openNameBook(planning.directory, id, planning.world.now());
      const unasked = offlineTarget(second);
      const plan = (of: CompiledJob, notes: PlanningContext['notes'], offline: OfflineTarget) =>
        planCycle(
          isOffline
            ? { ...planning, job: withState(of, 'cached'), target: offline.target, notes }
            : { ...planning, job: withState(of, 'live'), notes },
          { full: true },
        );
      const before = await plan(job, first, offlineTarget(first));
      const after = await plan(compared, second, unasked);
      const isPartial = objects.length > 0;
      const head: ComparisonHead = {
        job: id,
        start: after.start,
        basis: basisOf(configuration, job, { isOffline, isPartial }),
        other: basisOf(configuration, other, { isOffline, isPartial }).schema,
        changes: schemaChanges(job.schema, other.schema),
      };
      call.onEvent?.({ kind: 'comparisonBegun', ...head });
      for await (const object of comparePlans(before.pages, after.pages, scratch, NAMED_MEMBERS)) {
        call.signal?.throwIfAborted();
        const { action } = object.after;
        rows[action] += 1;
        if (counted.add(object.id)) counts[action] += 1;
        const names = await book.namesOfIds(mentionedIn(object));
        call.onEvent?.({ kind: 'objectCompared', job: id, object, nth: rows[action], names });
      }
      const isUnknown = head.changes.some(mapsMore);
      return {
        counts,
        warnings: isOffline ? [...unasked.unknowns(), ...(isUnknown ? [UNKNOWN_VALUES] : [])] : [],
      };
    } finally {
      for (const opened of [first, second, scratch]) opened.close();
    }
  });
}

const countsOfNone = (): Record<keyof ComparedCounts, number> => ({
  create: 0,
  update: 0,
  disable: 0,
  delete: 0,
  fail: 0,
  nothing: 0,
});

/** The members of a row, and the objects that its references point at before these are created. */
const mentionedIn = ({ part, members, differences }: ComparedObject): readonly string[] => {
  const sides = members === null ? [] : [members.onlyBefore, members.onlyAfter];
  const values = part === 'reference' ? differences.flatMap(({ before, after }) => [before, after]) : [];
  return [
    ...sides.flatMap(({ added, removed }) => [...added.ids, ...removed.ids]),
    ...values.flatMap((value) => value?.match(GUID) ?? []),
  ];
};

/** Whether the other schema maps what the present one does not. */
const mapsMore = ({ part, before, after }: SchemaChange): boolean =>
  (part === 'mapping' && before === null) || (part === 'object mapping' && after === 'on');

const UNKNOWN_VALUES =
  'offline: what the target holds of attributes that only the other schema maps is not known, and is shown as (none). Compare without --offline to know';

/**
 * A cache of the present schema knows nothing of attributes that the other one maps: where it may, a comparison reads.
 */
const withState = (job: CompiledJob, state: 'cached' | 'live'): CompiledJob => ({
  ...job,
  settings: { ...job.settings, target: { ...job.settings.target, state } },
});
