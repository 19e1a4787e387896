import type { Command } from 'commander';
import pc from 'picocolors';
import { openSession, type Session } from '../../app/session/session.ts';
import { importFiles } from '../../io/sources/import/import.ts';
import { planCycle } from '../../job/cycle/cycle.ts';
import { counted } from '../../job/warnings/named.ts';
import type { CycleRecord } from '../../model/cycle.ts';
import type { Planned } from '../../model/pipeline.ts';
import type { RunningTarget } from '../../target/start.ts';
import type { Cli } from '../cli.ts';
import { type DemoFacts, factLines, factsOf } from '../demo/facts.ts';
import { type ExplainedCase, explainOddCases } from '../demo/odd-cases.ts';
import { type DemoSetup, SAMPLE_DIRECTORY, setUpDemo } from '../demo/setup.ts';
import { STORY } from '../demo/story.ts';
import { runSummary } from '../report/shared/summary.ts';
import { runAndReport } from './run.ts';
import { exchangeText } from './target.ts';

/** Objects of one phase that the demo shows. */
const SHOWN_PER_PHASE = 8;

/** Adds the command `demo`: the main job end to end, with nothing to set up. */
export function registerDemoCommand(command: Command, cli: () => Cli): void {
  command.action(() => runDemo(cli()));
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
  say(
    cli,
    'A company, Northlight, provisions its people to an application that speaks SCIM 2.0. Both are made up:',
  );
  say(cli, 'the application is a target inside this process, and nothing leaves this machine.');
  chapter(cli, '1 · The directory', 'entrain directory import fixtures/sample/directory.json');
  say(
    cli,
    `${counted(counts.users.added, 'user')}, ${counted(counts.groups.added, 'group')}, ${counted(counts.assignments.added, 'assignment')}`,
  );
  say(
    cli,
    'Assigned are two departments, the leaders, a nested group, a party list and pilot users, with roles.',
  );
  say(
    cli,
    'The target holds two accounts already: one matches an employee, one is nobody’s and stays untouched.',
  );
}

async function tellTheStory(cli: Cli, session: Session, target: RunningTarget): Promise<void> {
  chapter(cli, '2 · The initial cycle', 'entrain run');
  say(cli, 'No watermark yet, so everybody is looked at:  + create  ~ update  ○ disable  - delete  ! fail\n');
  const initial = await cycle(cli, session);
  showExchange(cli, target, 'POST', 'One of the requests, as the target got it and answered it:');
  chapter(cli, '3 · Things happen', 'joiners, movers and leavers');
  const now = new Date().toISOString();
  for (const event of STORY) {
    say(cli, `entrain directory ${event.command}`);
    event.happens(session.directory, now);
  }
  chapter(cli, '4 · An incremental cycle', 'entrain run');
  say(cli, 'Only what changed since the watermark is read; who leaves is disabled last, and not deleted.\n');
  const incremental = await cycle(cli, session);
  showExchange(cli, target, 'PATCH', 'The last request: a disable is an update of "active".');
  chapter(cli, '5 · Nothing is left to do', 'entrain plan');
  const left = await planItems(session, false);
  say(cli, `${counted(left.filter(({ kind }) => kind === 'change').length, 'change')} planned`);
  chapter(cli, '6 · Why, and why not', 'the odd cases of the sample company');
  const cases = explainOddCases(await planItems(session, true));
  for (const { name, oddity, verdict } of cases) say(cli, `${name}\n     ${oddity}\n     → ${verdict}`);
  chapter(cli, '7 · The report', 'what the target holds now');
  const failing = session.state.escrowCount(false) + session.state.escrowCount(true);
  report(cli, factsOf(target, failing), target, [initial, incremental], cases);
}

async function cycle(cli: Cli, session: Session): Promise<CycleRecord> {
  const { record } = await runAndReport(cli, session, { shownPerPhase: SHOWN_PER_PHASE, gaps: null });
  const durationMs = Date.parse(record.endedAt ?? record.startedAt) - Date.parse(record.startedAt);
  const { failed } = record.counts;
  const meaning =
    failed === 0
      ? ''
      : `: done, but for ${counted(failed, 'failure')} that the next cycle tries again (why: see 6)`;
  say(cli, `\n  ${record.kind} cycle: ${record.state}${meaning}\n  ${runSummary(record.counts, durationMs)}`);
  return record;
}

async function planItems(session: Session, full: boolean): Promise<readonly Planned[]> {
  const items: Planned[] = [];
  for await (const page of planCycle(session.beginCycle(), { full }).pages) items.push(...page.items);
  return items;
}

function report(
  cli: Cli,
  facts: DemoFacts,
  target: RunningTarget,
  cycles: readonly CycleRecord[],
  cases: readonly ExplainedCase[],
): void {
  const groups = target.resources('Group').map(({ displayName, members }) => ({
    name: String(displayName),
    members: Array.isArray(members) ? members.length : 0,
  }));
  if (cli.options.json) {
    cli.printJson({ cycles, facts, groups, oddCases: cases });
    return;
  }
  for (const line of factLines(facts)) say(cli, line);
  cli.print('');
  for (const { name, members } of groups) say(cli, `group ${name.padEnd(16)} ${counted(members, 'member')}`);
  const colors = pc.createColors(cli.options.color);
  cli.print(colors.green('\nDone. Nothing of this is left on your disk.'));
  cli.print(
    'Next: `entrain init my-app`, then put the address of your own endpoint into my-app/entrain.yaml.',
  );
}

function showExchange(cli: Cli, target: RunningTarget, method: string, words: string): void {
  const exchange = target
    .requests()
    .findLast((one) => one.method === method && one.path.startsWith('/Users'));
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
