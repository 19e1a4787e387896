import { isDomainName } from '../../io/configuration/shapes/directory.ts';
import { isLoopbackHost } from '../../io/configuration/shapes/urls.ts';
import { ConfigurationError, Interruption, issueOf } from '../../model/errors.ts';
import type { Check } from '../../verify/check.ts';
import type { Subject } from '../../verify/subject.ts';
import type { VerifyCall, VerifyRequest } from './request.ts';

/** Objects that a check which writes makes, on average. */
const OBJECTS_OF_CHECK = 2;

/** Users that checks share as members of groups. */
const CROWD = 100;

/** The least that tells the objects of a run from those of others: `entrain-verify-` has fifteen characters. */
const LEAST_PREFIX = 8;

const MOST_PREFIX = 40;

/**
 * Requires names that are unmistakable, and that a user name can hold.
 * @throws {ConfigurationError} with every problem
 */
export function requireSoundNames({ prefix, domain }: Pick<VerifyRequest, 'prefix' | 'domain'>): void {
  const isSound =
    /^[A-Za-z][A-Za-z0-9._-]*$/.test(prefix) && prefix.length >= LEAST_PREFIX && prefix.length <= MOST_PREFIX;
  const issues = [
    ...(isSound
      ? []
      : [
          issueOf(
            '--prefix',
            `"${prefix}" could be taken for the name of somebody: write ${LEAST_PREFIX} to ${MOST_PREFIX} letters, digits, dots, hyphens and underscores, with a letter first, such as acme-verify-; the id of the run follows it`,
          ),
        ]),
    ...(isDomainName(domain)
      ? []
      : [issueOf('--domain', `"${domain}" is no domain name; write one such as example.com`)]),
  ];
  if (issues.length > 0) throw new ConfigurationError(issues);
}

/**
 * Requires that an endpoint beyond this machine may be written to: the request allows it, or the answer to a question does.
 * @throws {ConfigurationError} where it may not
 * @throws {Interruption} where the run is interrupted meanwhile
 */
export async function requireAllowed(
  { baseUrl, prefix, isReadOnly }: Subject,
  checks: readonly Check[],
  { isAllowed }: Pick<VerifyRequest, 'isAllowed'>,
  { confirm, signal }: VerifyCall,
): Promise<void> {
  const { host, hostname } = new URL(baseUrl);
  if (isReadOnly || isAllowed || isLoopbackHost(hostname)) return;
  const writing = checks.filter(({ readsOnly }) => readsOnly !== true);
  const hasMany = writing.some(({ id }) => id === 'MEM-06');
  const objectCount = OBJECTS_OF_CHECK * writing.length + (hasMany ? CROWD : 0);
  const isConfirmed = confirm !== undefined && (await confirm({ host, objectCount, prefix }));
  if (signal?.aborted) throw new Interruption();
  if (isConfirmed) return;
  throw new ConfigurationError([
    issueOf(
      'verify',
      `${host} is not this machine: the run creates about ${objectCount} users and groups there, whose names begin with ${prefix}, and deletes them at its end; say --yes to allow it, name the host in verify.allow of the configuration, or say --read-only`,
    ),
  ]);
}
