import type { Command } from 'commander';
import pc from 'picocolors';
import { issueText } from '../../app/errors.ts';
import {
  readScenario,
  runScenario,
  type Scenario,
  type SimulationResult,
  type Tell,
} from '../../app/simulate/run-scenario.ts';
import type { Issue } from '../../model/errors.ts';
import { counted } from '../../model/named.ts';
import { formatOffset } from '../../model/offset.ts';
import type { Cli } from '../cli.ts';
import { EXIT } from '../exit-codes.ts';
import { interruptSignal } from '../interrupt.ts';
import { timelineDocument, timelineLines } from '../simulate/render-timeline.ts';

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

/** Adds the command `simulate`: the daemon on a virtual clock. */
export function registerSimulateCommand(command: Command, cli: () => Cli): void {
  command.addHelpText('after', HELP).action((file: string) => simulateFile(cli(), file));
}

async function simulateFile(cli: Cli, file: string): Promise<void> {
  const scenario = readScenario(file, process.env);
  const interrupt = interruptSignal(() =>
    cli.note('\nStopping: the cycle under way is finished. Press Ctrl+C again to stop at once.'),
  );
  const documents: object[] = [];
  const tell: Tell = cli.options.json
    ? (entry) => void documents.push(timelineDocument(entry))
    : teller(cli, scenario);
  try {
    const result = await runScenario(scenario, tell, interrupt.signal);
    if (cli.options.json) cli.printJson(documentOf(scenario, result, documents));
    else for (const line of summaryLines(cli, scenario, result)) cli.print(line);
    if (interrupt.signal.aborted) process.exitCode = EXIT.interrupted;
    else if (result.mismatches.length > 0) process.exitCode = EXIT.expectationFailed;
  } finally {
    interrupt.release();
  }
}

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
