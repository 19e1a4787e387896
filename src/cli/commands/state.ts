import type { Command } from 'commander';
import { type App, openApp } from '../../app/app.ts';
import { counted } from '../../model/named.ts';
import type { Cli } from '../cli.ts';
import { untilInterrupted } from '../interrupt.ts';
import { notingCall } from '../note-events.ts';

/** Adds the commands under `state`: they are about the state of a job as a whole. */
export function registerStateCommands(command: Command, cli: () => Cli): void {
  command
    .command('adopt')
    .description(
      'take the state, with its links, for the job and tenant URL of the configuration: the same application moved, or the job was renamed',
    )
    .action(() => adopt(cli()));
  command
    .command('backup')
    .description(
      'copy the directory store and the states of all jobs into one file (with --job: the state of that job alone), also while the daemon runs',
    )
    .argument('<file>', 'the backup; an older backup of this name is replaced')
    .action((file: string) => backUp(cli(), file));
  command
    .command('restore')
    .description(
      'put the directory store and the states of a backup back (with --job: the state of that job alone); what is there is kept beside',
    )
    .argument('<file>', 'the backup')
    .action((file: string) => restore(cli(), file));
}

async function adopt(cli: Cli): Promise<void> {
  const app = openApp(cli.configuration());
  const { job, stateFile, from, to, words } = await app.adopt(cli.job().id, notingCall(cli));
  if (cli.options.json) cli.printJson({ job, stateFile, from, to });
  else if (words.from === words.to)
    cli.print(`The state ${stateFile} belongs to ${words.to} already; nothing was changed.`);
  else cli.print(`The state ${stateFile} changes its owner.\n  from  ${words.from}\n  to    ${words.to}`);
}

type StoreName = { readonly kind: 'directory' } | { readonly kind: 'state'; readonly job: string };

const nameOf = (store: StoreName): string =>
  store.kind === 'directory' ? 'the directory' : `the state of job ${store.job}`;

async function backUp(cli: Cli, file: string): Promise<void> {
  const app = openApp(cli.configuration());
  const job = cli.options.job === undefined ? null : cli.job().id;
  await untilInterrupted(
    () => cli.note('\nStopping: nothing is backed up.'),
    async (signal) => printBackup(cli, file, await app.backUp(file, job, { signal })),
  );
}

function printBackup(cli: Cli, file: string, backup: Awaited<ReturnType<App['backUp']>>): void {
  if (cli.options.json) {
    cli.printJson(backup);
    return;
  }
  for (const store of backup.stores) cli.print(`${nameOf(store)}: ${counted(store.bytes, 'byte')}`);
  for (const store of backup.absent) cli.note(`${nameOf(store)} is not there yet: ${store.file}`);
  cli.print(`${file}: written`);
}

async function restore(cli: Cli, file: string): Promise<void> {
  const app = openApp(cli.configuration());
  const job = cli.options.job === undefined ? null : cli.job().id;
  await untilInterrupted(
    () => cli.note('\nThe restoration is finished first, so that no half of it is left.'),
    async () => printRestoration(cli, await app.restore(file, job)),
  );
}

function printRestoration(cli: Cli, restoration: Awaited<ReturnType<App['restore']>>): void {
  if (cli.options.json) {
    cli.printJson(restoration);
    return;
  }
  for (const store of restoration.restored)
    cli.print(
      `${nameOf(store)}: as of ${restoration.createdAt}${store.kept === null ? '' : `; the one before is ${store.kept}`}`,
    );
  for (const job of restoration.restarted)
    cli.print(`the state of job ${job}: not in the backup; it reads the directory from the beginning`);
  for (const left of restoration.leftOut) cli.note(`the state of job ${left} was not restored`);
  const jobs = [
    ...restoration.restored.flatMap((store) => (store.kind === 'state' ? [store.job] : [])),
    ...restoration.restarted,
  ];
  const which =
    cli.configuration().jobs.length === 1 ? '' : jobs.length === 1 ? ` --job ${jobs[0]}` : ' --all-jobs';
  cli.print(
    `The next cycle of each restored job is an initial one: look at it with "entrain plan${which}" first.`,
  );
}
