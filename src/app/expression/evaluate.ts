import { checkExpression } from '../../expression/check.ts';
import type { EvaluationContext } from '../../expression/compile.ts';
import { answerParseExpression, type ParseExpressionAnswer } from '../../expression/graph-tree.ts';
import { ATTRIBUTES, batchLines } from '../../io/expression-batch/batch-lines.ts';
import { systemWorld } from '../../io/world.ts';
import { ConfigurationError, type Issue, issueOf } from '../../model/errors.ts';
import type { ExpressionOptions } from '../../model/expression-options.ts';
import { isJsonObject, type JsonObject } from '../../model/json.ts';
import { answerExpression, contextOf, type ExpressionInput } from './answer.ts';

export type { EvaluationContext, ParseExpressionAnswer };

/** Source attributes by name. */
export type ExpressionAttributes = ExpressionInput['attributes'];

/** Reads source attributes from JSON: numbers become text, null is no value. @throws {Error} for other values */
export function readAttributes(json: unknown): ExpressionAttributes {
  return ATTRIBUTES.parse(json);
}

/**
 * Evaluates an expression for some source attributes.
 * @param options how open choices of the language are read; the defaults where absent
 * @returns `{value}`, `{ignore}` or `{roles}`
 * @throws {ConfigurationError} with the place of every mistake
 */
export async function evaluateExpression(
  text: string,
  attributes: ExpressionAttributes,
  options: Partial<ExpressionOptions> = {},
): Promise<JsonObject> {
  return soundAnswer(text, presentContext(attributes), options);
}

/** Answers as Graph's parseExpression does: the value, or errors, and the tree. */
export async function parseExpressionText(
  text: string,
  attributes: ExpressionAttributes,
  options: Partial<ExpressionOptions> = {},
): Promise<ParseExpressionAnswer> {
  return answerParseExpression(text, presentContext(attributes), options);
}

/**
 * Answers each line of a batch, `{"expression", "attributes"}`, with one JSON object.
 * @param file `-`: standard input
 */
export async function* evaluateBatch(
  file: string,
  options: Partial<ExpressionOptions>,
): AsyncGenerator<JsonObject> {
  for await (const line of batchLines(file))
    yield 'problem' in line
      ? { error: { message: line.problem, position: 0 } }
      : answerExpression(
          line.expression,
          contextOf({ ...line, now: line.now ?? systemWorld.now() }, systemWorld),
          options,
        );
}

const presentContext = (attributes: ExpressionAttributes): EvaluationContext =>
  contextOf({ attributes, now: systemWorld.now(), existing: [] }, systemWorld);

/**
 * Turns what is wrong with an expression into a usage error with a caret under the place: all that a save would have
 * refused, else why this evaluation failed.
 */
export function soundAnswer(
  text: string,
  context: EvaluationContext,
  options: Partial<ExpressionOptions>,
): JsonObject {
  const answer = answerExpression(text, context, options);
  const { error } = answer;
  if (!isJsonObject(error)) return answer;
  const line = text.replaceAll(/\s/g, ' ');
  const issue = (message: string, offset: number): Issue => ({
    ...issueOf('expression', message),
    excerpt: { text: line, offset },
  });
  const refused = checkExpression(text, { options }).filter(({ severity }) => severity === 'error');
  throw new ConfigurationError(
    refused.length > 0
      ? refused.map(({ message, span }) => issue(message, span.start))
      : [issue(String(error.message), Number(error.position))],
  );
}
