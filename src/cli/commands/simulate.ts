import type { Command } from 'commander';
import pc from 'picocolors';
import { issueText } from '../../app/errors.ts';
import {
  chooseScenario,
  type GuestEndpoint,
  guestEndpoint,
  type Scenario,
  shippedScenarios,
} from '../../app/simulate/choose-scenario.ts';
import { runScenario, type SimulationResult, type Tell } from '../../app/simulate/run-scenario.ts';
import { ConfigurationError, type Issue, issueOf } from '../../model/errors.ts';
import { counted } from '../../model/named.ts';
import { formatOffset } from '../../model/offset.ts';
import type { Cli } from '../cli.ts';
import { EXIT } from '../exit-codes.ts';
import { interruptSignal } from '../interrupt.ts';
import { timelineDocument, timelineLines } from '../simulate/render-timeline.ts';
import { tokenOption } from '../token-option.ts';

const HELP = `
The scenario says what happens and when; every cycle in between is run with real requests, and no time is waited for:

  title: A leaver is restored on day 29
  directory: { users: [{ userPrincipalName: alice@contoso.com, displayName: Alice, mailNickname: alice }],
               assignments: [{ principal: alice@contoso.com }] }
  target: embedded           # or { tenantUrl: https://localhost:8443/scim, auth: { type: bearer, secretToken: "\${TOKEN}" } }
  events:
    - { at: +2h, directory: [delete alice@contoso.com], expect: { target: { alice@contoso.com: { active: false } } } }
    - { at: +29d, directory: [restore alice@contoso.com] }
  expect: { target: { alice@contoso.com: { active: true } } }

It ends with ${EXIT.expectationFailed} when something was not as expected, so that it is a test of a SCIM server.
`;

interface Flags {
  readonly list?: boolean;
  readonly target?: true | string;
  readonly tokenEnv: string;
  readonly yes?: boolean;
}

/** Adds the command `simulate`: the daemon on a virtual clock. */
export function registerSimulateCommand(command: Command, cli: () => Cli): void {
  command
    .option('--list', 'list the scenarios that come with entrain')
    .option(
      '--target [url]',
      'play at this tenant URL, or at that of the job with its schema, under names of its own, and delete what was made',
    )
    .addOption(tokenOption())
    .option('--yes', 'allow --target to write to an endpoint beyond this machine')
    .addHelpText('after', HELP)
    .action((chosen: string | undefined, flags: Flags) =>
      flags.list === true ? list(cli()) : simulateChosen(cli(), chosen, flags),
    );
}

function list(cli: Cli): void {
  const scenarios = shippedScenarios();
  if (cli.options.json) {
    cli.printJson({ value: scenarios });
    return;
  }
  const width = Math.max(...scenarios.map(({ name }) => name.length));
  for (const { name, title, playsAnywhere } of scenarios)
    cli.print(`${name.padEnd(width)}  ${title}${playsAnywhere ? '' : ' (embedded target only)'}`);
}

async function simulateChosen(cli: Cli, chosen: string | undefined, flags: Flags): Promise<void> {
  if (chosen === undefined)
    throw usage('say which scenario: a file, its folder, or a name of "entrain simulate --list"');
  const guest = guestOf(cli, flags);
  const scenario = chooseScenario(chosen, process.env, guest);
  const interrupt = interruptSignal(() =>
    cli.note(
      `\nStopping: the cycle under way is finished${guest === null ? '' : ', and what was made is deleted'}. Press Ctrl+C again to stop at once.`,
    ),
  );
  const documents: object[] = [];
  const tell: Tell = cli.options.json
    ? (entry) => void documents.push(timelineDocument(entry))
    : teller(cli, scenario);
  try {
    const result = await runScenario(scenario, tell, interrupt.signal);
    if (cli.options.json) cli.printJson(documentOf(scenario, result, documents));
    else for (const line of summaryLines(cli, scenario, result)) cli.print(line);
    for (const left of result.cleanUp?.left ?? [])
      cli.complain(`could not be deleted at the endpoint, delete it yourself: ${left}`);
    if (interrupt.signal.aborted) process.exitCode = EXIT.interrupted;
    else if (result.mismatches.length > 0) process.exitCode = EXIT.expectationFailed;
    else if ((result.cleanUp?.left.length ?? 0) > 0) process.exitCode = EXIT.escrowed;
  } finally {
    interrupt.release();
  }
}

/** Where `--target` plays a scenario; null: where the scenario says. @throws {ConfigurationError} */
function guestOf(cli: Cli, { target, tokenEnv, yes = false }: Flags): GuestEndpoint | null {
  if (target === undefined) return null;
  const at =
    target === true
      ? { job: cli.job(), file: cli.configuration().file }
      : { url: target, tokenVariable: tokenEnv };
  return guestEndpoint({ at, isAllowed: yes }, process.env);
}

const usage = (message: string): ConfigurationError => new ConfigurationError([issueOf('simulate', message)]);

function teller(cli: Cli, { title, startsAt }: Scenario): Tell {
  const colors = pc.createColors(cli.options.color);
  if (!cli.options.quiet) cli.print(colors.bold(title));
  return (entry) => {
    // Under --quiet there is the verdict alone.
    if (!cli.options.quiet)
      for (const line of timelineLines(entry, { startedAt: startsAt, colors })) cli.print(line);
  };
}

function summaryLines(cli: Cli, { title }: Scenario, result: SimulationResult): readonly string[] {
  const { startedAt, endedAt, cycles, requests, expectations, mismatches } = result;
  const colors = pc.createColors(cli.options.color);
  const lasted = formatOffset(Date.parse(endedAt) - Date.parse(startedAt)).slice(1);
  const verdict =
    mismatches.length > 0
      ? colors.red(`${counted(mismatches.length, 'thing')} not as expected`)
      : colors.green(expectations === 0 ? 'nothing was expected' : 'all as expected');
  return [
    ...(mismatches.length > 0 ? ['', ...mismatches.map(issueText)] : []),
    `\n${title}: ${lasted} · ${counted(cycles, 'cycle')} · ${counted(requests, 'request')} · ${verdict}`,
  ];
}

const documentOf = ({ title }: Scenario, result: SimulationResult, timeline: readonly object[]) => ({
  title,
  ...result,
  mismatches: result.mismatches.map(({ source, line, column, path, message }: Issue) => ({
    source,
    line,
    column,
    path,
    message,
  })),
  timeline,
});
