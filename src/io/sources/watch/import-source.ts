import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { plainReading } from '../../../model/csv-reading.ts';
import { ConfigurationError, type Issue, issueOf } from '../../../model/errors.ts';
import type { Instant } from '../../../model/identifiers.ts';
import type { WatchedSource } from '../../../model/job.ts';
import { streamRegular } from '../../regular-file.ts';
import type { ImportCounts } from '../import/entries.ts';
import { type ImportRequest, importFiles } from '../import/import.ts';
import { marksOf } from './follow-files.ts';
import { areSame } from './settle.ts';

/** Options of `importSource`. */
interface SourceImport extends Pick<ImportRequest, 'onRow'> {
  /** What takes the files. Default `importFiles`. */
  readonly into?: typeof importFiles;
  /** Takes a version that removes more than the limits. Default false. */
  readonly force?: boolean;
  readonly now: Instant;
  /** Once aborted, a running import is rolled back. */
  readonly signal: AbortSignal;
  /** Receives warnings about files that are imported. */
  readonly onWarning: (warning: Issue) => void;
}

/**
 * Imports the files of a watched source, all or nothing. Reads copies, so that a concurrent write cannot mix two
 * versions of a file.
 * @returns null when a file changed during the copy: nothing was imported
 * @throws {ConfigurationError} with every issue, for example that a mirror import would remove too much
 */
export async function importSource(
  store: string,
  { files, csv = [], ...source }: WatchedSource,
  { into = importFiles, force = false, now, signal, onWarning, onRow }: SourceImport,
): Promise<ImportCounts | null> {
  const folder = mkdtempSync(join(tmpdir(), 'entrain-import-'));
  try {
    const copies = await copyUnchanged(files, folder);
    if (copies === null) return null;
    return await into(store, {
      ...source,
      files,
      copies,
      csv: (index) => csv[index] ?? plainReading('users'),
      job: null,
      force,
      now,
      // Rolls the import back.
      onProgress: () => signal.throwIfAborted(),
      onWarning,
      ...(onRow === undefined ? {} : { onRow }),
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Bytes copied at once. */
const PIECE_BYTES = 1024 * 1024;

/** Copies files; null: one changed meanwhile. */
async function copyUnchanged(files: readonly string[], folder: string): Promise<readonly string[] | null> {
  const before = marksOf(files);
  const copies = files.map((_, index) => join(folder, String(index)));
  for (const [index, file] of files.entries()) {
    try {
      const original = streamRegular(file, PIECE_BYTES);
      await pipeline(original, createWriteStream(copies[index] as string, { mode: 0o600 }));
    } catch (error) {
      if (error instanceof ConfigurationError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw new ConfigurationError([issueOf(file, `the watched file cannot be read: ${reason}`)]);
    }
  }
  return areSame(before, marksOf(files)) ? copies : null;
}
