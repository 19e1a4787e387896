import { type Filter, parse } from 'scim2-parse-filter';
import type { ObjectType } from '../../model/directory.ts';
import { isJsonObject, type Json, type JsonObject } from '../../model/json.ts';
import { memberOf, nameIn } from '../../scim/path.ts';
import { badRequest } from '../http/scim-error.ts';
import { containerOf, locate } from './attribute-path.ts';
import { attributeNamed, type ScimAttribute } from './attributes.ts';
import { type Comparison, compares } from './filter-comparison.ts';

/** Tests a resource, or an entry of a multi-valued attribute. */
export type Test = (resource: JsonObject) => boolean;

/** The scope of names in a filter: a resource type, or sub-attributes. */
export type Scope = ObjectType | { readonly subAttributes: readonly ScimAttribute[] };

const LONGEST_FILTER = 8000;
const DEEPEST_NESTING = 50;

const STRING = /"(?:[^"\\]|\\[^\p{Cc}])*"/gu;

/** Reads a JSON string that may contain raw control characters. @throws {ScimError} */
const readString = (literal: string): string => {
  const escaped = literal.replace(
    /\p{Cc}/gu,
    (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  try {
    return JSON.parse(escaped) as string;
  } catch {
    throw badRequest(
      'invalidFilter',
      `${literal} is no JSON string (RFC 7644 §3.4.2.2); write " as \\" and \\ as \\\\`,
    );
  }
};

/**
 * Replaces strings by their index, because the parser does not read JSON escapes.
 * @throws {ScimError} invalidFilter
 */
const takeStringsOut = (text: string): { readonly rest: string; readonly strings: readonly string[] } => {
  const strings: string[] = [];
  const rest = text.replace(STRING, (literal) => `"${strings.push(readString(literal)) - 1}"`);
  return { rest, strings };
};

/** Restores the strings that {@link takeStringsOut} replaced. */
const withStrings = (filter: Filter, strings: readonly string[]): Filter => {
  switch (filter.op) {
    case 'and':
    case 'or':
      return { ...filter, filters: filter.filters.map((part) => withStrings(part, strings)) };
    case 'not':
      return { ...filter, filter: withStrings(filter.filter, strings) };
    case '[]':
      return { ...filter, valFilter: withStrings(filter.valFilter, strings) };
    case 'pr':
      return filter;
    default:
      return typeof filter.compValue === 'string'
        ? { ...filter, compValue: strings[Number(filter.compValue)] ?? '' }
        : filter;
  }
};

const BRACKET = /\[|\]\.([\w$-]+\s+(?:pr\b|\w\w\s+(?:"\d+"|[^\s()[\]]+)))|\]/g;

/**
 * Moves the comparison after a value path into its brackets: `emails[type eq "work"].value eq "a"` requires one entry
 * with both, which the parser would split.
 */
const foldValuePaths = (text: string): string =>
  text.replace(BRACKET, (token: string, behind: string | undefined) => {
    if (token === '[') return '[(';
    return behind === undefined ? ')]' : `) and ${behind}]`;
  });

const checkNesting = (text: string): void => {
  // The parser backtracks without bound over line ends in an open string.
  if (/\p{Cc}/u.test(text))
    throw badRequest('invalidFilter', 'the filter holds a control character outside of a quoted text');
  if ((text.match(/[([]|\bnot\b/gi)?.length ?? 0) > DEEPEST_NESTING)
    throw badRequest('invalidFilter', `the filter nests more than ${DEEPEST_NESTING} times; simplify it`);
};

/** Parses a filter. @throws {ScimError} invalidFilter @see RFC 7644 §3.4.2.2 */
export function parseFilter(text: string): Filter {
  if (text.length > LONGEST_FILTER)
    throw badRequest('invalidFilter', `the filter is longer than ${LONGEST_FILTER} characters; shorten it`);
  const { rest, strings } = takeStringsOut(text);
  checkNesting(rest);
  try {
    return withStrings(parse(foldValuePaths(rest)), strings);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw badRequest('invalidFilter', `the filter ${text} cannot be read: ${reason}`);
  }
}

interface Place {
  /** The values of the holder, arrays flattened. */
  readonly values: (holder: JsonObject) => readonly Json[];
  readonly definition: ScimAttribute | undefined;
}

const flat = (value: Json | undefined): readonly Json[] =>
  value === undefined || value === null ? [] : Array.isArray(value) ? value : [value as Json];

const member = (holder: Json, name: string): readonly Json[] =>
  isJsonObject(holder) ? flat(memberOf(holder, name)) : [];

const placeIn = (scope: Scope, path: string): Place => {
  if (typeof scope === 'string') {
    const { container, attribute, definition, sub, subDefinition } = locate(scope, path, {});
    const values = (holder: JsonObject): readonly Json[] =>
      member(containerOf(holder, container === null ? null : nameIn(holder, container)), attribute);
    if (sub === null) return { values, definition };
    return { values: (holder) => values(holder).flatMap((v) => member(v, sub)), definition: subDefinition };
  }
  return {
    values: (holder) => member(holder, path),
    definition: attributeNamed(scope.subAttributes, path),
  };
};

const compileComparison = (comparison: Comparison, scope: Scope): Test => {
  const { values, definition } = placeIn(scope, comparison.attrPath);
  // A complex attribute is compared by its value (RFC 7643 §2.4).
  const valueDefinition =
    definition?.type === 'complex' ? attributeNamed(definition.subAttributes ?? [], 'value') : definition;
  const test = compares(comparison, valueDefinition);
  return (holder) =>
    test(values(holder).flatMap((v) => (isJsonObject(v) && 'value' in v ? flat(v.value) : [v])));
};

/** Compiles a parsed filter. @throws {ScimError} invalidFilter, invalidPath */
export function compileFilter(filter: Filter, scope: Scope): Test {
  switch (filter.op) {
    case 'and': {
      const tests = filter.filters.map((part) => compileFilter(part, scope));
      return (holder) => tests.every((test) => test(holder));
    }
    case 'or': {
      const tests = filter.filters.map((part) => compileFilter(part, scope));
      return (holder) => tests.some((test) => test(holder));
    }
    case 'not': {
      const test = compileFilter(filter.filter, scope);
      return (holder) => !test(holder);
    }
    case '[]': {
      const { values, definition } = placeIn(scope, filter.attrPath);
      const test = compileFilter(filter.valFilter, { subAttributes: definition?.subAttributes ?? [] });
      return (holder) => values(holder).some((entry) => isJsonObject(entry) && test(entry));
    }
    default:
      return compileComparison(filter, scope);
  }
}
