import { isChange } from '../../model/pipeline.ts';
import { readReferencedLinks } from '../cycle/page-state.ts';
import type { PlanningContext } from '../cycle/planning-context.ts';
import { probeTarget } from '../cycle/probe.ts';
import { describePlanned } from '../cycle/requests.ts';
import type { CycleStart } from '../cycle/start.ts';
import { pendingLinksByNotes } from '../phases/referenced.ts';
import { notesOnDemand, notesOnFailures } from './notes.ts';
import { planOnDemandPages, startOnDemand } from './pages.ts';
import { collectObjects, type OnDemandObject, type OnDemandResult } from './result.ts';
import { findSubjects, type OnDemandRequest, type OnDemandSubjects } from './subjects.ts';
import { verdictOf } from './verdict.ts';

/** What planning on demand found out: nothing was sent, and nothing was written into the log. */
export interface OnDemandPlan extends OnDemandResult {
  /** What a cycle would do about the object that was asked for, and why: one sentence. */
  readonly verdict: string;
}

/**
 * Tells what a cycle would do about an object, whatever its state, and why; it holds no writer. The limits of
 * provisioning on demand do not bind it.
 * @throws {ConfigurationError} when an object is not there, or one named as a member is none
 */
export async function planOnDemand(
  context: PlanningContext,
  request: OnDemandRequest,
): Promise<OnDemandPlan> {
  const start = await startOnDemand(context);
  const subjects = await findSubjects(request, context, start.view);
  const begun = await beginOnDemand(context, start, subjects);
  const objects = begun.connection === null ? await planObjectsOf(subjects, context, start) : begun.objects;
  return {
    ...begun,
    objects,
    notes: [
      ...(await notesOnFailures(subjects, context)),
      ...(begun.connection === null ? await notesOnDemand(subjects, objects, context, start) : []),
    ],
    verdict: verdictOf({ ...begun, objects }, subjects.subject, await context.state.control()),
  };
}

async function planObjectsOf(
  subjects: OnDemandSubjects,
  context: PlanningContext,
  start: CycleStart,
): Promise<readonly OnDemandObject[]> {
  const collected = collectObjects([...subjects.members, subjects.subject], context.job);
  for await (const one of planOnDemandPages(subjects, context, start, pendingLinksByNotes(context))) {
    const links = await readReferencedLinks(one.page.items, context.state);
    const actions = one.page.items.map((planned) => ({
      planned,
      requests: isChange(planned) ? describePlanned(planned, context, links) : [],
      outcome: null,
    }));
    collected.add(one, actions);
  }
  return collected.objects();
}

/** Begins with the connection test; nothing is known of the objects yet. */
export async function beginOnDemand(
  context: PlanningContext,
  start: CycleStart,
  { subject, members }: OnDemandSubjects,
): Promise<OnDemandResult> {
  return {
    cycleId: start.id,
    startedAt: start.now,
    connection: await failedConnection(context),
    objects: collectObjects([...members, subject], context.job).objects(),
    entries: [],
    notes: [],
  };
}

/** Tests the connection. @returns null: the target answers as it must */
export async function failedConnection({
  job,
  target,
  world,
}: PlanningContext): Promise<OnDemandResult['connection']> {
  for (const { failure, request, response } of await probeTarget(job, target, world))
    if (failure !== null) return { failure, exchange: { request, response } };
  return null;
}
