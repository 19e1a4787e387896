import type { z } from 'zod';
import { isJsonObject } from '../../model/json.ts';
import { didYouMean } from './did-you-mean.ts';
import { formatJsonPath, type JsonPath, valueAt } from './json-path.ts';
import type { Finding } from './located-document.ts';
import { AUTHENTICATION_TYPES } from './shapes/target.ts';

type ShapeIssue = z.core.$ZodIssue;

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'a list',
};

const kindOf = (value: unknown): string =>
  value === null
    ? 'nothing'
    : Array.isArray(value)
      ? 'a list'
      : typeof value === 'boolean'
        ? String(value)
        : (KINDS[typeof value] ?? typeof value);

const quoted = (value: unknown): string => JSON.stringify(value) ?? String(value);

/** Returns the keys allowed at a path, and the meaning of the path. */
type Documentation = (path: JsonPath) => {
  readonly keys: readonly string[];
  readonly meaning: string;
};

const unknownKey = (path: JsonPath, key: string, documentation: Documentation): Finding => {
  const { keys } = documentation(path);
  const hint = didYouMean(key, keys) || `; known here: ${keys.join(', ')}`;
  return { path: [...path, key], message: `there is no key ${quoted(key)} here${hint}`, atKey: true };
};

/** The meaning of a key, as a hint. */
const expectation = (meaning: string): string => (meaning === '' ? '' : `: ${meaning}`);

const bounds = (issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig): string => {
  const [side, limit] = issue.code === 'too_small' ? ['at least', issue.minimum] : ['at most', issue.maximum];
  if (issue.origin === 'string')
    return limit === 1 ? 'must not be empty' : `must have ${side} ${limit} characters`;
  if (issue.origin === 'array') return `must have ${side} ${limit} ${limit === 1 ? 'entry' : 'entries'}`;
  return `must be ${side} ${limit}`;
};

const notOneOf = (values: readonly string[], meaning: string, written: unknown): string => {
  if (typeof written !== 'string')
    return `must be ${values.join(' or ')}, not ${kindOf(written)}${expectation(meaning)}`;
  return `must be ${values.join(' or ')}, not ${quoted(written)}${didYouMean(written, values)}`;
};

/** Describes the problem of one value. `written` is the value in the file, before substitution. */
const explain = (issue: ShapeIssue, meaning: string, written: unknown): string => {
  if (written === undefined) return `is missing${expectation(meaning)}`;
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${KINDS[issue.expected] ?? issue.expected}, not ${issue.expected === 'int' && typeof written === 'number' ? written : kindOf(written)}${expectation(meaning)}`;
    case 'invalid_value':
      return notOneOf(issue.values.map(String), meaning, written);
    case 'invalid_union':
      return notOneOf(AUTHENTICATION_TYPES, meaning, written);
    case 'too_small':
    case 'too_big':
      return `${bounds(issue)}${expectation(meaning)}`;
    case 'invalid_format':
      return `is ${quoted(written)}, which is not well formed${expectation(meaning)}`;
    default:
      return issue.message;
  }
};

/** Starts each message with its key, so that it is complete without its path. */
const named = (path: JsonPath, message: string): string => {
  const key = path.findLastIndex((step) => typeof step === 'string');
  return key < 0 ? `the configuration ${message}` : `${formatJsonPath(path.slice(key))} ${message}`;
};

/**
 * Converts issues of a shape to findings with remedies.
 * @param written the document before substitution, so that no value of the environment is shown
 */
export function shapeFindings(
  issues: readonly ShapeIssue[],
  written: unknown,
  documentation: Documentation,
): readonly Finding[] {
  return issues.flatMap((issue): readonly Finding[] => {
    const path = issue.path as JsonPath;
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => unknownKey(path, key, documentation));
    if (issue.code === 'invalid_union' && issue.errors.length > 0) {
      // For a text or an object, reports the issues of the alternative that was meant.
      const meant = issue.errors.at(isJsonObject(valueAt(written, path)) ? -1 : 0) ?? [];
      return shapeFindings(
        meant.map((inner) => ({ ...inner, path: [...path, ...inner.path] })),
        written,
        documentation,
      );
    }
    if (issue.code === 'custom') return [{ path, message: issue.message }];
    return [
      { path, message: named(path, explain(issue, documentation(path).meaning, valueAt(written, path))) },
    ];
  });
}
