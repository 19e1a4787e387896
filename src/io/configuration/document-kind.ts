import { ConfigurationError, issueOf } from '../../model/errors.ts';
import { isJsonObject } from '../../model/json.ts';

/** A kind of document, and how it is recognised. */
export interface DocumentKind {
  /** With its article: `a configuration of entrain`. */
  readonly name: string;
  /** Every such document has one of these keys. */
  readonly keys: readonly string[];
  /** The way out. */
  readonly hint: string;
}

/**
 * Refuses a text of another kind before any of it is quoted: another file's content does not belong on a terminal or
 * in a log.
 * @param value the parsed text, with its keys at the top; undefined: looks for the keys anywhere in the text
 * @throws {ConfigurationError} without any word of the text
 */
export function requireKind(
  text: string,
  value: unknown,
  file: string,
  { name, keys, hint }: DocumentKind,
): void {
  const isKind =
    value === undefined
      ? new RegExp(`(?:^|[\\s{,"'])(?:${keys.join('|')})["']?\\s*:`).test(text)
      : isJsonObject(value) && keys.some((key) => Object.hasOwn(value, key));
  if (isKind) return;
  throw new ConfigurationError([
    issueOf(file, `this is not ${name}: it has none of the keys ${keys.join(', ')}; ${hint}`),
  ]);
}
