const upperHex = (text: string): string =>
  [...new TextEncoder().encode(text)]
    .map((byte) => `%${byte.toString(16).padStart(2, '0').toUpperCase()}`)
    .join('');

const lowerHex = (text: string): string => upperHex(text).toLowerCase();

/**
 * Escapes one segment of a path as .NET's `Uri.EscapeDataString` does.
 * @throws {Error} for a segment of dots, which names another folder however it is escaped; ids that are read are none
 * @see RFC 3986 §2.3 and §3.3, and WHATWG URL, "double-dot URL path segment"
 */
export function escapeSegment(text: string): string {
  if (text === '' || text === '.' || text === '..') throw new Error(`"${text}" is no id of a resource`);
  return text.replace(/[^A-Za-z0-9\-_.~]+/gu, upperHex);
}

/** Encodes an attribute path inside a query as .NET's `HttpUtility.UrlEncode` does: lowercase hex, `+` for a space. */
export function encodeAttributePath(text: string): string {
  return text.replace(/[^A-Za-z0-9\-_.!*() ]+/gu, lowerHex).replaceAll(' ', '+');
}

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
export function encodeFilterText(text: string): string {
  return text.replace(
    /[ ;/?:@&=+$,#[\]']|[^A-Za-z0-9\-_.~!()* ;/?:@&=+$,#[\]']+/gu,
    (run) => RESERVED.get(run) ?? upperHex(run),
  );
}
