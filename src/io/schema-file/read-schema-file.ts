import { ConfigurationError, type Issue } from '../../model/errors.ts';
import type { SynchronizationSchema } from '../../model/schema.ts';
import { parseJsonPath } from '../configuration/json-path.ts';
import { type LocatedDocument, locateDocument } from '../configuration/located-document.ts';
import { readText } from '../configuration/read-text.ts';
import { readSchema } from './read-schema.ts';

const HINT =
  'export it in the Entra portal (Provisioning, Mappings, Show advanced options), or start from `entrain init`';

/** Gives an issue its line and column; an excerpt only where it has none of its own. */
const place = (document: LocatedDocument, issue: Issue): Issue => {
  const located = document.locate({ path: parseJsonPath(issue.path), message: issue.message });
  return { ...located, path: issue.path, excerpt: issue.excerpt ?? located.excerpt };
};

/** JSON is read as JSON; what is none by a reader that is kinder, and tells where it went wrong. */
const parse = (text: string, file: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    const { value, syntaxIssues } = locateDocument(text, file);
    if (syntaxIssues.length > 0) throw new ConfigurationError(syntaxIssues);
    return value;
  }
};

/**
 * Reads a synchronization schema from its text.
 * @param file the file name as the user gave it
 * @throws {ConfigurationError} with every issue, its JSON path, line and column
 */
export const parseSchema = (text: string, file: string): SynchronizationSchema => {
  try {
    return readSchema(parse(text, file), file);
  } catch (error) {
    if (!(error instanceof ConfigurationError) || error.issues.some(({ line }) => line !== null)) throw error;
    const document = locateDocument(text, file);
    throw new ConfigurationError(error.issues.map((issue) => place(document, issue)));
  }
};

/**
 * Reads a synchronization schema from a file, as Entra exports it.
 * @throws {ConfigurationError} with every issue, its JSON path, line and column
 */
export const readSchemaFile = (file: string): SynchronizationSchema =>
  parseSchema(readText(file, { hint: HINT }), file);

/** Gives issues about a schema, known by their JSON paths, the line and column they have in its file. */
export const locateIssues = (file: string, issues: readonly Issue[]): readonly Issue[] => {
  if (issues.length === 0) return issues;
  const document = locateDocument(readText(file), file);
  return issues.map((issue) => place(document, issue));
};
