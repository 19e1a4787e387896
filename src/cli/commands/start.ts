import { isatty } from 'node:tty';
import type { Command } from 'commander';
import { openApp } from '../../app/app.ts';
import { readConfiguration } from '../../app/configuration.ts';
import { openDaemonLog } from '../../app/daemon/log.ts';
import { jobOf } from '../../app/job-of.ts';
import type { Configuration } from '../../model/job.ts';
import type { Cli, GlobalOptions } from '../cli.ts';
import { interruptSignal } from '../interrupt.ts';

const HELP = `
Runs in the foreground, and logs to stderr: text on a terminal, else a line of JSON each (always with --json).

SIGHUP, or a change of the configuration, its .env or a schema, has the configuration read again; one with a mistake is
refused, and the one before stays. SIGTERM and Ctrl+C finish what is under way and save it; a second one stops at once.
A terminal that is closed stops the daemon as SIGTERM does.

"entrain run" asks a running daemon for a cycle now; pause, resume and restart are seen within a second. "entrain status"
says which process the daemon is.

With "endpoint: {}" in the configuration, /health, /ready and /metrics (Prometheus) answer on http://127.0.0.1:8801.
`;

/** Adds the command `start`: the daemon. */
export function registerStartCommand(command: Command, cli: () => Cli): void {
  command
    .option('--accept-clock', ACCEPT_CLOCK)
    .addHelpText('after', HELP)
    .action(({ acceptClock = false }: { readonly acceptClock?: boolean }) => start(cli(), acceptClock));
}

const ACCEPT_CLOCK =
  'the clock is right, however far it is past the last cycle: the first cycle of each job also deletes what ran out since';

const STDERR = 2;

async function start(cli: Cli, acceptsClock: boolean): Promise<void> {
  const configuration = onlyJob(cli.configuration(), cli.options.job);
  const read = (): Configuration =>
    onlyJob(readConfiguration(configuration.file, process.env), cli.options.job);
  const log = openDaemonLog({
    format: process.stderr.isTTY && !cli.options.json ? 'text' : 'json',
    level: levelOf(cli.options),
    write: (line) => void process.stderr.write(line),
  });
  const interrupt = interruptSignal(() =>
    log.info('stopping: what is under way is finished and saved; a second signal stops at once'),
  );
  let reload = (): void => {};
  const isInTerminal = isatty(STDERR);
  const isTerminalGone = (): boolean => isInTerminal && !isatty(STDERR);
  // SIGHUP also reports that the terminal was closed; then the daemon stops in place of a reload.
  const onHangUp = (): void => (isTerminalGone() ? interrupt.stop() : reload());
  process.on('SIGHUP', onHangUp);
  const onReload = (listener: () => void): void => {
    reload = listener;
  };
  try {
    const daemon = { read, onReload, acceptsClock };
    await openApp(configuration).daemon(daemon, { signal: interrupt.signal, onEvent: log.note });
  } finally {
    process.off('SIGHUP', onHangUp);
    interrupt.release();
  }
  // Node would abort when it cannot give a terminal back as it was: it ends as if it had not listened.
  if (isTerminalGone()) process.kill(process.pid, 'SIGHUP');
}

/** Leaves the job that `--job` names; all of them where it names none. @throws {ConfigurationError} */
function onlyJob(configuration: Configuration, id: string | undefined): Configuration {
  return id === undefined ? configuration : { ...configuration, jobs: [jobOf(configuration, id, '--job')] };
}

const levelOf = ({ quiet, verbose }: GlobalOptions): 'debug' | 'info' | 'warn' =>
  quiet ? 'warn' : verbose ? 'debug' : 'info';
