import { mkdtempSync, rmSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { ConfigurationError, issueOf } from '../../model/errors.ts';
import type { Instant } from '../../model/identifiers.ts';
import type { WatchedSource } from '../../model/job.ts';
import { importFiles } from '../directory/import/import.ts';
import type { ImportCounts } from '../directory/import/import-counts.ts';
import { marksOf } from './follow-files.ts';
import { areSame } from './settle.ts';

/**
 * Imports the files of a watched source into the directory store, all of them or nothing. They are copied first, and the
 * copies are read: what is written meanwhile cannot mix two versions of a file.
 * @param signal once aborted, nothing is imported any more, and what was begun is undone
 * @returns null when a file changed while it was copied: nothing was imported
 * @throws {ConfigurationError} with every issue, among them that the files hold much less than the directory
 */
export async function importSource(
  store: string,
  { files, format, mirror }: WatchedSource,
  now: Instant,
  signal: AbortSignal,
): Promise<ImportCounts | null> {
  const folder = mkdtempSync(join(tmpdir(), 'entrain-import-'));
  try {
    const copies = await copyUnchanged(files, folder);
    if (copies === null) return null;
    return await importFiles(store, {
      files: copies,
      format,
      csvAs: 'users',
      job: null,
      mirror,
      force: false,
      now,
      // What was begun is rolled back.
      onProgress: () => signal.throwIfAborted(),
    }).catch((error: unknown) => {
      throw withOriginalNames(error, files, copies);
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Copies files; null: one of them changed meanwhile. */
async function copyUnchanged(files: readonly string[], folder: string): Promise<readonly string[] | null> {
  const before = marksOf(files);
  const copies = files.map((file, index) => join(folder, `${index}-${basename(file)}`));
  for (const [index, file] of files.entries()) {
    try {
      await copyFile(file, copies[index] as string);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new ConfigurationError([issueOf(file, `the watched file cannot be read: ${reason}`)]);
    }
  }
  return areSame(before, marksOf(files)) ? copies : null;
}

function withOriginalNames(error: unknown, files: readonly string[], copies: readonly string[]): unknown {
  if (!(error instanceof ConfigurationError)) return error;
  return new ConfigurationError(
    error.issues.map((issue) => ({
      ...issue,
      source: files[copies.indexOf(issue.source)] ?? issue.source,
    })),
  );
}
