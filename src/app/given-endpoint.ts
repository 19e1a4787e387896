import type { Environment } from '../io/configuration/environment.ts';
import { tenantUrlProblem } from '../io/configuration/shapes/urls.ts';
import { ConfigurationError, issueOf } from '../model/errors.ts';

/** What names an endpoint, for messages: an option. */
type Option = `--${string}`;

/** Requires a tenant URL that can be used. @throws {ConfigurationError} */
export function requireTenantUrl(url: string, option: Option): void {
  const problem = tenantUrlProblem(url);
  if (problem !== null) throw new ConfigurationError([issueOf(option, problem)]);
}

/**
 * The bearer token of an endpoint that is given by its URL.
 * @param variable the variable of the environment that holds it
 * @throws {ConfigurationError} where it is not set, or no header can hold it
 */
export function tokenOf(url: string, variable: string, environment: Environment, option: Option): string {
  const token = environment[variable] ?? '';
  const { host } = new URL(url);
  const problem =
    token === ''
      ? `the token of ${host} is taken from the environment, and ${variable} is not set: set it, or name another variable with --token-env`
      : /\p{Cc}/u.test(token)
        ? `${variable} holds a line break or another control character, which no HTTP header takes: remove it`
        : null;
  if (problem !== null) throw new ConfigurationError([issueOf(option, problem)]);
  return token;
}
