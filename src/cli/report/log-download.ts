import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { environmentErrorOf } from '../../io/environment-error.ts';
import { ConfigurationError } from '../../model/errors.ts';
import type { ProvisioningLogEntry } from '../../model/log.ts';
import { csvLine, LOG_FILES } from './log-csv.ts';

/**
 * Writes entries of the provisioning log into the three files of a download, for the eyes of their owner only. Files
 * that are there are written anew.
 * @returns how many entries were written
 * @throws {ConfigurationError} when the folder or a file cannot be written
 */
export function downloadLog(entries: Iterable<ProvisioningLogEntry>, folder: string): number {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const open: { readonly fd: number; readonly rows: (typeof LOG_FILES)[number]['rows'] }[] = [];
    try {
      for (const { name, header, rows } of LOG_FILES) {
        const fd = openSync(join(folder, name), 'w', 0o600);
        open.push({ fd, rows });
        writeSync(fd, csvLine(header));
      }
      let count = 0;
      for (const entry of entries) {
        count += 1;
        for (const { fd, rows } of open) {
          const text = rows(entry).map(csvLine).join('');
          if (text !== '') writeSync(fd, text);
        }
      }
      return count;
    } finally {
      for (const { fd } of open) closeSync(fd);
    }
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    const otherwise = 'name another folder';
    const place = { file: folder, what: 'the folder of --csv', repair: otherwise, otherwise };
    throw environmentErrorOf(error, place) ?? error;
  }
}
