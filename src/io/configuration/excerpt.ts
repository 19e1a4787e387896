import type { Issue } from '../../model/errors.ts';

/** As much of a line as is shown on either side of the caret. */
const REACH = 60;

/** A key that names a secret, with what follows it: a text in quotes, or else the rest of the line. */
const SECRET =
  /(["']?\b(?:\w*secret\w*|\w*password\w*|\w*token|\w*api_?key)\b["']?\s*[:=]\s*)("(?:[^"\\]|\\.)*"?|'[^']*'?|\$\{\w+\}|[^\s].*)/gi;

/** A reference to the environment is no secret: what it stands for is. */
const REFERENCE = /^["']?\$\{\w+\}["']?$/;

/** A user name and password in a URL. */
const CREDENTIALS = /(?<=:\/\/)[^/@\s"']+(?=@)/g;

const blank = (value: string): string => '***'.padEnd(value.length).slice(0, value.length);

/** Blanks out the values of secrets, keeping every other character where it was. */
export function withoutSecrets(line: string): string {
  return line
    .replace(SECRET, (whole, key: string, value: string) =>
      REFERENCE.test(value) ? whole : key + blank(value),
    )
    .replace(CREDENTIALS, blank);
}

/**
 * Cuts the line around an offset out of a text, short enough to show, with the place of the caret in it.
 * Values of secrets are blanked out.
 */
export function excerptAt(text: string, offset: number): NonNullable<Issue['excerpt']> {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const end = text.indexOf('\n', offset);
  const line = withoutSecrets(text.slice(start, end < 0 ? text.length : end).replace(/\r$/, ''))
    // A caret under a tab would stand elsewhere in every terminal; so would one after an escape sequence.
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
