import { visible } from '../../../app/rendering.ts';

/**
 * Writes text as a code span, so that nothing in it is markup, a mention or a link: the fence is longer than any run of
 * backticks inside. Bars are escaped for tables, and line ends become spaces. A bar behind a backslash cannot be escaped
 * in a code span: such text is written as HTML, with a reference for each character that is no letter or digit.
 * @see CommonMark §6.1, and GitHub Flavored Markdown §4.10
 */
export function codeSpan(text: string): string {
  const line = oneLine(text);
  if (/\\\|/.test(line)) return `<code>${referenced(line)}</code>`;
  const longest = Math.max(0, ...(line.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const padding = line === '' || /^`|`$|^ .* $/.test(line) ? ' ' : '';
  return `${fence}${padding}${line.replaceAll('|', '\\|')}${padding}${fence}`;
}

/** Writes text as plain words: what could be markup, a mention, a link or HTML is escaped. */
export function plainText(text: string): string {
  return oneLine(text)
    .replaceAll('&', '&amp;')
    .replace(/[\\`*_{}[\]#!|~>$]/g, '\\$&')
    .replaceAll('<', '&lt;')
    .replaceAll('@', '&#64;')
    .replaceAll('://', '&#58;//')
    .replace(/\b(www)\./gi, '$1&#46;');
}

/** Line ends become spaces; other invisible characters become a mark. */
const oneLine = (text: string): string => visible(text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' '));

const referenced = (text: string): string =>
  text.replace(/[^\p{L}\p{N} ]/gu, (one) => `&#${one.codePointAt(0)};`);
