import type { PatchDialect } from '../model/dialect.ts';
import { ConfigurationError, issueOf } from '../model/errors.ts';
import { sameName } from './path.ts';

/** A parsed tenant URL. */
interface TenantUrl {
  /** Without query and trailing slash. */
  readonly baseUrl: string;
  readonly patch: PatchDialect;
  /**
   * Names of ignored query parameters, which are never sent; among them `AzureAdScimPatch2017`, an older PATCH form
   * that is not supported.
   */
  readonly ignored: readonly string[];
}

/** The only flag of a tenant URL with an effect. */
export const COMPLIANT_PATCH = 'aadOptscim062020';

/**
 * Parses a tenant URL. Its query configures the job: flags may be anywhere in it, and no parameter is sent.
 * @throws {ConfigurationError} when it is no http or https URL, or holds credentials
 * @see Entra "Known issues and resolutions with SCIM 2.0 protocol compliance"
 */
export function parseTenantUrl(text: string): TenantUrl {
  const url = readUrl(text);
  const parameters = [...url.searchParams];
  const has = (flag: string): boolean => parameters.some((parameter) => names(parameter, flag));
  return {
    baseUrl: `${url.origin}${url.pathname.replace(/(?<!\/)\/+$/, '')}`,
    patch: has(COMPLIANT_PATCH) ? COMPLIANT_PATCH : 'legacy',
    ignored: parameters.filter((parameter) => !names(parameter, COMPLIANT_PATCH)).map(([name]) => name),
  };
}

/** `?flag`, `?flag=…` and `?anything=flag` all set a flag. */
const names = ([name, value]: readonly [string, string], flag: string): boolean =>
  sameName(name, flag) || sameName(value, flag);

function readUrl(text: string): URL {
  if (/\s/.test(text.trim())) throw problem('holds white space; write it as one word');
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    throw problem('is no http or https URL; write for instance https://scim.example.com/scim/v2');
  if (url.username !== '' || url.password !== '')
    throw problem('holds a user name or password, which do not belong in it; give them under target.auth');
  return url;
}

const problem = (fact: string): ConfigurationError =>
  new ConfigurationError([issueOf('tenantUrl', `The tenant URL ${fact}`)]);
