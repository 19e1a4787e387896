import { SingleBar } from 'cli-progress';
import { type Command, Option } from 'commander';
import { issueText } from '../../app/errors.ts';
import { CSV_PARTS, type CsvPart } from '../../io/sources/import/csv-file.ts';
import { IMPORT_KINDS, type ImportKind } from '../../io/sources/import/entries.ts';
import {
  IMPORT_FORMATS,
  type ImportFormat,
  type ImportProgress,
  importFiles,
} from '../../io/sources/import/import.ts';
import type { ImportCounts } from '../../io/sources/import/import-counts.ts';
import type { Cli } from '../cli.ts';
import { presentInstant } from './open.ts';
import { textTable } from './table.ts';

interface ImportOptions {
  readonly format?: ImportFormat;
  readonly as: CsvPart;
  readonly mirror?: boolean;
  readonly force?: boolean;
  readonly allowUnknown?: boolean;
}

/** Files smaller than this (bytes) are imported before a progress bar could be read. */
const BAR_FROM_BYTES = 20 * 1024 * 1024;

/** Adds the command `directory import`. */
export function registerImportCommand(directory: Command, cli: () => Cli): void {
  directory
    .command('import')
    .argument('<file...>', 'what to import, all or nothing')
    .description('add and change users, groups, memberships, assignments and roles')
    .addOption(new Option('--format <format>', 'told by name and shape otherwise').choices(IMPORT_FORMATS))
    .addOption(
      new Option('--as <part>', 'what the rows of CSV files are').choices(CSV_PARTS).default('users'),
    )
    .option('--mirror', 'remove what the files lack: users and groups go to the recycle bin')
    .option(
      '--force',
      'mirror also what removes more than half of the users, groups, memberships, assignments or roles',
    )
    .option('--allow-unknown', 'take attributes whose names are close to known ones as they are')
    .action((files: string[], options: ImportOptions) => runImport(cli(), files, options));
}

async function runImport(cli: Cli, files: readonly string[], options: ImportOptions): Promise<void> {
  const bar = progressBar(cli);
  const { directoryFile, allowUnknown = false } = cli.configuration();
  try {
    const counts = await importFiles(directoryFile, {
      files,
      format: options.format ?? null,
      csvAs: options.as,
      job: cli.options.job === undefined ? null : cli.job().id,
      mirror: options.mirror ?? false,
      force: options.force ?? false,
      allowUnknown: options.allowUnknown ?? allowUnknown,
      now: presentInstant(),
      onProgress: bar.show,
      onWarning: (warning) => cli.note(`Warning: ${issueText(warning)}`),
    });
    bar.stop();
    tell(cli, counts);
  } finally {
    bar.stop();
  }
}

function tell(cli: Cli, counts: ImportCounts): void {
  if (cli.options.json) {
    cli.printJson(
      Object.fromEntries(
        IMPORT_KINDS.map((kind) => {
          const { added, changed, removed } = counts[kind];
          return [kind, { added, changed, removed }];
        }),
      ),
    );
    return;
  }
  const rows = IMPORT_KINDS.filter((kind) => counts[kind].found + counts[kind].removed > 0).map((kind) => {
    const { found, added, changed, removed } = counts[kind];
    return [KIND_WORDS[kind], String(found), String(added), String(changed), String(removed)];
  });
  if (rows.length === 0) cli.note('The files hold nothing to import.');
  else cli.print(textTable(['', 'read', 'added', 'changed', 'removed'], rows));
}

const KIND_WORDS: Readonly<Record<ImportKind, string>> = {
  users: 'users',
  groups: 'groups',
  memberships: 'memberships',
  appRoles: 'app roles',
  assignments: 'assignments',
};

/** Shows how much of long files was read, where stderr is a terminal. */
function progressBar(cli: Cli): { show(progress: ImportProgress): void; stop(): void } {
  if (!process.stderr.isTTY || cli.options.quiet) return { show: () => undefined, stop: () => undefined };
  const format = '{bar} {percentage}% of the files read, {eta_formatted} to go';
  const bar = new SingleBar({ format, stream: process.stderr, clearOnComplete: true, hideCursor: true });
  return {
    show({ bytes, totalBytes }) {
      if (totalBytes < BAR_FROM_BYTES) return;
      if (!bar.isActive) bar.start(totalBytes, 0);
      bar.update(bytes);
    },
    stop: () => bar.stop(),
  };
}
