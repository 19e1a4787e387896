const upperHex = (text: string): string =>
  [...new TextEncoder().encode(text)]
    .map((byte) => `%${byte.toString(16).padStart(2, '0').toUpperCase()}`)
    .join('');

const lowerHex = (text: string): string => upperHex(text).toLowerCase();

/**
 * Escapes a path segment like .NET's `Uri.EscapeDataString`.
 * @throws {Error} for a segment of dots, which names another folder even if escaped; `readId` never returns one
 * @see RFC 3986 §2.3 and §3.3, and WHATWG URL, "double-dot URL path segment"
 */
export function escapeSegment(text: string): string {
  if (text === '' || text === '.' || text === '..') throw new Error(`"${text}" is no id of a resource`);
  return text.replace(/[^A-Za-z0-9\-_.~]+/gu, upperHex);
}

/** Encodes an attribute path in a query like .NET's `HttpUtility.UrlEncode`: lowercase hex, `+` for a space. */
export function encodeAttributePath(text: string): string {
  return text.replace(/[^A-Za-z0-9\-_.!*() ]+/gu, lowerHex).replaceAll(' ', '+');
}

/** Encodings of reserved characters and of the space. @see RFC 3986 §2.2 */
const RESERVED: ReadonlyMap<string, string> = new Map([
  [' ', '+'],
  ...[...";/?:@&=+$,#[]'"].map((one): [string, string] => [one, lowerHex(one)]),
]);

/**
 * Encodes a filter value reversibly, in the service's form: reserved characters except `! ( ) *` in lowercase hex,
 * space as `+`, all other characters that are not unreserved (`%`, `"`, `\`, controls, UTF-8) in uppercase hex.
 * @param text well-formed Unicode
 * @see RFC 3986 §2.1
 */
export function encodeFilterText(text: string): string {
  return text.replace(
    /[ ;/?:@&=+$,#[\]']|[^A-Za-z0-9\-_.~!()* ;/?:@&=+$,#[\]']+/gu,
    (run) => RESERVED.get(run) ?? upperHex(run),
  );
}
