import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { environmentErrorOf } from '../../environment-error.ts';
import {
  DEFAULT_CACHE_KIB,
  directoryPlace,
  openConnection,
  realStore,
} from '../../stores/sqlite/directory/database.ts';
import type { ImportCounts } from './entries.ts';
import { type ImportRequest, importFiles } from './import.ts';

/**
 * Imports files into a copy of the directory store, which is then removed: tells what an import would do, also beside a
 * process that writes to the store.
 * @throws {ConfigurationError} as the import would
 */
export async function previewImport(store: string, request: ImportRequest): Promise<ImportCounts> {
  const folder = mkdtempSync(join(tmpdir(), 'entrain-preview-'));
  try {
    const copy = join(folder, basename(store));
    if (existsSync(realStore(store))) copyStore(store, copy);
    return await importFiles(copy, request);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function copyStore(store: string, copy: string): void {
  const db = openConnection(store, { readonly: true, cacheKiB: DEFAULT_CACHE_KIB });
  try {
    db.prepare('VACUUM INTO ?').run(copy);
  } catch (error) {
    throw environmentErrorOf(error, directoryPlace(store)) ?? error;
  } finally {
    db.close();
  }
}
