import { isPrivate } from './loopback.ts';

/**
 * Says what is wrong with the URL of a token endpoint; null when nothing is. The URL itself is not repeated: it may
 * hold a secret.
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
