import { ConfigurationError } from '../../../model/errors.ts';
import { parseTenantUrl } from '../../../scim/tenant-url.ts';

const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/i;

/** Tells whether a host is this machine. */
export function isLoopbackHost(host: string): boolean {
  return host === '::1' || LOOPBACK.test(host);
}

/** Tells whether a URL uses TLS, or stays on this machine. */
function isPrivate({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname));
}

/** Tells whether a user name or password of a URL is validly percent-encoded. */
export function isEncoded(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * The problem of a tenant URL; null: none. Does not repeat the URL, which may hold a secret. Without TLS, only
 * targets on this machine are accepted: the token could be read in transit.
 */
export function tenantUrlProblem(text: string): string | null {
  try {
    return isPrivate(new URL(parseTenantUrl(text).baseUrl))
      ? null
      : 'The tenant URL begins with http:, and the token could be read on the way to another machine; write https:';
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    throw error;
  }
}

/**
 * The problem of a token endpoint URL; null: none. Does not repeat the URL, which may hold a secret.
 * @see RFC 6749 §3.2
 */
export function tokenUrlProblem(text: string): string | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    return 'tokenUrl is no http or https URL; write for instance https://login.example.com/oauth2/token';
  if (url.username !== '' || url.password !== '')
    return 'tokenUrl holds a user name or password, which do not belong in it; give them as clientId and clientSecret';
  if (url.hash !== '') return 'tokenUrl has a fragment (#…), which is never sent; leave it out';
  return isPrivate(url)
    ? null
    : 'tokenUrl begins with http:, and the client secret could be read on the way to another machine; write https:';
}

/** The problem of a mail server URL; null: none. Does not repeat the URL, which may hold a password. */
export function smtpUrlProblem(text: string): string | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !['smtp:', 'smtps:'].includes(url.protocol) || url.hostname === '')
    return 'smtpUrl is no smtp or smtps URL with a host; write for instance smtp://localhost:25';
  if (url.search !== '' || url.hash !== '' || !['', '/'].includes(url.pathname))
    return 'smtpUrl has more than a user name, a password, a host and a port; leave the rest out';
  if ((url.username === '') !== (url.password === ''))
    return 'smtpUrl has a user name or a password without the other; give both, or neither';
  return [url.username, url.password].every(isEncoded)
    ? null
    : 'smtpUrl has a user name or password with a % that encodes nothing; write %25 for a percent sign';
}
