import type { ImportCounts } from '../../io/sources/import/entries.ts';
import { previewImport } from '../../io/sources/import/preview.ts';
import { untilQuiet } from '../../io/sources/watch/follow-files.ts';
import { importSource } from '../../io/sources/watch/import-source.ts';
import { keepRefusedImport } from '../../io/sources/watch/refused-import.ts';
import { realTimer } from '../../io/timer.ts';
import { systemWorld } from '../../io/world.ts';
import { ConfigurationError, issueOf } from '../../model/errors.ts';
import type { Configuration, WatchedSource } from '../../model/job.ts';
import type { Call } from '../events.ts';
import { firstRows, type ImportPreview } from './import.ts';

/**
 * Imports the source of a configuration as it is now: all files in one transaction, or nothing.
 * @throws {ConfigurationError} with every issue, for example that it would remove too much
 */
export async function syncSource(
  configuration: Configuration,
  acceptsRemovals: boolean,
  call: Call,
): Promise<ImportCounts> {
  const counts = await take(configuration, { force: acceptsRemovals }, call);
  keepRefusedImport(configuration.directoryFile, null);
  return counts;
}

/**
 * Imports the source into a copy of the directory, which is then removed.
 * @throws {ConfigurationError} as the import would
 */
export async function previewSource(
  configuration: Configuration,
  acceptsRemovals: boolean,
  call: Call,
): Promise<ImportPreview> {
  const { rows, onRow } = firstRows();
  const counts = await take(configuration, { force: acceptsRemovals, into: previewImport, onRow }, call);
  return { counts, rows };
}

async function take(
  configuration: Configuration,
  how: Partial<Parameters<typeof importSource>[2]>,
  { signal = new AbortController().signal, onEvent }: Call,
): Promise<ImportCounts> {
  const source = requireSource(configuration);
  const refuse = (file: string): ConfigurationError =>
    new ConfigurationError([
      issueOf(
        file,
        'the file is still being written; nothing was imported; run the command again when it is complete',
      ),
    ]);
  const [busy] = await untilQuiet(source.files, realTimer, signal, (files) =>
    onEvent?.({
      kind: 'remark',
      job: null,
      text: `Waiting until ${files.join(', ')} is no longer written, for a minute at most`,
    }),
  );
  signal.throwIfAborted();
  if (busy !== undefined) throw refuse(busy);
  const counts = await importSource(configuration.directoryFile, source, {
    now: systemWorld.now(),
    signal,
    onWarning: (issue) => onEvent?.({ kind: 'importWarning', issue }),
    ...how,
  });
  if (counts === null) throw refuse(source.files.join(', '));
  return counts;
}

function requireSource({ file, source }: Configuration): WatchedSource {
  if (source !== undefined) return source;
  throw new ConfigurationError([
    issueOf(
      file,
      'directory.source is missing: name the files of the source in it, or import files by hand with `entrain directory import`',
    ),
  ]);
}
