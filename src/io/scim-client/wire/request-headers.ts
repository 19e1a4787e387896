import type { Dialect } from '../../../model/dialect.ts';

/** What the headers of a request depend on besides its credentials. */
export type HeaderDialect = Pick<Dialect, 'sendAccept' | 'adScimVersion'>;

/** The value of an `Authorization` header with a token. @see RFC 6750 §2.1 */
export const bearer = (token: string): string => `Bearer ${token}`;

/** The value of an `Authorization` header with a name and a password. @see RFC 7617 §2 */
export const basic = (name: string, password: string): string =>
  `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;

/**
 * Makes all headers of a SCIM request but `Host`, `Connection` and `Content-Length`. Like the service, it names
 * itself with no `User-Agent`, asks for no encoding, and gives a `Content-Type` only where there is content; the
 * private header `ADSCIMVersion`, by which some products know the service, goes where the dialect has a value for it.
 *
 * @see RFC 7644 §3.1
 */
export const headersOf = (
  authorization: string,
  { sendAccept, adScimVersion }: HeaderDialect,
  hasContent: boolean,
): Readonly<Record<string, string>> => ({
  Authorization: authorization,
  ...(sendAccept ? { Accept: 'application/scim+json' } : {}),
  ...(adScimVersion === null ? {} : { ADSCIMVersion: adScimVersion }),
  ...(hasContent ? { 'Content-Type': 'application/scim+json; charset=utf-8' } : {}),
});
