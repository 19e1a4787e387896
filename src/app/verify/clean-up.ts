import { createProber } from '../../io/scim-client/prober.ts';
import { systemWorld } from '../../io/world.ts';
import { ConfigurationError, issueOf } from '../../model/errors.ts';
import { type CleanUp, createOwnObjects } from '../../verify/own-objects.ts';
import type { Call } from '../events.ts';
import { readLedger } from './ledger.ts';
import type { EndpointToVerify } from './request.ts';

/** What became of the objects of an earlier run. */
export interface CleanedUp extends CleanUp {
  /** The file that lists what is left; null: nothing is. */
  readonly ledger: string | null;
}

/**
 * Deletes what an earlier run left at an endpoint: the objects that its ledger lists, and no others.
 * @throws {ConfigurationError} where the file is no sound ledger, or of another endpoint
 */
export async function cleanUpLedger(
  { target }: Pick<EndpointToVerify, 'target'>,
  file: string,
  { signal = new AbortController().signal }: Call,
): Promise<CleanedUp> {
  const { head, entries, open } = readLedger(file);
  if (head.target !== target.baseUrl)
    throw new ConfigurationError([
      issueOf(
        file,
        `it lists objects at ${head.target}, and not at ${target.baseUrl}: name that endpoint with --url, or its job with --job`,
      ),
    ]);
  const prober = createProber(target, { world: systemWorld, signal });
  const ledger = open();
  const own = createOwnObjects(head.prefix, ledger.note, entries);
  try {
    const { deleted, left } = await own.cleanUp(async (request) => (await prober.send(request)).response);
    return { deleted, left, ledger: own.count() === 0 ? null : file };
  } finally {
    ledger.close(own.count() === 0);
    prober.close();
  }
}
