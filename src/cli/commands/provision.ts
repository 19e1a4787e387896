import { userInfo } from 'node:os';
import type { Command } from 'commander';
import pc from 'picocolors';
import { hiddenOf } from '../../app/session/hidden.ts';
import { namesFrom } from '../../app/session/names.ts';
import { openSession, type Session, tellingBegun } from '../../app/session/session.ts';
import { heldError, lockJob, requireLockOfUser } from '../../app/state/lock-job.ts';
import { requireOwnState } from '../../app/state/owner.ts';
import { visible } from '../../io/terminal-text.ts';
import { systemWorld } from '../../io/world.ts';
import { answerOnDemand } from '../../job/on-demand/answer.ts';
import { planOnDemand } from '../../job/on-demand/plan.ts';
import { provisionOnDemand } from '../../job/on-demand/provision.ts';
import type { OnDemandResult } from '../../job/on-demand/result.ts';
import type { OnDemandRequest } from '../../job/on-demand/subjects.ts';
import { ConfigurationError, Interruption, issueOf } from '../../model/errors.ts';
import type { SourceId } from '../../model/identifiers.ts';
import type { VerifyMode } from '../../model/job.ts';
import type { Cli } from '../cli.ts';
import { EXIT } from '../exit-codes.ts';
import { harOption, recordHar } from '../har.ts';
import { interruptSignal } from '../interrupt.ts';
import { connectionError, verdictDocument } from '../report/provision/document.ts';
import { connectionLines, type StepsView, stepLines } from '../report/provision/text.ts';

interface ProvisionFlags {
  readonly members?: readonly string[];
  readonly dryRun?: boolean;
  readonly har?: string;
}

/** Adds the command `provision`: one object through all steps, now. */
export function registerProvisionCommand(command: Command, cli: () => Cli): void {
  command
    .option('--members <object...>', 'direct members to provision with the group, five at most')
    .option('--dry-run', 'say what a cycle would do about the object, and why; reads, never writes')
    .addOption(harOption())
    .addHelpText(
      'after',
      `
As in the service: no disabled or deleted users, no nested groups, no roles, and always the legacy form of PATCH.
None of this binds --dry-run. The service's limit of 5 requests in 10 seconds does not exist here.`,
    )
    .action((object: string, flags: ProvisionFlags) => provision(cli(), object, flags));
}

async function provision(cli: Cli, object: string, flags: ProvisionFlags): Promise<void> {
  if (!flags.dryRun) requireLockOfUser(cli.job().stateFile);
  const session = openSession(cli.configuration(), cli.job(), flags.dryRun ? 'read' : 'write', {
    remark: cli.note,
  });
  let endHar = (): void => {};
  try {
    const request = {
      objectId: idOf(session, object),
      members: (flags.members ?? []).map((member) => idOf(session, member)),
    };
    endHar = recordHar(cli, session.client, session.job, flags.har);
    if (flags.dryRun) await explain(cli, session, request);
    else await provisionLocked(cli, session, request);
  } finally {
    endHar();
    session.close();
  }
}

/** The id of an object by what people call it. @throws {ConfigurationError} */
function idOf({ directory, job }: Session, text: string): SourceId {
  try {
    return directory.named(text).id;
  } catch (error) {
    const isRole = directory
      .roles(job.settings.id)
      .some(({ value, displayName }) => value === text || displayName === text);
    if (!isRole) throw error;
    const message = `"${text}" is a role, and roles are not provisioned on demand; name a user who holds it`;
    throw new ConfigurationError([issueOf('provision', message)]);
  }
}

async function explain(cli: Cli, session: Session, request: OnDemandRequest): Promise<void> {
  const plan = await planOnDemand(session.beginCycle(), request);
  const view = viewOf(cli, session);
  if (cli.options.json) cli.printJson(verdictDocument(session.job.settings.id, plan, view.isHidden));
  else {
    printSteps(cli, plan, view);
    cli.print(`\n${visible(plan.verdict)}`);
  }
  if (plan.connection !== null) process.exitCode = EXIT.quarantined;
}

/** @throws {ConfigurationError} while a cycle runs, which might write the same objects */
async function provisionLocked(cli: Cli, session: Session, request: OnDemandRequest): Promise<void> {
  const { stateFile } = session.job.settings;
  const lock = lockJob(stateFile, 'provision', systemWorld.now());
  if (lock.kind !== 'taken') throw heldError(stateFile, lock.holder);
  try {
    requireOwnState(session.state, session.job.settings, { mayTake: () => true });
    await provisionNow(cli, session, request);
  } finally {
    lock.release();
  }
}

async function provisionNow(cli: Cli, session: Session, request: OnDemandRequest): Promise<void> {
  const { client, state } = session;
  const interrupt = interruptSignal(() => cli.note('\nStopping: what is under way is finished and saved.'));
  try {
    const context = {
      ...session.beginCycle(),
      writer: client,
      store: state,
      signal: interrupt.signal,
      initiator: { id: '', displayName: personRunning() },
    };
    const result = await tellingBegun(session, () => provisionOnDemand(context, request));
    report(cli, result, viewOf(cli, session));
    process.exitCode = exitCodeOf(result, session.job.settings.target.verify, interrupt.signal);
  } catch (error) {
    if (!(error instanceof Interruption)) throw error;
    process.exitCode = EXIT.interrupted;
  } finally {
    interrupt.release();
  }
}

/** Who runs this; an account without a name is known by its number. */
function personRunning(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
}

function viewOf(cli: Cli, { job, directory }: Session): StepsView {
  return {
    colors: pc.createColors(cli.options.color),
    isHidden: hiddenOf(job),
    nameOf: namesFrom(directory, job.settings.id, systemWorld.now()),
  };
}

function report(cli: Cli, result: OnDemandResult, view: StepsView): void {
  const { connection, entries, untakenCount = 0 } = result;
  if (cli.options.json) {
    const isUnbegun = connection !== null && entries.length === 0;
    cli.printJson(isUnbegun ? connectionError(connection, view.isHidden) : answerOnDemand(entries));
    return;
  }
  printSteps(cli, result, view);
  if (connection !== null && entries.length === 0) return;
  const withStatus = (status: string): number =>
    entries.filter(({ provisioningStatusInfo }) => provisioningStatusInfo.status === status).length;
  const changed = withStatus('success') + withStatus('warning');
  const untaken = untakenCount > 0 ? ` · ${untakenCount} not taken by the target` : '';
  cli.print(
    `\n${changed} written, ${withStatus('skipped')} left alone, ${withStatus('failure')} failed${untaken}`,
  );
}

/** Objects that were not reached because the connection fails are not shown. */
function printSteps(cli: Cli, { objects, connection, notes }: OnDemandResult, view: StepsView): void {
  const shown = objects.filter(({ actions }) => connection === null || actions.length > 0);
  const blocks = shown.map((object) => stepLines(object, view).join('\n'));
  if (connection !== null) blocks.push(connectionLines(connection, view).join('\n'));
  cli.print(blocks.join('\n\n'));
  for (const note of notes) cli.print(view.colors.yellow(`\n  note: ${visible(note)}`));
}

function exitCodeOf(
  { connection, entries, untakenCount = 0 }: OnDemandResult,
  verify: VerifyMode,
  signal: AbortSignal,
): number {
  if (connection !== null) return EXIT.quarantined;
  if (signal.aborted) return EXIT.interrupted;
  const hasFailed = entries.some(({ provisioningStatusInfo }) => provisioningStatusInfo.status === 'failure');
  return hasFailed || (verify === 'read' && untakenCount > 0) ? EXIT.escrowed : EXIT.done;
}
