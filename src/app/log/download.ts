import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { environmentErrorOf } from '../../io/environment-error.ts';
import { kindOf } from '../../io/output-place.ts';
import { knownSecrets } from '../../io/secrets/secrets.ts';
import { ConfigurationError } from '../../model/errors.ts';
import type { ProvisioningLogEntry } from '../../model/log.ts';
import { type OutputFile, openOutputFile } from '../plan/output-file.ts';
import { csvLine, LOG_FILES } from './csv.ts';

/** Each cell is masked before it is quoted, which would change a secret in it. */
const maskedLine = (row: readonly (string | number | null)[]): string =>
  csvLine(row.map((cell) => (typeof cell === 'string' ? knownSecrets.mask(cell) : cell)));

/**
 * Writes entries of the provisioning log into the three files of a download, readable by their owner only. Files of
 * an earlier download are replaced once the new ones are whole; a folder that is not there is made for the owner alone.
 * @param own files of the program, which are not written over
 * @returns how many entries were written
 * @throws {ConfigurationError} when the folder or a file cannot be written, or a file holds something else
 */
export async function downloadLog(
  entries: AsyncIterable<ProvisioningLogEntry>,
  folder: string,
  own: readonly string[] = [],
): Promise<number> {
  const open: { readonly file: OutputFile; readonly rows: (typeof LOG_FILES)[number]['rows'] }[] = [];
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const { name, header, rows } of LOG_FILES) {
      const kind = kindOf('a file of a log download', csvLine(header));
      const file = openOutputFile({ file: join(folder, name), option: '--csv', kind, own });
      open.push({ file, rows });
      file.write(csvLine(header));
    }
    let count = 0;
    for await (const entry of entries) {
      count += 1;
      for (const { file, rows } of open) file.write(rows(entry).map(maskedLine).join(''));
    }
    for (const { file } of open) file.finish();
    return count;
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    const otherwise = 'name another folder';
    const place = { file: folder, what: 'the folder of --csv', repair: otherwise, otherwise };
    throw environmentErrorOf(error, place) ?? error;
  } finally {
    for (const { file } of open) file.abandon();
  }
}
