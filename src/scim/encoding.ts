const upperHex = (text: string): string =>
  [...new TextEncoder().encode(text)]
    .map((byte) => `%${byte.toString(16).padStart(2, '0').toUpperCase()}`)
    .join('');

const lowerHex = (text: string): string => upperHex(text).toLowerCase();

/**
 * Escapes one segment of a path as .NET's `Uri.EscapeDataString` does. A segment of dots is escaped too, because it
 * would name another folder.
 * @see RFC 3986 §2.3 and §3.3
 */
export const escapeSegment = (text: string): string =>
  text === '.' || text === '..'
    ? text.replaceAll('.', '%2E')
    : text.replace(/[^A-Za-z0-9\-_.~]+/gu, upperHex);

/** Encodes an attribute path inside a query as .NET's `HttpUtility.UrlEncode` does: lowercase hex, `+` for a space. */
export const encodeAttributePath = (text: string): string =>
  text.replace(/[^A-Za-z0-9\-_.!*() ]+/gu, lowerHex).replaceAll(' ', '+');

/** What a value is encoded to, of the characters that are reserved in a URI, and of the space. @see RFC 3986 §2.2 */
const RESERVED: ReadonlyMap<string, string> = new Map([
  [' ', '+'],
  ...[...";/?:@&=+$,#[]'"].map((one): [string, string] => [one, lowerHex(one)]),
]);

/**
 * Encodes a text of a filter completely, so that decoding gives exactly that text. The form is that of the service:
 * reserved characters in lowercase hex but for `! ( ) *`, a space as `+`, everything else that is not unreserved
 * (`%`, `"`, `\`, controls, UTF-8) in uppercase hex.
 * @param text well-formed Unicode
 * @see RFC 3986 §2.1
 */
export const encodeFilterText = (text: string): string =>
  text.replace(
    /[ ;/?:@&=+$,#[\]']|[^A-Za-z0-9\-_.~!()* ;/?:@&=+$,#[\]']+/gu,
    (run) => RESERVED.get(run) ?? upperHex(run),
  );
