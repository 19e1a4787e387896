import { environmentErrorOf } from '../io/environment-error.ts';
import { visible, visibleLines } from '../io/terminal-text.ts';
import { ConfigurationError, type Issue } from '../model/errors.ts';

const placeOf = ({ source, line, column, path }: Issue): string =>
  [line === null ? source : `${source}:${line}${column === null ? '' : `:${column}`}`, path]
    .filter((part) => part !== '')
    .map(visible)
    .join(' ');

/** Writes an issue: its place, what is wrong and what would be right, and the text with a caret under it. */
export function issueText(issue: Issue): string {
  const { excerpt } = issue;
  const lines = [placeOf(issue), `  ${visibleLines(issue.message)}`];
  if (excerpt !== null) lines.push(`    ${visible(excerpt.text)}`, `    ${' '.repeat(excerpt.offset)}^`);
  return lines.join('\n');
}

/**
 * States why something was not done.
 * @returns the issues of a configuration, the message of an error of the machine, or the stack trace of a bug
 */
export function reasonText(error: unknown): string {
  const told = environmentErrorOf(error) ?? error;
  return told instanceof ConfigurationError ? told.issues.map(issueText).join('\n') : stackOf(told);
}

/** The stack trace of an error, or what was thrown as text. */
export function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
