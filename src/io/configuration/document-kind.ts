import { ConfigurationError, issueOf } from '../../model/errors.ts';
import { isJsonObject } from '../../model/json.ts';

/** A kind of document that the program reads, and how it is known. */
export interface DocumentKind {
  /** With its article: `a configuration of entrain`. */
  readonly name: string;
  /** Keys of which each such document has one. */
  readonly keys: readonly string[];
  /** What the user can do. */
  readonly hint: string;
}

/**
 * Refuses a text that has nothing of the document it should be, before anything of it is quoted: it is another file, and
 * what it holds does not belong on a terminal or in a log.
 * @param value what the text was read as, where its keys stand at the top; undefined: they may stand anywhere in the text
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
