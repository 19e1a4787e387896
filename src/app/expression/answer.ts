import type { EvaluationContext, EvaluationResult } from '../../expression/compile.ts';
import { compileExpression } from '../../expression/compile.ts';
import { ExpressionError } from '../../expression/error.ts';
import type { ExpressionOptions } from '../../model/expression-options.ts';
import type { Json, JsonObject } from '../../model/json.ts';
import { roleEntries } from '../../scim/roles.ts';

/** What an evaluation reads besides the expression. */
export interface ExpressionInput {
  /** Null: the attribute has no value. */
  readonly attributes: Readonly<Record<string, string | boolean | readonly string[] | null>>;
  /** What Now() is: ISO 8601 UTC. */
  readonly now: string;
  /** Values that the target holds already, for SelectUniqueValue. */
  readonly existing: readonly string[];
}

/** Chance, and the default domain of the tenant, handed in. */
export type Surroundings = Pick<EvaluationContext, 'guid' | 'random' | 'defaultDomain'>;

/** The context in which an expression is evaluated for some attributes. */
export function contextOf(
  { attributes, now, existing }: ExpressionInput,
  surroundings: Surroundings,
): EvaluationContext {
  const taken = new Set(existing.map((value) => value.toLowerCase()));
  return {
    ...surroundings,
    now,
    attribute: (name) => (Object.hasOwn(attributes, name) ? (attributes[name] ?? null) : null),
    isTaken: (value) => taken.has(value.toLowerCase()),
  };
}

/**
 * Evaluates an expression and puts what it comes to into one JSON object: `{value}`, `{ignore}`, `{roles}` or
 * `{error: {message, position}}`, the position being that of the offending text in the expression.
 */
export function answerExpression(
  text: string,
  context: EvaluationContext,
  options: Partial<ExpressionOptions>,
): JsonObject {
  try {
    return answerOf(compileExpression(text, options).evaluate(context));
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return { error: { message: error.summary, position: error.span.start } };
  }
}

function answerOf(result: EvaluationResult): JsonObject {
  switch (result.kind) {
    case 'value':
      return { value: result.value as Json };
    case 'ignoreAttribute':
      return { ignore: 'attribute' };
    case 'ignoreObject':
      return { ignore: 'object' };
    case 'roles':
      return { roles: roleEntries(result.roles) };
    case 'escrow':
      return { error: { message: result.message, position: 0 } };
  }
}
