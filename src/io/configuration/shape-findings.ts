import type { z } from 'zod';
import { isJsonObject } from '../../model/json.ts';
import { didYouMean } from './did-you-mean.ts';
import { formatJsonPath, type JsonPath, valueAt } from './json-path.ts';
import type { Finding } from './located-document.ts';

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

/** The longest part of a value that a message quotes, in characters. */
const QUOTE_LIMIT = 200;

/** A value as JSON, at most 200 characters of it. */
export function quoted(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= QUOTE_LIMIT ? text : `${text.slice(0, QUOTE_LIMIT)}…`;
}

/** The allowed values: `one of A, B, C`. */
export function oneOf(values: readonly string[]): string {
  return values.length === 1 ? values.join() : `one of ${values.join(', ')}`;
}

const isScalar = (value: unknown): boolean => typeof value !== 'object' || value === null;

/** A value where a number, true or false, or one of several words belongs. */
const found = (value: unknown, quotes: Quotes): string =>
  isScalar(value) || quotes === 'everywhere' ? quoted(value) : kindOf(value);

/** The documentation of a path. */
interface Described {
  /** The keys allowed at the path. */
  readonly keys: readonly string[];
  readonly meaning: string;
  /** The numbers allowed at the path, such as `a whole number, 0 or more`; empty: no number, or no limit. */
  readonly limit: string;
}

type Documentation = (path: JsonPath) => Described;

/** `besideTexts`: no list or object is quoted, and nothing where a text belongs, because it may be a secret. */
type Quotes = 'everywhere' | 'besideTexts';

const unknownKey = (path: JsonPath, key: string, documentation: Documentation): Finding => {
  const { keys } = documentation(path);
  const hint = didYouMean(key, keys) || `; known here: ${keys.join(', ')}`;
  return { path: [...path, key], message: `there is no key ${quoted(key)} here${hint}`, atKey: true };
};

/** The meaning of a key, as a hint. */
const expectation = (meaning: string): string => (meaning === '' ? '' : `: ${meaning}`);

const bounds = (
  issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig,
  numbers: string,
  written: unknown,
): string => {
  const [side, limit] = issue.code === 'too_small' ? ['at least', issue.minimum] : ['at most', issue.maximum];
  if (issue.origin === 'string')
    return limit === 1 ? 'must not be empty' : `must have ${side} ${limit} characters`;
  if (issue.origin === 'array') {
    const count = Array.isArray(written) ? `, not ${written.length}` : '';
    return `must have ${side} ${limit} ${limit === 1 ? 'entry' : 'entries'}${count}`;
  }
  return `must be ${numbers || `${side} ${limit}`}, not ${quoted(written)}`;
};

const notOneOf = (values: readonly string[], meaning: string, written: unknown, quotes: Quotes): string => {
  const remedy = typeof written === 'string' ? didYouMean(written, values) : expectation(meaning);
  return `must be ${oneOf(values)}, not ${found(written, quotes)}${remedy}`;
};

const notOfType = (expected: string, limit: string, written: unknown, quotes: Quotes): string => {
  const kind = KINDS[expected] ?? expected;
  if (expected === 'number' || expected === 'int')
    return `must be ${limit || kind}, not ${found(written, quotes)}`;
  const isPlain = isScalar(written) && (expected === 'boolean' || quotes === 'everywhere');
  return `must be ${kind}, not ${isPlain ? quoted(written) : kindOf(written)}`;
};

/** Describes the problem of one value. `written` is the value in the file, before substitution. */
const explain = (
  issue: ShapeIssue,
  { meaning, limit }: Described,
  written: unknown,
  quotes: Quotes,
): string => {
  if (written === undefined) return `is missing${expectation(meaning)}`;
  switch (issue.code) {
    case 'invalid_type':
      return `${notOfType(issue.expected, limit, written, quotes)}${expectation(meaning)}`;
    case 'invalid_value':
      return notOneOf(issue.values.map(String), meaning, written, quotes);
    case 'invalid_union':
      return notOneOf(
        ('options' in issue ? (issue.options ?? []) : []).map(String),
        meaning,
        written,
        quotes,
      );
    case 'too_small':
    case 'too_big':
      return `${bounds(issue, limit, written)}${expectation(meaning)}`;
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
  quotes: Quotes = 'besideTexts',
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
        quotes,
      );
    }
    if (issue.code === 'custom') return [{ path, message: issue.message }];
    return [
      { path, message: named(path, explain(issue, documentation(path), valueAt(written, path), quotes)) },
    ];
  });
}
