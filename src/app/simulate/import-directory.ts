import { writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseJsonPath } from '../../io/configuration/json-path.ts';
import type { Scenario } from '../../io/scenario-file/read-scenario.ts';
import { importFiles } from '../../io/sources/import/import.ts';
import { plainReading } from '../../model/csv-reading.ts';
import { ConfigurationError } from '../../model/errors.ts';
import type { Instant } from '../../model/identifiers.ts';
import type { JsonObject } from '../../model/json.ts';

/** What is imported into a directory store, where and when. */
export interface SimulatedImport {
  /** The directory store. */
  readonly store: string;
  /** A folder for what a scenario holds itself. */
  readonly folder: string;
  readonly job: string;
  readonly now: Instant;
  /** Where in the scenario it is written. */
  readonly path: readonly (string | number)[];
}

/**
 * Imports a file, or what a scenario holds itself in the same form.
 * @throws {ConfigurationError} with every issue, each at its place in the scenario or in the file
 */
export async function importDirectory(
  source: string | JsonObject,
  { file, locate }: Pick<Scenario, 'file' | 'locate'>,
  { store, folder, job, now, path }: SimulatedImport,
): Promise<void> {
  const isFile = typeof source === 'string';
  const from = isFile ? resolve(dirname(file), source) : join(folder, 'import.json');
  if (!isFile) writeFileSync(from, JSON.stringify(source), { mode: 0o600 });
  try {
    await importFiles(store, {
      files: [from],
      format: isFile ? null : 'json',
      csv: () => plainReading('users'),
      job,
      mirror: false,
      force: false,
      now,
    });
  } catch (error) {
    if (isFile || !(error instanceof ConfigurationError)) throw error;
    throw new ConfigurationError(
      error.issues.map((issue) => locate([...path, ...parseJsonPath(issue.path)], issue.message)),
    );
  }
}
