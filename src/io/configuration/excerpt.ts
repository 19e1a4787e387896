import type { Issue } from '../../model/errors.ts';

/** Characters shown on either side of the caret. */
const REACH = 60;

/** A key of a secret with its value: a quoted text, or the rest of the line. */
const SECRET =
  /(["']?\b(?:\w*secret\w*|\w*password\w*|\w*token|\w*api_?key)\b["']?\s*[:=]\s*)("(?:[^"\\]|\\.)*"?|'[^']*'?|\$\{\w+\}|[^\s].*)/gi;

/** A reference to the environment; its value is the secret. */
const REFERENCE = /^["']?\$\{\w+\}["']?$/;

/** A user name and password in a URL. */
const CREDENTIALS = /(?<=:\/\/)[^/@\s"']+(?=@)/g;

const blank = (value: string): string => '***'.padEnd(value.length).slice(0, value.length);

/** Blanks the values of secrets; all other characters keep their column. */
export function withoutSecrets(line: string): string {
  return line
    .replace(SECRET, (whole, key: string, value: string) =>
      REFERENCE.test(value) ? whole : key + blank(value),
    )
    .replace(CREDENTIALS, blank);
}

/** Extracts the line around an offset, shortened, with the column of the caret. Secrets are blanked. */
export function excerptAt(text: string, offset: number): NonNullable<Issue['excerpt']> {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const end = text.indexOf('\n', offset);
  const line = withoutSecrets(text.slice(start, end < 0 ? text.length : end).replace(/\r$/, ''))
    // Tabs and escape sequences would displace the caret.
    .replace(/\p{Cc}/gu, ' ');
  const caret = Math.min(offset - start, line.length);
  const from = Math.max(0, caret - REACH);
  const to = Math.min(line.length, caret + REACH);
  const before = from > 0 ? '…' : '';
  const shown = before + line.slice(from, to) + (to < line.length ? '…' : '');
  const indent = shown.length - shown.trimStart().length;
  return {
    text: shown.trimStart().trimEnd(),
    offset: Math.max(0, caret - from + before.length - indent),
  };
}
