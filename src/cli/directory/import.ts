import { type Command, Option } from 'commander';
import { openApp } from '../../app/app.ts';
import type { ImportCounts } from '../../app/directory/directory.ts';
import {
  CSV_PARTS,
  type CsvPart,
  IMPORT_FORMATS,
  IMPORT_KINDS,
  type ImportFormat,
  type ImportKind,
} from '../../app/directory/import.ts';
import { issueText } from '../../app/errors.ts';
import type { Cli } from '../cli.ts';
import { noteEvent } from '../note-events.ts';
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
    .addOption(
      new Option('--format <format>', 'recognised by name and shape when not given').choices(IMPORT_FORMATS),
    )
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
  const bar = await progressBar(cli);
  const { format, as: csvAs, mirror = false, force = false, allowUnknown } = options;
  const request = {
    files,
    csvAs,
    mirror,
    force,
    ...(format === undefined ? {} : { format }),
    ...(cli.options.job === undefined ? {} : { job: cli.job().id }),
    ...(allowUnknown === undefined ? {} : { allowUnknown }),
  };
  try {
    const directory = openApp(cli.configuration()).directory({
      onEvent: (event) => {
        if (event.kind === 'importProgress') bar.show(event);
        else if (event.kind === 'importWarning') cli.note(`Warning: ${issueText(event.issue)}`);
        else noteEvent(cli, event);
      },
    });
    const counts = await directory.import(request);
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

interface Read {
  readonly bytes: number;
  readonly totalBytes: number;
}

/** Shows how much of long files was read, where stderr is a terminal. */
async function progressBar(cli: Cli): Promise<{ show(progress: Read): void; stop(): void }> {
  if (!process.stderr.isTTY || cli.options.quiet) return { show: () => undefined, stop: () => undefined };
  const { SingleBar } = await import('cli-progress');
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
