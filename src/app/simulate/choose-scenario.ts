import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { didYouMean } from '../../io/configuration/did-you-mean.ts';
import type { Environment } from '../../io/configuration/environment.ts';
import { isLoopbackHost } from '../../io/configuration/shapes/urls.ts';
import { type GuestEndpoint, readScenario, type Scenario } from '../../io/scenario-file/read-scenario.ts';
import { ConfigurationError, issueOf } from '../../model/errors.ts';
import type { JobSettings } from '../../model/job.ts';
import { requireTenantUrl, tokenOf } from '../given-endpoint.ts';

export type { GuestEndpoint, Scenario };

/** The scenarios that come with the program. */
const SHIPPED = fileURLToPath(new URL('../../../fixtures/simulations', import.meta.url));

/** A scenario that comes with the program. */
export interface ShippedScenario {
  readonly name: string;
  readonly title: string;
  /** Whether it can be played at an endpoint of the user's own: it needs nothing of the embedded target. */
  readonly playsAnywhere: boolean;
}

/** The scenarios that come with the program, by name. */
export function shippedScenarios(): readonly ShippedScenario[] {
  return shippedNames().map((name) => {
    const { title, events } = readScenario(join(SHIPPED, name), {});
    const playsAnywhere = events.every(
      ({ written: { fault, show } }) => fault === undefined && show === undefined,
    );
    return { name, title, playsAnywhere };
  });
}

const shippedNames = (): readonly string[] =>
  readdirSync(SHIPPED, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();

/**
 * Reads a scenario.
 * @param chosen a file, a folder with a `scenario.yaml`, or the name of one that comes with the program
 * @param guest where it is played instead of its own target; null: there
 * @throws {ConfigurationError} with every issue, or when there is neither such a file nor such a name
 */
export function chooseScenario(
  chosen: string,
  environment: Environment,
  guest: GuestEndpoint | null = null,
): Scenario {
  if (existsSync(chosen)) return readScenario(chosen, environment, guest);
  const names = shippedNames();
  if (names.includes(chosen)) return readScenario(join(SHIPPED, chosen), environment, guest);
  // A path is meant where it is written like one.
  if (/[\\/.]/.test(chosen)) return readScenario(chosen, environment, guest);
  throw new ConfigurationError([
    issueOf(
      chosen,
      `there is no such file, and no scenario of this name comes with entrain${didYouMean(chosen, names)}; they are ${names.join(', ')}`,
    ),
  ]);
}

/** What somebody says about the endpoint at which a scenario is played. */
export interface EndpointChoice {
  /** A tenant URL and the variable with its bearer token, or a configured job and the file that configures it. */
  readonly at:
    | { readonly url: string; readonly tokenVariable: string }
    | { readonly job: JobSettings; readonly file: string };
  /** Whether an endpoint beyond this machine may be written to. */
  readonly isAllowed: boolean;
}

/** Makes the endpoint of a choice. @throws {ConfigurationError} when it is no such URL, not allowed, or has no token */
export function guestEndpoint({ at, isAllowed }: EndpointChoice, environment: Environment): GuestEndpoint {
  const url = 'url' in at ? at.url : at.job.target.baseUrl;
  if ('url' in at) requireTenantUrl(url, '--target');
  const { host, hostname } = new URL(url);
  if (!isAllowed && !isLoopbackHost(hostname.replace(/^\[|\]$/g, '')))
    throw new ConfigurationError([
      issueOf(
        '--target',
        `${host} is not this machine: the scenario creates users and groups there under names of its own, and deletes them at its end; say --yes to allow it`,
      ),
    ]);
  if ('job' in at) return { configuration: { file: at.file, job: at.job.id } };
  const secretToken = tokenOf(url, at.tokenVariable, environment, '--target');
  return { tenantUrl: url, auth: { type: 'bearer', secretToken } };
}
