import { type Command, Option } from 'commander';
import { openApp } from '../../app/app.ts';
import {
  CSV_ENCODINGS,
  CSV_PARTS,
  type CsvOptions,
  DELIMITER_NAMES,
  type DirectoryImport,
  IMPORT_FORMATS,
} from '../../app/directory/import.ts';
import type { Cli } from '../cli.ts';
import { untilInterrupted } from '../interrupt.ts';
import { importCall, progressBar, tellCounts, tellPreview } from './import-report.ts';

interface ImportOptions
  extends Pick<DirectoryImport, 'format' | 'mirror' | 'force' | 'allowUnknown'>,
    Omit<CsvOptions, 'columns'> {
  readonly column?: readonly string[];
  readonly dryRun?: boolean;
}

/** Adds the command `directory import`. */
export function registerImportCommand(directory: Command, cli: () => Cli): void {
  directory
    .command('import')
    .argument('<file...>', 'what to import, all or nothing')
    .description('add and change users, groups, memberships, assignments and roles')
    .addOption(
      new Option('--format <format>', 'recognised by name and shape when not given').choices(IMPORT_FORMATS),
    )
    .addOption(
      new Option('--as <part>', 'what the rows of CSV files are').choices(CSV_PARTS).default('users'),
    )
    .option('--mapping <file>', 'how the CSV files are read: columns, words, dates; YAML or JSON')
    .addOption(
      new Option('--delimiter <delimiter>', 'of the CSV files; detected when not given').choices(
        DELIMITER_NAMES,
      ),
    )
    .addOption(
      new Option('--encoding <encoding>', 'of the CSV files; UTF-8 or UTF-16 when not given').choices(
        CSV_ENCODINGS,
      ),
    )
    .option(
      '--column <heading=attribute>',
      'what a column of the CSV files is; nothing after = leaves it out; repeatable',
      (setting: string, before: readonly string[] = []) => [...before, setting],
    )
    .option('--key <heading>', 'the column that identifies a row in every file, such as an employee number')
    .option('--mirror', 'remove what the files lack: users and groups go to the recycle bin')
    .option(
      '--force',
      'mirror also what removes more than half of the users, groups, memberships, assignments or roles',
    )
    .option('--allow-unknown', 'take attributes whose names are close to known ones as they are')
    .option('--dry-run', 'show the first rows as they are read and what would change; change nothing')
    .action((files: string[], options: ImportOptions) => runImport(cli(), files, options));
}

async function runImport(
  cli: Cli,
  files: readonly string[],
  { as, mapping, delimiter, encoding, column: columns, key, dryRun = false, ...options }: ImportOptions,
): Promise<void> {
  const given = { mapping, delimiter, encoding, columns, key };
  const csv = { as, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) };
  const request: DirectoryImport = {
    ...options,
    files,
    csv,
    ...(cli.options.job === undefined ? {} : { job: cli.job().id }),
  };
  const bar = await progressBar(cli);
  try {
    await untilInterrupted(stopping(cli), async (signal) => {
      const directory = openApp(cli.configuration()).directory(importCall(cli, signal, bar));
      if (dryRun) {
        const preview = await directory.preview(request);
        bar.stop();
        tellPreview(cli, preview);
      } else {
        const counts = await directory.import(request);
        bar.stop();
        tellCounts(cli, counts);
      }
    });
  } finally {
    bar.stop();
  }
}

/** Copies of files and of the store are removed before the process ends. */
const stopping = (cli: Cli) => (): void =>
  cli.note('\nStopping: nothing is imported. Press Ctrl+C again to stop at once.');

interface SyncOptions {
  readonly dryRun?: boolean;
  readonly acceptRemovals?: boolean;
}

/** Adds the command `directory sync`. */
export function registerSyncCommand(directory: Command, cli: () => Cli): void {
  directory
    .command('sync')
    .description('import the files of `directory.source` (or `directory.watch`) now, all or nothing')
    .option('--accept-removals', 'import also what removes more than `directory.source.limits` allow')
    .option('--dry-run', 'show the first rows as they are read and what would change; change nothing')
    .action((options: SyncOptions) => runSync(cli(), options));
}

async function runSync(cli: Cli, { dryRun = false, acceptRemovals = false }: SyncOptions): Promise<void> {
  await untilInterrupted(stopping(cli), async (signal) => {
    const directory = openApp(cli.configuration()).directory(importCall(cli, signal));
    if (dryRun) tellPreview(cli, await directory.previewSync(acceptRemovals));
    else tellCounts(cli, await directory.sync(acceptRemovals));
  });
}
