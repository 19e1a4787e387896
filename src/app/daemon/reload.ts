import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openDirectory } from '../../io/stores/sqlite/directory/directory.ts';
import type { Configuration } from '../../model/job.ts';

/** The files that a configuration is made of: itself, `.env` beside it, the schemas of the jobs that are on. */
export function configurationFiles({ file, jobs }: Configuration): readonly string[] {
  const environmentFile = join(dirname(file), '.env');
  const schemas = jobs.filter(({ enabled }) => enabled).map(({ schemaFile }) => schemaFile);
  return [file, ...(existsSync(environmentFile) ? [environmentFile] : []), ...new Set(schemas)];
}

/**
 * Makes sure that there is a directory store, unless a watched source is going to fill one.
 * @throws {ConfigurationError}
 */
export async function requireDirectory({ directoryFile, source }: Configuration): Promise<void> {
  if (source !== undefined && !existsSync(directoryFile)) return;
  await openDirectory(directoryFile, { readonly: true }).close();
}
