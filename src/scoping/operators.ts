import type { AttributeValue } from '../model/directory.ts';

/** What a clause asks of one value. */
export type ClauseTest = (value: string) => boolean;

/** An operator of scoping filters. */
export interface FilterOperator {
  /** As the portal and Graph spell it. */
  readonly name: string;
  readonly arity: 'unary' | 'binary';
  /**
   * Makes the test of a clause once, for all objects; it is asked of values that are neither null nor empty only.
   * Of several operands one must hold, or for a negative operator none may.
   */
  readonly test: (operands: readonly string[], compilePattern: PatternCompiler) => ClauseTest;
}

/** Compiles a .NET pattern; an unanchored, case-sensitive `Regex.IsMatch`, bounded in time. */
export type PatternCompiler = (pattern: string) => ClauseTest;

/** A source value as text: booleans as .NET spells them. */
export function textOf(value: AttributeValue): readonly string[] {
  return typeof value === 'string'
    ? [value]
    : typeof value === 'boolean'
      ? [value ? 'True' : 'False']
      : value;
}

const INTEGER = /^[+-]?\d{1,30}$/;

const binary = (name: string, holds: (value: string, operand: string) => boolean): FilterOperator => ({
  name,
  arity: 'binary',
  test: (operands) => (value) => operands.some((operand) => holds(value, operand)),
});

const negated = (name: string, holds: (value: string, operand: string) => boolean): FilterOperator => ({
  name,
  arity: 'binary',
  test: (operands) => (value) => operands.every((operand) => !holds(value, operand)),
});

const unary = (name: string, test: ClauseTest): FilterOperator => ({
  name,
  arity: 'unary',
  test: () => test,
});

const compareIntegers =
  (holds: (value: bigint, operand: bigint) => boolean) =>
  (value: string, operand: string): boolean =>
    INTEGER.test(value) && INTEGER.test(operand) && holds(BigInt(value), BigInt(operand));

const equals = (value: string, operand: string): boolean => value === operand;

/** `&`: a bit test between integers, else whether the value stands in the operand's text. */
const existsIn = (value: string, operand: string): boolean =>
  INTEGER.test(value) && INTEGER.test(operand)
    ? (BigInt(value) & BigInt(operand)) !== 0n
    : operand.includes(value);

/**
 * The operators of scoping filters. A clause over a null or empty value is false whatever the operator, except for
 * IS NULL, which is true exactly then.
 * @see Entra "Scoping users or groups to be provisioned with scoping filters"
 */
export const FILTER_OPERATORS: readonly FilterOperator[] = [
  binary('&', existsIn),
  negated('!&', existsIn),
  binary('ENDS_WITH', (value, operand) => value.endsWith(operand)),
  binary('EQUALS', equals),
  binary(
    'Greater_Than',
    compareIntegers((value, operand) => value > operand),
  ),
  binary(
    'Greater_Than_OR_EQUALS',
    compareIntegers((value, operand) => value >= operand),
  ),
  binary('Includes', (value, operand) => value.includes(operand)),
  unary('IS FALSE', (value) => value.toLowerCase() === 'false'),
  unary('IS NOT NULL', () => true),
  unary('IS NULL', () => false),
  unary('IS TRUE', (value) => value.toLowerCase() === 'true'),
  negated('NOT EQUALS', equals),
  {
    name: 'NOT REGEX MATCH',
    arity: 'binary',
    test: (operands, compilePattern) => {
      const patterns = operands.map(compilePattern);
      return (value) => patterns.every((matches) => !matches(value));
    },
  },
  {
    name: 'REGEX MATCH',
    arity: 'binary',
    test: (operands, compilePattern) => {
      const patterns = operands.map(compilePattern);
      return (value) => patterns.some((matches) => matches(value));
    },
  },
];

const normal = (name: string): string => name.trim().toUpperCase().replaceAll('_', ' ');

const byName = new Map(FILTER_OPERATORS.map((operator) => [normal(operator.name), operator]));

/** Finds an operator by its name, whatever its case, `_` and blank being the same; undefined when there is none. */
export function findOperator(name: string): FilterOperator | undefined {
  return byName.get(normal(name));
}
