import type { Compare, Suffix } from 'scim2-parse-filter';
import type { Json } from '../../model/json.ts';
import { badRequest } from '../http/scim-error.ts';
import type { ScimAttribute } from './attributes.ts';

/** One attribute expression of a filter. */
export type Comparison = Compare | Suffix;

type Scalar = string | number | boolean;

const isScalar = (value: Json | undefined): value is Scalar =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

/** Normalizes a value for comparison: booleans as text, dates as numbers, case folded. */
const comparable = (value: Scalar, definition: ScimAttribute | undefined): string | number => {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return String(value);
  if (definition?.type === 'dateTime') return Date.parse(value);
  return definition?.caseExact === true ? value : value.toLowerCase();
};

const OPERATORS: Readonly<Record<string, (held: string | number, asked: string | number) => boolean>> = {
  eq: (held, asked) => held === asked,
  co: (held, asked) => String(held).includes(String(asked)),
  sw: (held, asked) => String(held).startsWith(String(asked)),
  ew: (held, asked) => String(held).endsWith(String(asked)),
  gt: (held, asked) => held > asked,
  ge: (held, asked) => held >= asked,
  lt: (held, asked) => held < asked,
  le: (held, asked) => held <= asked,
};

const isPresent = (value: Json): boolean => value !== null && value !== '';

/**
 * Makes the test of an attribute expression on all values of its attribute. Text ignores case unless the schema is
 * caseExact; booleans may be text.
 * @throws {ScimError} invalidFilter
 * @see RFC 7644 §3.4.2.2
 */
export function compares(
  comparison: Comparison,
  definition: ScimAttribute | undefined,
): (values: readonly Json[]) => boolean {
  if (comparison.op === 'pr') return (values) => values.some(isPresent);
  const { op, compValue } = comparison;
  const operator = OPERATORS[op === 'ne' ? 'eq' : op];
  if (operator === undefined) throw badRequest('invalidFilter', `"${String(op)}" is no operator of a filter`);
  if (compValue === null) {
    if (op === 'eq') return (values) => !values.some(isPresent);
    if (op === 'ne') return (values) => values.some(isPresent);
    throw badRequest('invalidFilter', `null can be asked for with eq and ne only, not with ${op}`);
  }
  const asked = comparable(compValue, definition);
  const some = (values: readonly Json[]): boolean =>
    values.some((value) => isScalar(value) && operator(comparable(value, definition), asked));
  return op === 'ne' ? (values) => !some(values) : some;
}
