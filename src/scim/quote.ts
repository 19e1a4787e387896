import { isJsonObject } from '../model/json.ts';
import { REDACTED, type ScimAnswer } from '../model/scim.ts';
import { hideInJson, isSecret, withoutSecrets } from './hide.ts';
import { copyOf } from './kept-value.ts';
import { memberOf } from './path.ts';

const LIMIT = 300;
/** Members that hold words where a body has them: SCIM's `detail`, then others. */
export const WORDS = ['detail', 'message', 'error_description', 'error'] as const;
/** Members with the message of an error; `title` is also an attribute. */
const DETAILS = [...WORDS, 'title'] as const;

const isNamedHtml = ({ contentType }: ScimAnswer): boolean => /\bhtml\b/i.test(contentType ?? '');

/** The beginning of an HTML page. */
const PAGE_BEGINS = /^\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype\s+html|html|head|body)\b/i;
/** An unclosed comment extends to the end, as in browsers: linear time. */
const COMMENTS = /<!--(?:[\s\S]*?-->|[\s\S]*$)/g;
const OF_A_PAGE = /<(?:html|head|body|title|form|script|style|meta|iframe)\b/i;

/** Tells whether an answer is HTML, or claims to be. */
export function isHtml(answer: ScimAnswer): boolean {
  return answer.text !== null && (isNamedHtml(answer) || isPage(answer));
}

/** Tells whether an answer is a web page; many servers label any text as HTML. */
export function isPage(answer: ScimAnswer): boolean {
  return (
    answer.text !== null &&
    (PAGE_BEGINS.test(answer.text.replace(COMMENTS, '')) ||
      (isNamedHtml(answer) && OF_A_PAGE.test(answer.text)))
  );
}

const ENTITIES: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  nbsp: ' ',
  '#39': "'",
};

/** The text of HTML, sufficient to read an error. */
const textOf = (html: string): string =>
  html
    .replace(/<[^<>]*>/g, ' ')
    .replace(/&(lt|gt|amp|quot|nbsp|#39);/g, (_entity, name: string) => ENTITIES[name] ?? ' ');

/** The preformatted text of a page, where Express servers write errors; null: none. */
const errorOnPage = (text: string): string | null => {
  const [, preformatted] = /<pre[^<>]*>([\s\S]*?)(?:<\/pre>|$)/i.exec(text) ?? [];
  return preformatted === undefined ? null : quote(textOf(preformatted));
};

const quoteText = (answer: ScimAnswer): string | null => {
  const { text } = answer;
  if (text === null) return null;
  if (isPage(answer)) return errorOnPage(text);
  return quote(isNamedHtml(answer) ? textOf(text) : text);
};

/**
 * The error message of an answer, quoted, at most 300 characters: the detail of a SCIM error, or the text of any
 * other body, or the preformatted text of a web page; null: none. Of a redacted answer it says only that there is one.
 * @see RFC 7644 §3.12
 */
export function quoteDetail(answer: ScimAnswer): string | null {
  const detail = readDetail(answer);
  return answer.isRedacted && detail !== null ? REDACTED : detail;
}

/** The error message of an answer, to be searched and never shown: `quoteDetail` shows it. */
export function readDetail(answer: ScimAnswer): string | null {
  const { body } = answer;
  if (body === undefined) return quoteText(answer);
  if (!isJsonObject(body)) return typeof body === 'string' ? quote(body) : null;
  const details = DETAILS.map((name) => memberOf(body, name));
  const detail = details.find((one): one is string => typeof one === 'string' && one.trim() !== '');
  const scimType = memberOf(body, 'scimType');
  const quoted = detail === undefined ? null : quote(detail);
  if (typeof scimType !== 'string' || scimType === '') return quoted;
  return quoted === null ? quote(scimType) : `${quoted} (scimType ${quote(scimType)})`;
}

/** Characters of a body that the log shows. */
const BODY_LIMIT = 1_000;

/** The beginning of the body of an answer, without secrets; empty: it has none. Nothing of a redacted answer. */
export function bodyText({ body, text, isRedacted }: ScimAnswer): string {
  const whole =
    body === undefined ? (text ?? '') : body === null ? '' : JSON.stringify(hideInJson(body, isSecret));
  if (isRedacted && whole !== '') return REDACTED;
  const shown = withoutSecrets(whole.slice(0, BODY_LIMIT * 10));
  return shown.length > BODY_LIMIT ? `${copyOf(shown.slice(0, BODY_LIMIT))}…` : shown;
}

/** Quotes a text of the target on one line, without control characters and secrets, at most 300 characters. */
export function quote(text: string): string | null {
  const line = oneLine(text);
  return line === '' ? null : `"${line}"`;
}

/** Like `quote`, without quotation marks. */
export function oneLine(text: string): string {
  const line = withoutSecrets(
    text.slice(0, LIMIT * 10).replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\s]+/gu, ' '),
  ).trim();
  const characters = [...line];
  return characters.length > LIMIT ? `${characters.slice(0, LIMIT - 1).join('')}…` : copyOf(line);
}

/**
 * A value as JSON, at most 300 characters, with invisible characters escaped, so that different values look
 * different.
 */
export function exactly(value: string): string {
  const shown = value.length > LIMIT ? `${value.slice(0, LIMIT - 1)}…` : value;
  return JSON.stringify(shown).replace(
    /(?! )[\p{C}\p{Z}]/gu,
    (one) =>
      `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}${one.length > 1 ? `\\u${one.charCodeAt(1).toString(16)}` : ''}`,
  );
}
