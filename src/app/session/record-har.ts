import { openHar } from '../../io/har/har-writer.ts';
import type { Configuration } from '../../model/job.ts';
import type { Call } from '../events.ts';
import { ownFiles } from '../state/own-files.ts';
import { VERSION } from '../version.ts';
import { hiddenOf } from './hidden.ts';
import type { Session } from './session.ts';

/**
 * Has every exchange of a session written into an HTTP Archive, without secrets, until the use case is done.
 * @param file absent: nothing is written
 * @returns what ends it; it emits an event when exchanges are missing in the file
 * @throws {ConfigurationError} when the file cannot be written, or holds something else
 */
export function recordHar(
  configuration: Configuration,
  { client, job }: Pick<Session, 'client' | 'job'>,
  file: string | undefined,
  { onEvent }: Call,
): () => void {
  if (file === undefined) return () => {};
  const har = openHar(file, { version: VERSION, isHidden: hiddenOf(job), own: ownFiles(configuration) });
  const stop = client.onExchange(har.add);
  return () => {
    stop();
    const text = har.close();
    if (text !== null) onEvent?.({ kind: 'archiveIncomplete', job: job.settings.id, text });
  };
}
