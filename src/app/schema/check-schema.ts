import { fileURLToPath } from 'node:url';
import { checkExpression, type ExpressionIssue } from '../../expression/check.ts';
import { compilePattern } from '../../expression/regex/compile-pattern.ts';
import { PatternProblem } from '../../expression/regex/pattern-tree.ts';
import { excerptAt } from '../../io/configuration/excerpt.ts';
import { assembleSchema } from '../../io/schema-file/assemble.ts';
import { schemaExpressions, schemaPatterns } from '../../io/schema-file/expressions.ts';
import { type SchemaCheck, schemaWarnings } from '../../io/schema-file/read-schema.ts';
import { readSchemaFile } from '../../io/schema-file/read-schema-file.ts';
import { type Issue, issueOf } from '../../model/errors.ts';
import type { ExpressionOptions } from '../../model/expression-options.ts';
import type { SynchronizationSchema } from '../../model/schema.ts';

/** The schema of a generic SCIM application, which `entrain init` writes. */
export const GENERIC_SCHEMA = fileURLToPath(new URL('../../../config/scim.schema.json', import.meta.url));

const expressionIssues =
  (severity: ExpressionIssue['severity'], options?: ExpressionOptions): SchemaCheck =>
  (assembled, source) =>
    schemaExpressions(assembled).flatMap(({ path, expression, mapping, attributes }) =>
      checkExpression(expression, {
        isMatching: mapping.matchingPriority > 0,
        flowType: mapping.flowType,
        ...(options === undefined ? {} : { options }),
        ...(attributes.length === 0 ? {} : { attributes: new Set(attributes) }),
      })
        .filter((issue) => issue.severity === severity)
        .map(({ message, span }) => ({
          ...issueOf(source, message, path),
          excerpt: excerptAt(expression, span.start),
        })),
    );

const patternProblem = (pattern: string): string | null => {
  try {
    compilePattern(pattern);
    return null;
  } catch (error) {
    if (error instanceof PatternProblem) return error.message;
    throw error;
  }
};

const patternIssues: SchemaCheck = (assembled, source) =>
  schemaPatterns(assembled).flatMap(({ path, pattern }) => {
    const problem = patternProblem(pattern);
    return problem === null ? [] : [issueOf(source, problem, path)];
  });

const languageIssues =
  (options?: ExpressionOptions): SchemaCheck =>
  (assembled, source) => [
    ...expressionIssues('error', options)(assembled, source),
    ...patternIssues(assembled, source),
  ];

/**
 * Reads a synchronization schema with its expressions and patterns checked.
 * @param options how expressions are read; the defaults when absent
 * @throws {ConfigurationError} with every issue of structure, expressions and patterns, each with line and column
 */
export function readSoundSchema(file: string, options?: ExpressionOptions): SynchronizationSchema {
  return readSchemaFile(file, languageIssues(options));
}

/** Lists what in a schema works, and probably not as meant. */
export function schemaAdvice(schema: SynchronizationSchema, source: string): readonly Issue[] {
  const assembled = assembleSchema(schema.document);
  return [...schemaWarnings(assembled, source), ...expressionIssues('warning')(assembled, source)];
}
