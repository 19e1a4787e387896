import { exportChanges } from '../../exporting/export.ts';
import { Interruption } from '../../model/errors.ts';
import type { ProvisioningLogEntry } from '../../model/log.ts';
import { isChange, type Outcome } from '../../model/pipeline.ts';
import type { JobWriter, TargetWriter } from '../../model/ports.ts';
import type { ScimRequest, WriteRequest } from '../../model/scim.ts';
import type { StateChange } from '../../model/state.ts';
import { onDemandDialect } from '../../scim/on-demand.ts';
import { newCounter } from '../cycle/counts.ts';
import { exportContext, sharedExport } from '../cycle/export-context.ts';
import type { PlanningContext } from '../cycle/planning-context.ts';
import { refusesCredentials } from '../cycle/probe.ts';
import { beginPage, cycleRecording } from '../cycle/record-page.ts';
import type { PlannedPage } from '../phases/planned-page.ts';
import { noPendingLinks } from '../phases/referenced.ts';
import { warnOfVerification } from '../warnings/verification.ts';
import { notesOnDemand } from './notes.ts';
import { planOnDemandPages, startOnDemand } from './pages.ts';
import { beginOnDemand, failedConnection } from './plan.ts';
import { collectObjects, type OnDemandAction, type OnDemandResult, onDemandSteps } from './result.ts';
import { findSubjects, type OnDemandRequest, requireWithinLimits } from './subjects.ts';

/** What provisioning on demand may use beyond planning. */
export interface OnDemandContext extends PlanningContext {
  readonly writer: TargetWriter;
  readonly store: JobWriter;
  /** Once aborted, what is under way is finished and recorded, and nothing more is begun. */
  readonly signal: AbortSignal;
  /** Receives the id under which the log records this, before any request to the target. */
  readonly onBegin?: (cycleId: string) => void;
  /** The person who asked for it: what the provisioning log calls the initiator. */
  readonly initiator: { readonly id: string; readonly displayName: string };
}

/**
 * Provisions one user, or one group with at most five of its members, through all steps of a cycle and now: it links,
 * writes, records and logs as a cycle does, moves no watermark, and counts for no threshold.
 * @throws {ConfigurationError} when the service would not do so on demand
 * @throws {Interruption} when the signal was aborted before anything was found out
 * @see Entra "On-demand provisioning in Microsoft Entra ID", and Graph synchronizationJob: provisionOnDemand
 */
export async function provisionOnDemand(
  given: OnDemandContext,
  request: OnDemandRequest,
): Promise<OnDemandResult> {
  const { target, writer, signal } = given;
  const context: OnDemandContext = {
    ...given,
    job: onDemandJob(given),
    target: { read: (request, about) => target.read(request, about, signal) },
    writer: { write: (request, about) => writer.write(request, about, signal) },
  };
  const start = await startOnDemand(context);
  const subjects = await findSubjects(request, context, start.view);
  await requireWithinLimits(subjects, context);
  context.onBegin?.(start.id);
  const result = await beginOnDemand(context, start, subjects);
  if (result.connection !== null) return result;
  const collected = collectObjects([...subjects.members, subjects.subject], context.job);
  const entries: ProvisioningLogEntry[] = [];
  const recording = { ...context, store: storeTelling(context, entries) };
  const counter = newCounter();
  const shared = await sharedExport(context);
  let connection: OnDemandResult['connection'] = null;
  try {
    for await (const one of planOnDemandPages(subjects, context, start, noPendingLinks)) {
      if (signal.aborted) break;
      const recorder = await beginPage(one.page, recording, cycleRecording(context, start), counter);
      const exporting = { ...exportContext(context, recorder.known, shared), onOutcome: recorder.note };
      const changes = one.page.items.filter(isChange);
      const outcomes = await recorder.finish(await exportChanges(changes, exporting));
      collected.add(one, actionsOf(one.page, outcomes));
      // Credentials that are refused would fail whatever is left; where the probe is answered, the refusal is its own.
      if (refusesCredentials(one.page, outcomes)) connection = await failedConnection(context);
      if (connection !== null) break;
    }
  } catch (error) {
    // What was done until then is shown.
    if (!(error instanceof Interruption)) throw error;
  }
  const objects = collected.objects();
  const notes = [
    ...(await notesOnDemand(subjects, objects, context, start)),
    ...warnOfVerification(counter.counts(), context.job.settings),
  ];
  return { ...result, connection, objects, entries, notes, untakenCount: counter.counts().untaken };
}

/** The job as it speaks on demand. */
const onDemandJob = ({ job }: Pick<PlanningContext, 'job'>): PlanningContext['job'] => {
  const { settings } = job;
  const target = { ...settings.target, dialect: onDemandDialect(settings.target.dialect) };
  return { ...job, settings: { ...settings, target } };
};

function actionsOf({ items }: PlannedPage, outcomes: readonly Outcome[]): readonly OnDemandAction[] {
  return items.flatMap((planned): readonly OnDemandAction[] => {
    if (!isChange(planned)) return [{ planned, requests: [], outcome: null }];
    const outcome = outcomes.find(({ change }) => change === planned);
    if (outcome === undefined) return [];
    const requests = outcome.exchanges.map(({ request }) => request).filter(isWrite);
    return [{ planned, requests, outcome }];
  });
}

const isWrite = (request: ScimRequest): request is WriteRequest => request.method !== 'GET';

/** Log entries name the person who asked, and their import has one name. */
function storeTelling({ store, initiator }: OnDemandContext, entries: ProvisioningLogEntry[]): JobWriter {
  const told = (change: StateChange): StateChange => {
    if (change.kind !== 'log') return change;
    const entry: ProvisioningLogEntry = {
      ...change.entry,
      provisioningSteps: onDemandSteps(change.entry.provisioningSteps),
      initiatedBy: { ...initiator, initiatorType: 'user' },
    };
    entries.push(entry);
    return { kind: 'log', entry };
  };
  return { ...store, apply: (changes) => store.apply(changes.map(told)) };
}
