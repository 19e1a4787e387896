import { ConfigurationError, type Issue, issueOf } from '../../model/errors.ts';
import { isJsonObject } from '../../model/json.ts';
import type { SynchronizationSchema } from '../../model/schema.ts';
import { formatJsonPath } from '../configuration/json-path.ts';
import { type AssembledSchema, assembleSchema } from './assemble.ts';
import type { SchemaFinding } from './fields.ts';

/** Finds what else is wrong with a schema, to be told together with the rest. */
export type SchemaCheck = (assembled: AssembledSchema, source: string) => readonly Issue[];

const toIssues = (
  findings: readonly SchemaFinding[],
  severity: SchemaFinding['severity'],
  source: string,
): readonly Issue[] =>
  findings
    .filter((finding) => finding.severity === severity)
    .map(({ path, message }) => issueOf(source, message, formatJsonPath(path)));

/** Lists what in a schema works, and probably not as meant. */
export function schemaWarnings({ findings }: AssembledSchema, source: string): readonly Issue[] {
  return toIssues(findings, 'warning', source);
}

/**
 * Reads a Graph synchronizationSchema as Entra exports it. What is absent has the default of Graph's metadata, the
 * members of enumerations may have any case, what is not known is kept in `document`.
 * @param source names the document in issues
 * @param alsoCheck looks at expressions and patterns; nothing when absent
 * @throws {ConfigurationError} with every issue and its JSON path
 * @see Graph synchronizationSchema
 */
export function readSchema(
  document: unknown,
  source: string,
  alsoCheck: SchemaCheck = () => [],
): SynchronizationSchema {
  if (!isJsonObject(document))
    throw new ConfigurationError([
      issueOf(
        source,
        'the document is no object: is this the schema of a provisioning job, as Entra exports it?',
      ),
    ]);
  const assembled = assembleSchema(document);
  const { schema, findings } = assembled;
  const issues = [...toIssues(findings, 'error', source), ...alsoCheck(assembled, source)];
  if (schema === null || issues.length > 0) throw new ConfigurationError(issues);
  return schema;
}
