import { userInfo } from 'node:os';
import { type Command, Option } from 'commander';
import pc from 'picocolors';
import { openApp } from '../../app/app.ts';
import type { AppEvent } from '../../app/events.ts';
import type { OnDemandResult, ProvisionedObject, StepNames } from '../../app/provision/provision.ts';
import { hiddenIn, visible } from '../../app/rendering.ts';
import { ConfigurationError, Interruption, issueOf } from '../../model/errors.ts';
import type { VerifyMode } from '../../model/job.ts';
import type { Cli } from '../cli.ts';
import { EXIT } from '../exit-codes.ts';
import { harOption } from '../har.ts';
import { type Interrupt, interruptSignal } from '../interrupt.ts';
import { noteEvent, notingCall } from '../note-events.ts';
import { connectionError, verdictDocument } from '../report/provision/document.ts';
import { connectionLines, type StepsView, stepLines } from '../report/provision/text.ts';
import { nameIn } from '../report/shared/names.ts';

interface ProvisionFlags {
  readonly members?: readonly string[];
  readonly dryRun?: boolean;
  readonly offline?: boolean;
  readonly har?: string;
}

/** Adds the command `provision`: one object through all steps, now. */
export function registerProvisionCommand(command: Command, cli: () => Cli): void {
  command
    .option('--members <object...>', 'direct members to provision with the group, five at most')
    .option('--dry-run', 'say what a cycle would do about the object, and why; reads, never writes')
    .addOption(
      new Option(
        '--offline',
        'with --dry-run: explain from the cached state alone, without asking the target',
      ).conflicts('har'),
    )
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
  const { members = [], har, dryRun, offline = false } = flags;
  const request = { object, members, ...(har === undefined ? {} : { har }) };
  if (dryRun) await explain(cli, { ...request, offline });
  else if (offline)
    throw new ConfigurationError([
      issueOf(
        'provision',
        '--offline asks the target nothing, and provisioning writes to it; add --dry-run, or leave --offline out',
      ),
    ]);
  else await provisionNow(cli, request);
}

type Request = Parameters<ReturnType<typeof openApp>['explain']>[1];

async function explain(cli: Cli, request: Request): Promise<void> {
  const { job, plan, ...names } = await openApp(cli.configuration()).explain(
    cli.job().id,
    request,
    notingCall(cli),
  );
  const view = viewOf(cli, names);
  if (cli.options.json) cli.printJson(verdictDocument(job, plan, view.isHidden));
  else {
    printSteps(cli, plan, view);
    cli.print(`\n${visible(plan.verdict)}`);
  }
  if (plan.connection !== null) process.exitCode = EXIT.quarantined;
}

async function provisionNow(cli: Cli, request: Request): Promise<void> {
  const app = openApp(cli.configuration());
  const { id, target } = cli.job();
  const stop = new AbortController();
  let interrupt: Interrupt | null = null;
  const onEvent = (event: AppEvent): void => {
    if (event.kind === 'provisioningBegun')
      interrupt = interruptSignal(
        () => cli.note('\nStopping: what is under way is finished and saved.'),
        stop,
      );
    else noteEvent(cli, event);
  };
  try {
    const provisioned = await app.provision(
      id,
      { ...request, initiator: personRunning() },
      { signal: stop.signal, onEvent },
    );
    report(cli, provisioned, viewOf(cli, provisioned));
    const code = exitCodeOf(provisioned.result, target.verify, stop.signal);
    if (code !== EXIT.done) process.exitCode = code;
  } catch (error) {
    if (!(error instanceof Interruption)) throw error;
    process.exitCode = EXIT.interrupted;
  } finally {
    (interrupt as Interrupt | null)?.release();
  }
}

/** The user who runs this; an account without a name is known by its number. */
function personRunning(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
}

function viewOf(cli: Cli, { names, redacted }: StepNames): StepsView {
  return {
    colors: pc.createColors(cli.options.color),
    nameOf: nameIn(names),
    isHidden: hiddenIn(redacted),
  };
}

function report(cli: Cli, { result, answer }: ProvisionedObject, view: StepsView): void {
  const { connection, entries, untakenCount = 0 } = result;
  if (cli.options.json) {
    const isUnbegun = connection !== null && entries.length === 0;
    cli.printJson(isUnbegun ? connectionError(connection, view.isHidden) : answer);
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
