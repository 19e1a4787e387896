import type { Scenario } from '../../io/scenario-file/read-scenario.ts';
import type { ScenarioEvent } from '../../io/scenario-file/scenario-events.ts';
import type { Directory } from '../../io/stores/directory-store.ts';
import type { Instant } from '../../model/identifiers.ts';
import { importDirectory } from './import-directory.ts';
import { placed } from './placed.ts';
import { runDirectoryCommand } from './run-directory-command.ts';

/** The directory to which an event happens, and when. */
export interface ChangedDirectory {
  readonly scenario: Pick<Scenario, 'file' | 'locate'>;
  readonly directory: Directory;
  /** The file of the directory. */
  readonly store: string;
  /** A folder for what the scenario holds itself. */
  readonly folder: string;
  readonly job: string;
  readonly now: Instant;
}

/**
 * Makes happen what an event says of the directory: imports, then commands.
 * @param tell receives a description of each of them
 * @throws {ConfigurationError} when one cannot be done, with its place in the scenario
 */
export async function changeDirectory(
  { index, written, commands }: ScenarioEvent,
  { scenario, directory, store, folder, job, now }: ChangedDirectory,
  tell: (text: string) => void,
): Promise<void> {
  // What 30 days in the recycle bin have ended cannot be restored, whether or not a cycle has run since.
  await directory.purgeExpired(now);
  const { import: source } = written;
  if (source !== undefined) {
    tell(`import: ${typeof source === 'string' ? source : Object.keys(source).join(', ')}`);
    await importDirectory(source, scenario, { store, folder, job, now, path: ['events', index, 'import'] });
  }
  for (const [number, { line, command }] of commands.entries()) {
    tell(`directory: ${line}`);
    await placed(
      scenario,
      ['events', index, 'directory', number],
      async () => await runDirectoryCommand(command, directory, job, now),
    );
  }
}
