import type { Command } from 'commander';
import pc from 'picocolors';
import { issueText } from '../../app/errors.ts';
import { chooseScenario } from '../../app/simulate/choose-scenario.ts';
import { runScenario, type SimulationResult } from '../../app/simulate/run-scenario.ts';
import type { TimelineEntry } from '../../app/simulate/timeline.ts';
import type { CycleRecord } from '../../model/cycle.ts';
import { counted } from '../../model/named.ts';
import type { Cli } from '../cli.ts';
import { EXIT } from '../exit-codes.ts';
import { interruptSignal } from '../interrupt.ts';
import { nameIn } from '../report/shared/names.ts';
import { rowPrinter } from '../report/shared/printer.ts';
import { runSummary } from '../report/shared/summary.ts';
import { explanationLines, rowOfPlayed } from '../simulate/render-timeline.ts';
import { exchangeText } from './target.ts';

/** Objects of one phase about which the same is done that the demo shows. */
const SHOWN_PER_PHASE = 8;

type Entry<Kind extends TimelineEntry['kind']> = Extract<TimelineEntry, { kind: Kind }>;

/** Sets up the command `demo`: a scenario that shows the main job end to end. */
export function registerDemoCommand(command: Command, cli: () => Cli): void {
  command.action(() => runDemo(cli()));
}

async function runDemo(cli: Cli): Promise<void> {
  const entries: TimelineEntry[] = [];
  const teller = storyTeller(cli);
  const interrupt = interruptSignal(() => cli.note('\nStopping. Press Ctrl+C again to stop at once.'));
  try {
    const scenario = chooseScenario('demo', {});
    const result = await runScenario(
      scenario,
      (entry) => {
        entries.push(entry);
        if (!cli.options.json) teller(entry);
      },
      interrupt.signal,
    );
    if (interrupt.signal.aborted) process.exitCode = EXIT.interrupted;
    else report(cli, result, entries);
  } finally {
    interrupt.release();
  }
}

/** Tells the entries of the timeline as chapters of a story. */
function storyTeller(cli: Cli): (entry: TimelineEntry) => void {
  const colors = pc.createColors(cli.options.color);
  const say = (text: string): void => cli.print(`  ${text}`);
  let chapters = 0;

  const tellStory = ({ chapter, text }: Entry<'story'>): void => {
    if (chapter !== null) {
      const [title = '', words = ''] = chapter.split(' · ');
      chapters += 1;
      cli.print(`\n${colors.bold(`${chapters} · ${title}`)}  ${colors.dim(words)}`);
    }
    for (const line of text?.replace(/\n$/, '').split('\n') ?? []) say(line);
  };

  const tellCycle = ({ record, items, names }: Entry<'cycle'>): void => {
    cli.print('');
    const printer = rowPrinter(cli, nameIn(names), SHOWN_PER_PHASE);
    for (const item of items) printer.print(item.phase, [rowOfPlayed(item)]);
    printer.finish();
    say(
      `\n  ${record.kind} cycle: ${record.state}${failureWords(record)}\n  ${runSummary(record.counts, null)}\n`,
    );
  };

  return (entry) => {
    if (entry.kind === 'story') tellStory(entry);
    if (entry.kind === 'event') say(`entrain ${entry.text.replace(': ', ' ')}`);
    if (entry.kind === 'cycle') tellCycle(entry);
    if (entry.kind === 'exchange') {
      const [request = '', body = ''] = exchangeText(entry.exchange).split('\n');
      say(`  ${request}\n  ${body}`);
    }
    if (entry.kind !== 'plan') return;
    const changes = entry.changes.filter((line) => !line.startsWith('fail '));
    if (entry.explained.length === 0) say(`${counted(changes.length, 'change')} planned`);
    for (const line of explanationLines(entry)) say(line);
  };
}

const failureWords = ({ counts: { failed } }: CycleRecord): string =>
  failed === 0
    ? ''
    : `: done, but for ${counted(failed, 'failure')} that the next cycle tries again (why: see 6)`;

function report(cli: Cli, result: SimulationResult, entries: readonly TimelineEntry[]): void {
  if (result.mismatches.length > 0) {
    cli.note(result.mismatches.map(issueText).join('\n'));
    process.exitCode = EXIT.expectationFailed;
  }
  const facts = factsOf(result, entries);
  const { groups = [] } = result.target ?? {};
  if (cli.options.json) {
    const cycles = entries.flatMap((entry) => (entry.kind === 'cycle' ? [entry.record] : []));
    const oddCases = entries.flatMap((entry) => (entry.kind === 'plan' ? entry.explained : []));
    cli.printJson({ cycles, facts, groups, oddCases });
    return;
  }
  const { accountsActive: active, groupsDeleted } = facts;
  const lines = [
    `accounts  ${facts.accountsCreated} created, ${facts.accountsDisabled} disabled, ${facts.accountsDeleted} deleted; ${active} ${active === 1 ? 'is' : 'are'} active`,
    `groups    ${facts.groupsCreated} created, ${groupsDeleted.length} deleted (${groupsDeleted.join(', ')})`,
    `failing   ${facts.failing}, kept for retry`,
    `requests  ${facts.requests}\n`,
    ...groups.map(({ name, members }) => `group ${name.padEnd(16)} ${counted(members, 'member')}`),
  ];
  for (const line of lines) cli.print(`  ${line}`);
  const colors = pc.createColors(cli.options.color);
  cli.print(colors.green('\nDone. Nothing of this is left on your disk.'));
  cli.print(
    'Next: `entrain init my-app`, then put the address of your own endpoint into my-app/entrain.yaml.',
  );
}

/** What came of the demo: changes that succeeded, and what the target holds. */
function factsOf({ target, escrows, requests }: SimulationResult, entries: readonly TimelineEntry[]) {
  const done = entries
    .flatMap((entry) => (entry.kind === 'cycle' ? entry.items : []))
    .flatMap((item) => ('outcome' in item && item.outcome.result === 'success' ? [item.outcome.change] : []));
  const labels = (action: string, type: string): readonly string[] =>
    done
      .filter((change) => change.action === action && change.objectType === type)
      .map(({ source }) => source.label);
  return {
    accountsCreated: labels('create', 'User').length,
    groupsCreated: labels('create', 'Group').length,
    accountsDisabled: target?.inactiveUsers ?? 0,
    accountsActive: target?.activeUsers ?? 0,
    accountsDeleted: labels('delete', 'User').length,
    groupsDeleted: labels('delete', 'Group'),
    failing: escrows,
    requests,
  };
}
