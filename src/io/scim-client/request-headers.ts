import type { Authentication, Dialect } from '../../model/job.ts';

/** The headers that carry the job's credentials and its wishes, whatever the request. */
export type FixedHeaders = Readonly<Record<string, string>>;

const basic = (name: string, password: string): string =>
  `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;

const credentialsOf = (auth: Authentication): string => {
  switch (auth.type) {
    case 'bearer':
      return `Bearer ${auth.secretToken}`;
    case 'basic':
      return basic(auth.username, auth.password);
    case 'oauth2':
      return basic(auth.clientId, auth.clientSecret);
  }
};

/** Makes the headers that every request of a job carries. */
export const fixedHeadersOf = (auth: Authentication, dialect: Pick<Dialect, 'sendAccept'>): FixedHeaders => ({
  Authorization: credentialsOf(auth),
  ...(dialect.sendAccept ? { Accept: 'application/scim+json' } : {}),
});

/**
 * Makes all headers of a request but `Host` and `Connection`, which Node adds. Like the service, it names itself
 * with no `User-Agent`, asks for no encoding, and gives a `Content-Type` only where there is content.
 *
 * @see RFC 7644 §3.1
 */
export const headersOf = (
  fixed: FixedHeaders,
  body: Buffer | null,
): Readonly<Record<string, string | number>> =>
  body === null
    ? fixed
    : { ...fixed, 'Content-Type': 'application/scim+json; charset=utf-8', 'Content-Length': body.length };
