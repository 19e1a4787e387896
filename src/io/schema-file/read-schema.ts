import { ConfigurationError, type Issue, issueOf } from '../../model/errors.ts';
import { isJsonObject, type JsonObject } from '../../model/json.ts';
import type { SynchronizationSchema } from '../../model/schema.ts';
import { formatJsonPath } from '../configuration/json-path.ts';
import { assembleSchema } from './assemble.ts';
import { newReport, type SchemaFinding } from './report.ts';

/** A field that is read twice is reported once. */
const distinct = (findings: readonly SchemaFinding[]): readonly SchemaFinding[] => [
  ...new Map(
    findings.map((finding) => [`${formatJsonPath(finding.path)}\n${finding.message}`, finding]),
  ).values(),
];

const findings = (
  document: JsonObject,
  severity: SchemaFinding['severity'],
  source: string,
): readonly Issue[] => {
  const report = newReport();
  assembleSchema(document, report);
  return distinct(report.findings)
    .filter((finding) => finding.severity === severity)
    .map(({ path, message }) => issueOf(source, message, formatJsonPath(path)));
};

/** Lists everything that keeps a job with this schema from starting, expressions and patterns apart. */
export const schemaErrors = (document: JsonObject, source: string): readonly Issue[] =>
  findings(document, 'error', source);

/** Lists what in a schema works, and probably not as meant. */
export const schemaWarnings = (document: JsonObject, source: string): readonly Issue[] =>
  findings(document, 'warning', source);

/**
 * Reads a Graph synchronizationSchema as Entra exports it. What is absent has the default of Graph's metadata, the
 * members of enumerations may have any case, what is not known is kept in `document`.
 * @param source names the document in issues
 * @throws {ConfigurationError} with every issue and its JSON path
 * @see Graph synchronizationSchema
 */
export const readSchema = (document: unknown, source: string): SynchronizationSchema => {
  if (!isJsonObject(document))
    throw new ConfigurationError([
      issueOf(
        source,
        'the document is no object: is this the schema of a provisioning job, as Entra exports it?',
      ),
    ]);
  const assembled = assembleSchema(document, newReport());
  const issues = schemaErrors(document, source);
  if (assembled === null || issues.length > 0) throw new ConfigurationError(issues);
  return assembled.schema;
};
