import { systemWorld } from '../../io/world.ts';
import { answerOnDemand } from '../../job/on-demand/answer.ts';
import { type OnDemandPlan, planOnDemand } from '../../job/on-demand/plan.ts';
import { provisionOnDemand } from '../../job/on-demand/provision.ts';
import type { OnDemandAction, OnDemandObject, OnDemandResult } from '../../job/on-demand/result.ts';
import { ConfigurationError, issueOf } from '../../model/errors.ts';
import type { SourceId } from '../../model/identifiers.ts';
import type { Configuration, JobSettings } from '../../model/job.ts';
import { type Call, type Names, remarksOf } from '../events.ts';
import { planningOf } from '../plan/plan.ts';
import { type RedactedAttributes, redactedOf } from '../session/hidden.ts';
import { openNameBook } from '../session/names.ts';
import { recordHar } from '../session/record-har.ts';
import { openSession, type Session, tellingBegun } from '../session/session.ts';
import { heldError, lockJob, requireLockOfUser } from '../state/lock-job.ts';
import { requireOwnState } from '../state/owner.ts';

export type { OnDemandAction, OnDemandObject, OnDemandPlan, OnDemandResult };

/** Which object is provisioned. */
export interface ProvisionRequest {
  /** An object id, a userPrincipalName, or a group's displayName. */
  readonly object: string;
  /** Direct members of a group, five at most. */
  readonly members?: readonly string[];
  /** Writes every exchange into this HTTP Archive, without secrets. */
  readonly har?: string;
}

/** Which object is explained. */
export interface ExplainRequest extends ProvisionRequest {
  /** Explains from the cached state alone, without asking the target. */
  readonly offline?: boolean;
}

/** What showing the steps of an object needs beside them. */
export interface StepNames {
  /** Names of the source objects that the steps refer to. */
  readonly names: Names;
  /** The attributes whose values are not to be shown. */
  readonly redacted: readonly RedactedAttributes[];
}

/** What came of provisioning an object. */
export interface ProvisionedObject extends StepNames {
  readonly job: string;
  readonly result: OnDemandResult;
  /** The answer of Graph. @see Graph synchronizationJob: provisionOnDemand */
  readonly answer: ReturnType<typeof answerOnDemand>;
}

/** What a cycle would do about an object, and why. */
export interface ExplainedObject extends StepNames {
  readonly job: string;
  readonly plan: OnDemandPlan;
}

/** Says what a cycle would do about an object, and why; it reads, and holds no writer. */
export async function explainObject(
  configuration: Configuration,
  settings: JobSettings,
  request: ExplainRequest,
  call: Call,
): Promise<ExplainedObject> {
  const remark = remarksOf(settings.id, call);
  const { signal } = call;
  const session = await openSession(configuration, settings, 'read', { remark, ...(signal && { signal }) });
  return inSession(configuration, session, request, call, async (subjects) => {
    const isOffline = request.offline ?? false;
    const { planning, unknowns } = planningOf(session, isOffline);
    const planned = await planOnDemand(planning, subjects);
    // What stands for the target offline gave no answer that could be shown.
    const objects = isOffline ? planned.objects.map((one) => ({ ...one, reads: [] })) : planned.objects;
    const plan = { ...planned, objects, notes: [...planned.notes, ...unknowns()] };
    return { job: settings.id, plan, ...(await stepNames(session, plan)) };
  });
}

/**
 * Provisions one user, or one group with some of its members, now.
 * @param initiator who asks for it, as the log names them
 * @throws {ConfigurationError} while a cycle runs, which might write the same objects
 * @throws {Interruption} when the signal was aborted before anything was sent
 */
export async function provisionObject(
  configuration: Configuration,
  settings: JobSettings,
  request: ProvisionRequest & { readonly initiator: string },
  call: Call,
): Promise<ProvisionedObject> {
  const { id, stateFile } = settings;
  requireLockOfUser(stateFile);
  const session = await openSession(configuration, settings, 'write', {
    explains: true,
    remark: remarksOf(id, call),
  });
  return inSession(configuration, session, request, call, async (subjects) => {
    const lock = lockJob(stateFile, 'provision', systemWorld.now());
    if (lock.kind !== 'taken') throw heldError(stateFile, lock.holder);
    try {
      await requireOwnState(session.state, settings, { mayTake: () => true });
      call.onEvent?.({ kind: 'provisioningBegun', job: id });
      const context = {
        ...session.beginCycle(),
        writer: session.client,
        store: session.state,
        signal: call.signal ?? new AbortController().signal,
        initiator: { id: '', displayName: request.initiator },
      };
      const result = await tellingBegun(session, () => provisionOnDemand(context, subjects));
      return {
        job: id,
        result,
        answer: answerOnDemand(result.entries),
        ...(await stepNames(session, result)),
      };
    } finally {
      lock.release();
    }
  });
}

interface Subjects {
  readonly objectId: SourceId;
  readonly members: readonly SourceId[];
}

async function inSession<Result>(
  configuration: Configuration,
  session: Session,
  { object, members = [], har }: ProvisionRequest,
  call: Call,
  work: (subjects: Subjects) => Promise<Result>,
): Promise<Result> {
  let endHar = (): void => {};
  try {
    const ids: SourceId[] = [];
    for (const member of members) ids.push(await idOf(session, member));
    const subjects = { objectId: await idOf(session, object), members: ids };
    endHar = recordHar(configuration, session, har, call);
    return await work(subjects);
  } finally {
    endHar();
    await session.close();
  }
}

/** The id of an object by its name. @throws {ConfigurationError} */
async function idOf({ directory, job }: Session, text: string): Promise<SourceId> {
  try {
    return (await directory.named(text)).id;
  } catch (error) {
    const isRole = (await directory.roles(job.settings.id)).some(
      ({ value, displayName }) => value === text || displayName === text,
    );
    if (!isRole) throw error;
    const message = `"${text}" is a role, and roles are not provisioned on demand; name a user who holds it`;
    throw new ConfigurationError([issueOf('provision', message)]);
  }
}

/** Looks up the names while the directory is open. */
async function stepNames(
  { job, directory }: Session,
  { objects, connection }: OnDemandResult | OnDemandPlan,
): Promise<StepNames> {
  const { namesOf, namesIn } = openNameBook(directory, job.settings.id, systemWorld.now());
  const actions = objects.flatMap((object) => object.actions);
  const ofActions = await namesOf(actions.map(({ planned }) => planned));
  const names = { ...ofActions, ...(await namesIn(JSON.stringify([connection, actions]))) };
  return { names, redacted: redactedOf(job) };
}
