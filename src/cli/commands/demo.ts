import type { Command } from 'commander';
import pc from 'picocolors';
import { importFiles } from '../../io/directory/import/import.ts';
import { planCycle } from '../../job/cycle.ts';
import type { CycleRecord } from '../../model/cycle.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Planned } from '../../model/pipeline.ts';
import type { RunningTarget } from '../../target/start.ts';
import type { Cli } from '../cli.ts';
import { type DemoSetup, SAMPLE_DIRECTORY, setUpDemo } from '../demo/setup.ts';
import { ODD_CASES, STORY } from '../demo/story.ts';
import { runSummary } from '../report/summary.ts';
import { openSession, type Session } from '../session.ts';
import { runAndReport } from './run.ts';
import { exchangeText } from './target.ts';

/** Objects of one phase that the demo shows. */
const SHOWN_PER_PHASE = 6;

/** Adds the command `demo`: the main job end to end, with nothing to set up. */
export function registerDemoCommand(program: Command, cli: () => Cli): void {
  program
    .command('demo')
    .description('the main job end to end: a sample company, an embedded target, two cycles, a report')
    .action(() => runDemo(cli()));
}

async function runDemo(cli: Cli): Promise<void> {
  const setup = await setUpDemo();
  try {
    await importSample(cli, setup);
    const session = openSession(setup.configuration, setup.settings, 'write');
    try {
      await tellTheStory(cli, session, setup.target);
    } finally {
      session.close();
    }
  } finally {
    await setup.close();
  }
}

async function importSample(cli: Cli, { configuration, settings }: DemoSetup): Promise<void> {
  const counts = await importFiles(configuration.directoryFile, {
    files: [SAMPLE_DIRECTORY],
    format: 'json',
    csvAs: 'users',
    job: settings.id,
    mirror: false,
    force: false,
    now: new Date().toISOString(),
  });
  chapter(cli, '1 · The directory', 'entrain directory import fixtures/sample/directory.json');
  say(
    cli,
    `${counts.users.added} users, ${counts.groups.added} groups, ${counts.assignments.added} assignments`,
  );
}

async function tellTheStory(cli: Cli, session: Session, target: RunningTarget): Promise<void> {
  chapter(cli, '2 · The initial cycle', 'entrain run');
  const initial = await cycle(cli, session);
  showExchange(cli, target, 'POST', 'One of the requests, as the target got it:');
  chapter(cli, '3 · Things happen', 'joiners, movers and leavers');
  const now = new Date().toISOString();
  for (const event of STORY) {
    say(cli, `entrain directory ${event.command}`);
    event.happens(session.directory, now);
  }
  chapter(cli, '4 · An incremental cycle', 'entrain run');
  const incremental = await cycle(cli, session);
  showExchange(cli, target, 'PATCH', 'The last request: a disable is an update of "active".');
  chapter(cli, '5 · Nothing is left to do', 'entrain plan');
  const left = await planItems(session, false);
  say(cli, `${left.filter(({ kind }) => kind === 'change').length} changes planned`);
  chapter(cli, '6 · Why, and why not', 'the odd cases of the sample company');
  const cases = await explainOddCases(session);
  for (const { name, oddity, verdict } of cases) say(cli, `${name}\n     ${oddity}\n     → ${verdict}`);
  chapter(cli, '7 · The report', 'what the target holds now');
  report(cli, target, [initial, incremental], cases);
}

async function cycle(cli: Cli, session: Session): Promise<CycleRecord> {
  const { record } = await runAndReport(cli, session, { shownPerPhase: SHOWN_PER_PHASE });
  const durationMs = Date.parse(record.endedAt ?? record.startedAt) - Date.parse(record.startedAt);
  say(cli, `\n  ${record.kind} cycle: ${record.state}\n  ${runSummary(record.counts, durationMs)}`);
  return record;
}

async function planItems(session: Session, full: boolean): Promise<readonly Planned[]> {
  const items: Planned[] = [];
  for await (const page of planCycle(session.beginCycle(), full).pages) items.push(...page.items);
  return items;
}

interface ExplainedCase {
  readonly name: string;
  readonly oddity: string;
  readonly verdict: string;
}

/** Asks a full plan about the odd cases: it says of everybody what would be done, and why. */
async function explainOddCases(session: Session): Promise<readonly ExplainedCase[]> {
  const items = await planItems(session, true);
  return ODD_CASES.map(([name, oddity]) => ({ name, oddity, verdict: verdictOn(name, items) }));
}

function verdictOn(name: string, items: readonly Planned[]): string {
  for (const item of items) {
    if (item.kind === 'failure' && item.failed.source.label === name)
      return `fails: ${item.failed.failure.code}: ${item.failed.failure.message}`;
    if (item.kind !== 'skip') continue;
    const { matched, detail, reason } = item.skip;
    const { object, scope } = matched.desired.scoped;
    if (object.label === name)
      return reason === 'RedundantExport' ? `provisioned: ${scope.reason}` : `not provisioned: ${detail}`;
  }
  return 'not read';
}

function report(
  cli: Cli,
  target: RunningTarget,
  cycles: readonly CycleRecord[],
  cases: readonly ExplainedCase[],
): void {
  const users = target.resources('User');
  const groups = target.resources('Group');
  const active = users.filter((user) => user.active === true).length;
  if (cli.options.json) {
    const held = { users: users.length, active, groups: groups.length };
    cli.printJson({ cycles, target: held, oddCases: cases });
    return;
  }
  say(cli, `${users.length} users, ${active} of them active; ${groups.length} groups:`);
  for (const group of groups)
    say(cli, `  ${String(group.displayName).padEnd(16)} ${memberCount(group)} members`);
  const colors = pc.createColors(cli.options.color);
  cli.print(colors.green('\nDone. Next: entrain init my-app, then your own endpoint (see README.md).'));
}

const memberCount = ({ members }: JsonObject): number => (Array.isArray(members) ? members.length : 0);

function showExchange(cli: Cli, target: RunningTarget, method: string, words: string): void {
  const exchange = target.requests().findLast((one) => one.method === method);
  if (exchange === undefined) return;
  const [request = '', body = ''] = exchangeText(exchange).split('\n');
  say(cli, `\n  ${words}\n    ${request}\n  ${body}`);
}

function chapter(cli: Cli, title: string, words: string): void {
  if (cli.options.json) return;
  const colors = pc.createColors(cli.options.color);
  cli.print(`\n${colors.bold(title)}  ${colors.dim(words)}`);
}

function say(cli: Cli, text: string): void {
  if (!cli.options.json) cli.print(`  ${text}`);
}
