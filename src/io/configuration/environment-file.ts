import { existsSync, statSync } from 'node:fs';
import { relative } from 'node:path';
import { parseEnv } from 'node:util';
import { ConfigurationError, type Issue, issueOf } from '../../model/errors.ts';
import { inShell } from '../../model/named.ts';
import type { Environment } from './environment.ts';
import { readText } from './read-text.ts';

/**
 * Adds the variables of a `.env` file; the environment wins.
 * @param file the `.env` file, which may be missing
 * @param remark receives what a user should know about the file
 * @throws {ConfigurationError} when it is no regular file, cannot be read, or has a value that cannot be meant
 */
export function withEnvironmentFile(
  environment: Environment,
  file: string,
  remark: (text: string) => void = () => {},
): Environment {
  if (!existsSync(file)) return environment;
  const text = readText(file);
  if (text.includes('\0'))
    throw new ConfigurationError([
      issueOf(file, 'the file has NUL characters, as UTF-16 without a byte order mark has: save it as UTF-8'),
    ]);
  const lines = writtenLines(text);
  const issues = lines.flatMap((line) => issuesOf(line, text, file));
  if (issues.length > 0) throw new ConfigurationError(issues);
  for (const line of lines) remarkOnComment(line, file, remark);
  remarkOnReaders(file, remark);
  return { ...parseEnv(text), ...environment };
}

/** A line `NAME=value` as it is written. */
interface WrittenLine {
  readonly name: string;
  readonly value: string;
  /** 1-based. */
  readonly number: number;
  /** Where the next line begins in the text. */
  readonly end: number;
}

const LINE = /^[ \t]*(?:export[ \t]+)?([\w.-]+)[ \t]*=[ \t]*(.*?)[ \t\r]*$/;

const QUOTATION_MARK = /^["'`]/;

/** The lines that set a variable; those inside of a quoted value are left out. */
function writtenLines(text: string): readonly WrittenLine[] {
  const found: WrittenLine[] = [];
  let end = 0;
  let valueEnd = 0;
  for (const [index, line] of text.split('\n').entries()) {
    const start = end;
    end += line.length + 1;
    const [, name, value = ''] = LINE.exec(line) ?? [];
    if (name === undefined || start < valueEnd) continue;
    found.push({ name, value, number: index + 1, end });
    const [mark] = QUOTATION_MARK.exec(value) ?? [];
    if (mark !== undefined && value.indexOf(mark, 1) < 0) valueEnd = text.indexOf(mark, end);
  }
  return found;
}

const TYPOGRAPHIC = /^[\u201c\u201d\u201e\u2018\u2019\u201a\u00ab].*[\u201c\u201d\u2018\u2019\u00bb]$/;

/** Values that cannot be meant as they are written. A value is never shown: it may be a secret. */
function issuesOf({ name, value, number, end }: WrittenLine, text: string, file: string): readonly Issue[] {
  const issue = (message: string): Issue => ({ ...issueOf(file, message), line: number });
  const [mark] = QUOTATION_MARK.exec(value) ?? [];
  if (mark !== undefined && value.indexOf(mark, 1) < 0 && text.indexOf(mark, end) < 0)
    return [
      issue(`the quotation mark ${mark} of ${name} is not closed: write it at the end of the value as well`),
    ];
  if (TYPOGRAPHIC.test(value))
    return [
      issue(
        `${name} has typographic quotation marks, which would be part of the value: write straight ones ("), or none`,
      ),
    ];
  return [];
}

/** A comment begins at any `#` outside of quotation marks, also inside of a word. */
function remarkOnComment(
  { name, value, number }: WrittenLine,
  file: string,
  remark: (text: string) => void,
): void {
  if (QUOTATION_MARK.test(value) || !/^[^#]*[^#\s]#/.test(value)) return;
  remark(
    `${file}:${number}: ${name} ends before the #, which begins a comment; put the value in quotation marks if the # belongs to it`,
  );
}

const READABLE_BY_ALL = 0o004;

function remarkOnReaders(file: string, remark: (text: string) => void): void {
  if (process.platform === 'win32' || (statSync(file).mode & READABLE_BY_ALL) === 0) return;
  remark(
    `every user of this machine can read the secrets in ${file}: chmod 600 ${inShell(relative('', file))}`,
  );
}
