import { checkExpression, type ExpressionPlace } from '../../expression/check.ts';
import type { EvaluationContext } from '../../expression/compile.ts';
import { answerParseExpression, type ParseExpressionAnswer } from '../../expression/graph-tree.ts';
import { ATTRIBUTES, batchLines } from '../../io/expression-batch/batch-lines.ts';
import { readSchemaFile } from '../../io/schema-file/read-schema-file.ts';
import { systemWorld } from '../../io/world.ts';
import { ConfigurationError, type Issue, issueOf } from '../../model/errors.ts';
import type { ExpressionOptions } from '../../model/expression-options.ts';
import type { JobSettings } from '../../model/job.ts';
import { isJsonObject, type JsonObject } from '../../model/json.ts';
import { GENERIC_SCHEMA } from '../schema/check-schema.ts';
import { answerExpression, contextOf, type ExpressionInput } from './answer.ts';

export type { EvaluationContext, ParseExpressionAnswer };

/** Source attributes by name. */
export type ExpressionAttributes = ExpressionInput['attributes'];

/** Reads source attributes from JSON: numbers become text, null is no value. @throws {Error} for other values */
export function readAttributes(json: unknown): ExpressionAttributes {
  return ATTRIBUTES.parse(json);
}

/** How an expression is read that is evaluated for no object of a directory. */
export interface ExpressionReading {
  /** How open choices of the language are read; the defaults where absent. */
  readonly options: Partial<ExpressionOptions>;
  /** What DefaultDomain() gives; null: it fails. Asked for where it is evaluated. */
  readonly defaultDomain: () => string | null;
  /** The job whose schema declares the names; absent: the default schema. */
  readonly job?: Pick<JobSettings, 'id' | 'schemaFile'>;
}

/** The names that an expression may read, and what declares them, as the subject of a sentence. */
export type DeclaredNames = Required<Pick<ExpressionPlace, 'attributes' | 'declaredBy'>>;

/**
 * Evaluates an expression for some source attributes.
 * @param attributes null: none are given, and names are looked up in the schema
 * @returns `{value}`, `{ignore}` or `{roles}`, with `warnings` where something will probably surprise
 * @throws {ConfigurationError} with the place of every mistake
 */
export async function evaluateExpression(
  text: string,
  attributes: ExpressionAttributes | null,
  reading: ExpressionReading,
): Promise<JsonObject> {
  return soundAnswer(
    text,
    presentContext(attributes, reading),
    reading.options,
    namesOf(attributes, reading),
  );
}

/** Answers as Graph's parseExpression does: the value, or errors, and the tree. */
export async function parseExpressionText(
  text: string,
  attributes: ExpressionAttributes | null,
  reading: ExpressionReading,
): Promise<ParseExpressionAnswer> {
  return answerParseExpression(text, presentContext(attributes, reading), reading.options);
}

/**
 * Answers each line of a batch, `{"expression", "attributes"}`, with one JSON object.
 * @param file `-`: standard input
 */
export async function* evaluateBatch(
  file: string,
  { options, defaultDomain }: ExpressionReading,
): AsyncGenerator<JsonObject> {
  for await (const line of batchLines(file))
    yield 'problem' in line
      ? { error: { message: line.problem, position: 0 } }
      : answerExpression(
          line.expression,
          contextOf({ ...line, now: line.now ?? systemWorld.now() }, { ...systemWorld, defaultDomain }),
          options,
        );
}

const presentContext = (
  attributes: ExpressionAttributes | null,
  { defaultDomain }: ExpressionReading,
): EvaluationContext =>
  contextOf(
    { attributes: attributes ?? {}, now: systemWorld.now(), existing: [] },
    { ...systemWorld, defaultDomain },
  );

function namesOf(attributes: ExpressionAttributes | null, { job }: ExpressionReading): DeclaredNames {
  if (attributes !== null)
    return { attributes: new Set(Object.keys(attributes)), declaredBy: '--attributes' };
  const { sourceAttributes } = readSchemaFile(job?.schemaFile ?? GENERIC_SCHEMA);
  const declared = [...sourceAttributes.User, ...sourceAttributes.Group];
  return {
    attributes: new Set(declared.map(({ name }) => name)),
    declaredBy: `The source directory of the ${job === undefined ? 'default schema' : `schema of job ${job.id}`}`,
  };
}

/**
 * Turns what is wrong with an expression into a usage error with a caret under the place: all that a save would have
 * refused, else why this evaluation failed.
 * @param declared the attributes that the source has; null: not known, and any name passes
 */
export function soundAnswer(
  text: string,
  context: EvaluationContext,
  options: Partial<ExpressionOptions>,
  declared: DeclaredNames | null,
): JsonObject {
  const answer = answerExpression(text, context, options);
  const { error } = answer;
  const issues = checkExpression(text, { options, ...declared });
  if (!isJsonObject(error)) {
    const warnings = issues.map(({ message, span }) => ({ message, position: span.start }));
    return warnings.length === 0 ? answer : { ...answer, warnings };
  }
  const line = text.replaceAll(/\s/g, ' ');
  const issue = (message: string, offset: number): Issue => ({
    ...issueOf('expression', message),
    excerpt: { text: line, offset },
  });
  const refused = issues.filter(({ severity, code }) => severity === 'error' && code !== 'unknownAttribute');
  throw new ConfigurationError(
    refused.length > 0
      ? refused.map(({ message, span }) => issue(message, span.start))
      : [issue(String(error.message), Number(error.position))],
  );
}
