const bytesOf = (text: string): readonly number[] => [...new TextEncoder().encode(text)];

const upperHex = (text: string): string =>
  bytesOf(text)
    .map((byte) => `%${byte.toString(16).padStart(2, '0').toUpperCase()}`)
    .join('');

const lowerHex = (text: string): string => upperHex(text).toLowerCase();

/** The escapes of single ASCII characters, which nearly all are. */
const LOWER_HEX: readonly string[] = Array.from({ length: 128 }, (_, code) =>
  lowerHex(String.fromCharCode(code)),
);
const lowerHexOfOne = (character: string): string => LOWER_HEX[character.charCodeAt(0)] as string;

/** Escapes one segment of a path as .NET's `Uri.EscapeDataString` does. @see RFC 3986 §2.3 */
export const escapeSegment = (text: string): string => text.replace(/[^A-Za-z0-9\-_.~]+/gu, upperHex);

/** Encodes an attribute path inside a query as .NET's `HttpUtility.UrlEncode` does: lowercase hex, `+` for a space. */
export const encodeAttributePath = (text: string): string =>
  text.replace(/[^A-Za-z0-9\-_.!*() ]+/gu, lowerHex).replaceAll(' ', '+');

/**
 * Encodes a value inside the quotes of a filter as the service does: reserved characters in lowercase hex but for
 * `! ( ) *`, a space as `+`, what no URI may hold in uppercase hex. Of those, `%`, `"` and `\` go as they are, which
 * is why values that hold them are not found.
 * @see Entra "Known issues", matching on special characters
 */
export const encodeFilterValue = (text: string): string =>
  text
    .replace(/[;/?:@&=+$,#[\]']/g, lowerHexOfOne)
    .replace(/[^\x21-\x7e ]+|[<>^`{|}]+/gu, upperHex)
    .replaceAll(' ', '+');
