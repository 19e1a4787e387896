import type { Command } from 'commander';
import { readJob } from '../../app/session/read-job.ts';
import { foreignOwner } from '../../app/state/owner.ts';
import { type LockHolder, lockFileOf, lockHolder } from '../../io/lock.ts';
import { type RefusedImport, refusedImport } from '../../io/sources/watch/refused-import.ts';
import { type JobStore, openJobStore } from '../../io/stores/sqlite/job/job-store.ts';
import type { CompiledJob } from '../../job/compile.ts';
import { jobStatus } from '../../job/control/status.ts';
import { statusFacts } from '../../job/control/status-facts.ts';
import { ConfigurationError, issueOf } from '../../model/errors.ts';
import type { JsonObject } from '../../model/json.ts';
import type { JobReader } from '../../model/ports.ts';
import type { Cli } from '../cli.ts';
import { interruptSignal } from '../interrupt.ts';
import { intervalOption, refresh } from '../refresh.ts';
import { type StatusExtras, statusLines } from '../report/shared/status-text.ts';

interface StatusFlags {
  readonly watch?: boolean;
  readonly interval: number;
}

/** Adds the command `status`. */
export function registerStatusCommand(command: Command, cli: () => Cli): void {
  command
    .option('--watch', 'show it anew again and again, until Ctrl+C')
    .addOption(intervalOption('how often, with --watch'))
    .action((flags: StatusFlags) => status(cli(), flags));
}

async function status(cli: Cli, { watch = false, interval }: StatusFlags): Promise<void> {
  cli.configuration();
  const job = readJob(cli.job());
  if (!watch) {
    const show = cli.options.json ? showJson : showText;
    withState(job, (state) => {
      show(cli, job, state);
      const foreign = foreignOwner(state, job.settings);
      if (foreign !== null) cli.note(`${foreign}; no cycle runs, see "entrain plan"`);
    });
    return;
  }
  if (cli.options.json)
    throw new ConfigurationError([
      issueOf('--watch', '--json is one document, and --watch shows many; leave one of them out'),
    ]);
  const interrupt = interruptSignal(() => undefined);
  try {
    await refresh(() => showAnew(cli, job), interval, interrupt.signal);
  } finally {
    interrupt.release();
  }
}

/** Opened each time anew: a job that never ran has no state yet. */
function withState(job: CompiledJob, show: (state: JobStore) => void): void {
  const state = openJobStore(job.settings.stateFile, { readonly: true });
  try {
    show(state);
  } finally {
    state.close();
  }
}

const showJson = (cli: Cli, job: CompiledJob, state: JobStore): void =>
  cli.printJson({
    ...jobStatus(statusFacts(job, state)),
    ...holdingDocument(holderOf(job)),
    refusedImport: refusedOf(cli),
  });

/** Only where a source is watched: elsewhere nobody imports it. */
function refusedOf(cli: Cli): (RefusedImport & JsonObject) | null {
  const { source, directoryFile } = cli.configuration();
  const refused = source === undefined ? null : refusedImport(directoryFile);
  return refused && { ...refused };
}

/** What a lock says counts only while it is held: what a process that was killed left behind names nobody. */
const holderOf = ({ settings: { stateFile } }: CompiledJob): LockHolder | 'unknown' | null =>
  lockHolder(lockFileOf(stateFile));

/** Beyond Graph: the daemon that runs the job, and whoever else has it. */
const holdingDocument = (holder: LockHolder | 'unknown' | null): JsonObject => {
  const isDaemon = holder !== null && holder !== 'unknown' && holder.command === 'start';
  return {
    daemon: isDaemon ? { pid: holder.pid, host: holder.host, since: holder.since } : null,
    holder:
      holder === 'unknown' ? { command: null, pid: null, host: null, since: null } : holder && { ...holder },
  };
};

const showText = (cli: Cli, job: CompiledJob, state: JobStore): void =>
  cli.print(statusLines(statusFacts(job, state), extrasOf(cli, job, state)).join('\n'));

/** Home, and what stood there is cleared. */
const CLEAR = '\u001b[H\u001b[2J';

/** On a terminal in the place of what was shown before, else below it. */
const showAnew = (cli: Cli, job: CompiledJob): void =>
  withState(job, (state) => {
    const text = statusLines(statusFacts(job, state), extrasOf(cli, job, state)).join('\n');
    if (process.stdout.isTTY) process.stdout.write(CLEAR);
    cli.print(process.stdout.isTTY ? text : `${text}\n`);
  });

const extrasOf = (cli: Cli, job: CompiledJob, state: JobReader): StatusExtras => ({
  holder: holderOf(job),
  refusedImport: refusedOf(cli),
  linkCounts: state.linkCounts(),
  failingCount: state.escrowCount(false),
  failingReferenceCount: state.escrowCount(true),
  heldBackCount: heldBackCount(state),
  watermark: state.position()?.watermark ?? null,
});

const heldBackCount = (state: JobReader): number => {
  let count = 0;
  for (const type of ['User', 'Group'] as const)
    for (const page of state.stagedObjects(type, 1_000)) count += page.length;
  return count;
};
