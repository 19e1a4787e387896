import type { Attributes } from '../model/directory.ts';
import type { FilterClause, FilterGroup, ScopingFilter } from '../model/schema.ts';
import { type ClauseTest, findOperator, type PatternCompiler, textOf } from './operators.ts';

/** What a filter says of one object. */
export interface FilterResult {
  readonly passes: boolean;
  /** Failed the input filter. */
  readonly isDropped: boolean;
  /** `<group>.<attribute> <OPERATOR> '<value>'` → its result. */
  readonly clauses: Readonly<Record<string, boolean>>;
  /** For each group that is false, the clauses that made it so, in words, each with the value that it was asked about. */
  readonly falseClauses: readonly string[];
}

/** A scoping filter ready to be asked about many objects. */
export type CompiledFilter = (attributes: Attributes) => FilterResult;

interface CompiledClause {
  readonly key: string;
  readonly words: string;
  readonly attribute: string;
  readonly holds: (attributes: Attributes) => boolean;
}

/** Attributes whose values are shown. */
type IsShown = (attribute: string) => boolean;

/**
 * Compiles a scoping filter: clauses of a group are joined by AND, groups by OR. Without groups every object passes.
 * @param redacted attributes whose values stay out of the words
 * @throws {Error} for an unknown operator or a pattern that cannot be compiled; the schema check reports both before
 */
export function compileFilter(
  filter: ScopingFilter,
  compilePattern: PatternCompiler,
  redacted: ReadonlySet<string> = new Set(),
): CompiledFilter {
  const isShown: IsShown = (attribute) => !redacted.has(attribute);
  const groups = filter.groups.map((group) => compileGroup(group, compilePattern));
  const inputGroups = filter.inputFilterGroups.map((group) => compileGroup(group, compilePattern));
  return (attributes) => {
    const clauses: Record<string, boolean> = {};
    const falseClauses: string[] = [];
    let passes = groups.length === 0;
    for (const group of groups) {
      const failing = group.filter((clause) => {
        const holds = clause.holds(attributes);
        clauses[clause.key] = holds;
        return !holds;
      });
      if (failing.length === 0) passes = true;
      else
        falseClauses.push(failing.map((clause) => explainFalse(clause, attributes, isShown)).join(' and '));
    }
    const isDropped =
      inputGroups.length > 0 &&
      !inputGroups.some((group) => group.every((clause) => clause.holds(attributes)));
    return { passes, isDropped, clauses, falseClauses };
  };
}

function compileGroup(group: FilterGroup, compilePattern: PatternCompiler): readonly CompiledClause[] {
  return group.clauses.map((clause) => compileClause(group.name, clause, compilePattern));
}

function compileClause(
  groupName: string,
  clause: FilterClause,
  compilePattern: PatternCompiler,
): CompiledClause {
  const operator = findOperator(clause.operatorName);
  if (operator === undefined) throw new Error(`unknown filter operator "${clause.operatorName}"`);
  const test = operator.test(clause.values, compilePattern);
  const { sourceOperandName: attribute, values } = clause;
  const quoted = (mark: string): string => values.map((value) => ` ${mark}${value}${mark}`).join(',');
  return {
    key: `${groupName}.${attribute} ${operator.name}${quoted("'")}`,
    words: `${attribute} ${operator.name}${quoted('"')}`,
    attribute,
    holds: operator.name === 'IS NULL' ? isNull(attribute) : holdsForAll(attribute, test),
  };
}

/** Values of an attribute that are named, and characters of each. */
const NAMED_VALUES = 5;
const NAMED_CHARACTERS = 200;

/** A clause that is false, with the value that made it so. */
function explainFalse(
  { words, attribute }: CompiledClause,
  attributes: Attributes,
  isShown: IsShown,
): string {
  if (!isShown(attribute)) return `${words} is false`;
  const values = valuesOf(attributes, attribute);
  if (values.length === 0) return `${words} is false (${attribute} has no value)`;
  const named = values.slice(0, NAMED_VALUES).map((value) => `"${shorten(value)}"`);
  const more = values.length - named.length;
  return `${words} is false (${attribute} is ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''})`;
}

const shorten = (value: string): string =>
  value.length > NAMED_CHARACTERS ? `${value.slice(0, NAMED_CHARACTERS)}…` : value;

const valuesOf = (attributes: Attributes, name: string): readonly string[] => {
  const value = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
  return value === undefined ? [] : textOf(value).filter((text) => text !== '');
};

const isNull =
  (attribute: string) =>
  (attributes: Attributes): boolean =>
    valuesOf(attributes, attribute).length === 0;

/** Several values must all pass; none at all is null, hence false. */
const holdsForAll =
  (attribute: string, test: ClauseTest) =>
  (attributes: Attributes): boolean => {
    const values = valuesOf(attributes, attribute);
    return values.length > 0 && values.every(test);
  };
