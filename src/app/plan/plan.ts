import { kindOf } from '../../io/output-place.ts';
import type { CompiledJob } from '../../job/compile.ts';
import type { PlanningContext } from '../../job/cycle/planning-context.ts';
import { SAVED_PLAN_FORMAT } from '../../job/saved-plan/saved-plan.ts';
import { PlannedQuarantineError, QuarantineError } from '../../model/errors.ts';
import type { Configuration, JobSettings } from '../../model/job.ts';
import { NAMED } from '../../model/named.ts';
import type { Call } from '../events.ts';
import { redactedOf } from '../session/hidden.ts';
import { openNameBook } from '../session/names.ts';
import { recordHar } from '../session/record-har.ts';
import { narrowTo, unmappedObjects } from '../session/selected-objects.ts';
import { openSession, type Session } from '../session/session.ts';
import { ownFiles } from '../state/own-files.ts';
import { offlineTarget } from './offline-target.ts';
import type { PlanBasis, PlanEnd, PlanOutput } from './output.ts';
import { openOutputFile } from './output-file.ts';
import { reportPlan } from './report-plan.ts';
import { savedPlanOutput } from './saved-plan-file.ts';

/** What is planned, and where the plan is kept. */
export interface PlanRequest {
  /** Object ids, userPrincipalNames or displayNames of groups; empty: all objects. */
  readonly objects?: readonly string[];
  /** Plans an initial cycle, whatever the watermark. */
  readonly full?: boolean;
  /** The clock is right, however far it is past the last cycle. */
  readonly acceptClock?: boolean;
  /** Plans from the cached state alone, without asking the target. */
  readonly offline?: boolean;
  /** Writes every exchange into this HTTP Archive, without secrets. */
  readonly har?: string;
  /** Keeps the plan in this file, to be applied. */
  readonly out?: string;
  /** Files that the caller writes the plan to: `out` must be none of them. */
  readonly reserved?: readonly string[];
}

/**
 * Plans the next cycle; it reads, and holds no writer. Each page is emitted as an event, so that no plan has to fit into
 * memory.
 * @throws {PlannedQuarantineError} when a cycle would end in quarantine before its first change
 */
export async function planNow(
  configuration: Configuration,
  settings: JobSettings,
  request: PlanRequest,
  call: Call,
): Promise<PlanEnd> {
  return inPlanSession(configuration, settings, request, call, async (session) => {
    const { objects = [], full = false, acceptClock = false, offline = false } = request;
    const { directory, job } = session;
    const { planning, unknowns } = planningOf(session, offline);
    const unmapped = await unmappedObjects(session, objects);
    const saved = savedOutputs(configuration, session, request);
    const basis = basisOf(configuration, job, { isOffline: offline, isPartial: objects.length > 0 });
    return reportPlan(planning, [tellingOutput(planning, call), ...saved], {
      full,
      basis,
      acceptsClock: acceptClock,
      gaps: objects.length > 0 ? null : () => directory.assignmentGaps(job.settings.id, NAMED),
      unknowns: () => [...unmapped, ...unknowns()],
      signal: call.signal,
    });
  });
}

/** Opens a session that can only read, narrowed to the objects of a request, for as long as some planning takes. */
export async function inPlanSession<Result>(
  configuration: Configuration,
  settings: JobSettings,
  { objects = [], har }: Pick<PlanRequest, 'objects' | 'har'>,
  call: Call,
  work: (session: Session) => Promise<Result>,
): Promise<Result> {
  const { signal } = call;
  const session = await openSession(configuration, settings, 'read', { ...(signal && { signal }) });
  let endHar = (): void => {};
  try {
    endHar = recordHar(configuration, session, har, call);
    return await work(await narrowTo(session, objects));
  } catch (error) {
    if (!(error instanceof QuarantineError)) throw error;
    throw new PlannedQuarantineError(error.reason, error.code, error.message);
  } finally {
    endHar();
    await session.close();
  }
}

/** What a plan of a job is made of. */
export function basisOf(
  { directoryFile }: Pick<Configuration, 'directoryFile'>,
  { settings, schema, schemaFingerprint }: CompiledJob,
  how: Pick<PlanBasis, 'isOffline' | 'isPartial'>,
): PlanBasis {
  const { target, schemaFile } = settings;
  return {
    target: target.baseUrl,
    schema: { file: schemaFile, name: schema.targetDirectoryName, fingerprint: schemaFingerprint },
    directory: directoryFile,
    ...how,
  };
}

/** Tells a plan as events. */
function tellingOutput({ job, directory, world }: PlanningContext, { onEvent }: Call): PlanOutput {
  const { id } = job.settings;
  const book = openNameBook(directory, id, world.now());
  return {
    begin: (head) => onEvent?.({ kind: 'planBegun', ...head, redacted: redactedOf(job) }),
    page: async (page) => {
      const names = await book.namesOf(page.items.map(({ planned }) => planned));
      onEvent?.({ kind: 'pagePlanned', job: id, page, names });
    },
    end: (end) => onEvent?.({ kind: 'planEnded', job: id, end }),
    abandon: () => undefined,
  };
}

function savedOutputs(
  configuration: Configuration,
  session: Session,
  { objects = [], out, har, reserved = [] }: PlanRequest,
): readonly PlanOutput[] {
  if (out === undefined) return [];
  const own = [...ownFiles(configuration), ...(har === undefined ? [] : [har]), ...reserved];
  const kind = kindOf('a saved plan', `{"format":"${SAVED_PLAN_FORMAT}"`);
  const file = openOutputFile({ file: out, option: '--out', kind, own });
  return [savedPlanOutput(file, session, objects.length > 0)];
}

/** What is planned with; offline the target is not asked, also where the job reads it live. */
export function planningOf(
  session: Pick<Session, 'beginCycle'>,
  isOffline: boolean,
): { readonly planning: PlanningContext; unknowns(): readonly string[] } {
  const planning = session.beginCycle();
  if (!isOffline) return { planning, unknowns: () => [] };
  const { target, unknowns } = offlineTarget(planning.notes);
  const { job } = planning;
  const settings = { ...job.settings, target: { ...job.settings.target, state: 'cached' as const } };
  return { planning: { ...planning, target, job: { ...job, settings } }, unknowns };
}
