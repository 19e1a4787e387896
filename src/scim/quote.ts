import { isJsonObject } from '../model/json.ts';
import { MASK, type ScimAnswer } from '../model/scim.ts';
import { copyOf } from './kept-value.ts';
import { memberOf } from './path.ts';

const LIMIT = 300;
/** Where an error body says in words what is wrong: SCIM's `detail` first, then what others use. */
const DETAILS = ['detail', 'message', 'error_description', 'error', 'title'] as const;

/** Tells whether an answer is a web page. */
export const isHtml = ({ contentType, text }: ScimAnswer): boolean =>
  text !== null &&
  (/\bhtml\b/i.test(contentType ?? '') || /^\s*<(?:!doctype\s+html|html|head|body)\b/i.test(text));

/**
 * What the target says is wrong, quoted and cut to 300 characters: the detail of a SCIM error, or the text of any
 * other body but a web page; null when it says nothing.
 * @see RFC 7644 §3.12
 */
export function quoteDetail(answer: ScimAnswer): string | null {
  const { body } = answer;
  if (body === undefined) return isHtml(answer) || answer.text === null ? null : quote(answer.text);
  if (!isJsonObject(body)) return null;
  const details = DETAILS.map((name) => memberOf(body, name));
  const detail = details.find((one): one is string => typeof one === 'string' && one.trim() !== '');
  const scimType = memberOf(body, 'scimType');
  const quoted = detail === undefined ? null : quote(detail);
  if (typeof scimType !== 'string' || scimType === '') return quoted;
  return quoted === null ? quote(scimType) : `${quoted} (scimType ${quote(scimType)})`;
}

const withoutCredentials = (text: string): string =>
  text.replace(/\b(Bearer|Basic)\s+[\w.~+/=-]+/gi, `$1 ${MASK}`);

/** Quotes a text of the target: on one line, without control characters, without credentials, at most 300 characters. */
export function quote(text: string): string | null {
  const line = oneLine(text);
  return line === '' ? null : `"${line}"`;
}

/** A text of the target as `quote` gives it, without the quotes. */
export function oneLine(text: string): string {
  const line = withoutCredentials(
    text.slice(0, LIMIT * 10).replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\s]+/gu, ' '),
  ).trim();
  const characters = [...line];
  return characters.length > LIMIT ? `${characters.slice(0, LIMIT - 1).join('')}…` : copyOf(line);
}

/**
 * A value as JSON, at most 300 characters of it. What cannot be seen (controls, formats, spaces but the plain one) is
 * escaped, so that two values that differ also look different; credentials are left out.
 */
export function exactly(value: string): string {
  const shown = value.length > LIMIT ? `${value.slice(0, LIMIT - 1)}…` : value;
  return JSON.stringify(withoutCredentials(shown)).replace(
    /(?! )[\p{C}\p{Z}]/gu,
    (one) =>
      `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}${one.length > 1 ? `\\u${one.charCodeAt(1).toString(16)}` : ''}`,
  );
}
