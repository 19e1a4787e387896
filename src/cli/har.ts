import { Option } from 'commander';
import { hiddenOf } from '../app/session/hidden.ts';
import { ownFiles } from '../app/state/own-files.ts';
import { VERSION } from '../app/version.ts';
import { openHar } from '../io/har/har-writer.ts';
import type { ScimClient } from '../io/scim-client/scim-client.ts';
import type { CompiledJob } from '../job/compile.ts';
import type { Cli } from './cli.ts';
import { EXIT } from './exit-codes.ts';

/** The option of the commands that can write down what they say to the target. */
export const harOption = (): Option =>
  new Option('--har <file>', 'write every exchange into this HTTP Archive, without secrets');

/**
 * Has every exchange of a client written into an HTTP Archive until the command is done.
 *
 * @param file absent: nothing is written
 * @returns what ends it, and tells when something is missing in the file
 * @throws {ConfigurationError} when the file cannot be written, or holds something else
 */
export function recordHar(
  cli: Cli,
  client: ScimClient,
  job: CompiledJob,
  file: string | undefined,
): () => void {
  if (file === undefined) return () => {};
  const har = openHar(file, {
    version: VERSION,
    isHidden: hiddenOf(job),
    own: ownFiles(cli.configuration()),
  });
  const stop = client.onExchange(har.add);
  return () => {
    stop();
    const problem = har.close();
    if (problem === null) return;
    cli.note(problem);
    process.exitCode ||= EXIT.escrowed;
  };
}
