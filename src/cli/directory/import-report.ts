import type { ImportCounts } from '../../app/directory/directory.ts';
import { IMPORT_KINDS, type ImportKind, type ImportPreview } from '../../app/directory/import.ts';
import { issueText } from '../../app/errors.ts';
import type { Call } from '../../app/events.ts';
import { visible } from '../../app/rendering.ts';
import type { Cli } from '../cli.ts';
import { noteEvent } from '../note-events.ts';
import { textTable } from './table.ts';

/** Files smaller than this (bytes) are imported before a progress bar could be read. */
const BAR_FROM_BYTES = 20 * 1024 * 1024;

interface Read {
  readonly bytes: number;
  readonly totalBytes: number;
}

/** Shows how much of long files was read. */
interface ProgressBar {
  show(progress: Read): void;
  stop(): void;
}

/** Makes the progress bar of an import, where stderr is a terminal. */
export async function progressBar(cli: Cli): Promise<ProgressBar> {
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

/** Shows the events of an import. @param signal stops it, and nothing is imported then */
export function importCall(cli: Cli, signal: AbortSignal, bar?: ProgressBar): Call {
  return {
    signal,
    onEvent: (event) => {
      if (event.kind === 'importProgress') bar?.show(event);
      else if (event.kind === 'remark') cli.note(event.text);
      else if (event.kind === 'importWarning') cli.note(`warning: ${issueText(event.issue)}`);
      else noteEvent(cli, event);
    },
  };
}

/** Prints what an import did. */
export function tellCounts(cli: Cli, counts: ImportCounts): void {
  if (cli.options.json) cli.printJson(countsJson(counts));
  else printCounts(cli, counts);
}

/** Prints what an import would do, with the first rows as they are read. */
export function tellPreview(cli: Cli, { counts, rows }: ImportPreview): void {
  if (cli.options.json) {
    cli.printJson({ isDryRun: true, rows, ...countsJson(counts) });
    return;
  }
  for (const { file, line, attributes } of rows) {
    cli.print(visible(`${file}:${line}`));
    const shown = Object.entries(attributes).map(([name, value]) => [`  ${name}`, shownValue(value)]);
    cli.print(textTable([], shown));
    cli.print('');
  }
  printCounts(cli, counts);
  cli.note('Nothing was changed (--dry-run).');
}

const shownValue = (value: unknown): string => (value === null || value === undefined ? '–' : String(value));

function printCounts(cli: Cli, counts: ImportCounts): void {
  const rows = IMPORT_KINDS.filter((kind) => counts[kind].found + counts[kind].removed > 0).map((kind) => {
    const { found, added, changed, removed } = counts[kind];
    return [KIND_WORDS[kind], String(found), String(added), String(changed), String(removed)];
  });
  if (rows.length === 0) cli.note('The files hold nothing to import.');
  else cli.print(textTable(['', 'read', 'added', 'changed', 'removed'], rows));
}

const countsJson = (counts: ImportCounts): Readonly<Record<string, Readonly<Record<string, number>>>> =>
  Object.fromEntries(
    IMPORT_KINDS.map((kind) => {
      const { added, changed, removed } = counts[kind];
      return [kind, { added, changed, removed }];
    }),
  );

const KIND_WORDS: Readonly<Record<ImportKind, string>> = {
  users: 'users',
  groups: 'groups',
  memberships: 'memberships',
  appRoles: 'app roles',
  assignments: 'assignments',
};
