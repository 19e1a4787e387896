import { ConfigurationError, type Issue } from '../../model/errors.ts';
import { isJsonObject } from '../../model/json.ts';
import type { SynchronizationSchema } from '../../model/schema.ts';
import { type DocumentKind, requireKind } from '../configuration/document-kind.ts';
import { parseJsonPath } from '../configuration/json-path.ts';
import { type LocatedDocument, locateDocument } from '../configuration/located-document.ts';
import { readText } from '../configuration/read-text.ts';
import { DEPTH_LIMIT } from '../configuration/yaml-hazards.ts';
import { readSchema, type SchemaCheck } from './read-schema.ts';

const HINT =
  'export it in the Entra portal (Provisioning, Mappings, Show advanced options), or start from `entrain init`';

const KIND: DocumentKind = {
  name: 'a synchronization schema',
  keys: ['synchronizationRules', 'objectMappings', 'attributeMappings'],
  hint: HINT,
};

/** Gives an issue its line and column; an excerpt only where it has none of its own. */
const place = (document: LocatedDocument, issue: Issue): Issue => {
  const located = document.locate({ path: parseJsonPath(issue.path), message: issue.message });
  return { ...located, path: issue.path, excerpt: issue.excerpt ?? located.excerpt };
};

/**
 * Tells whether a JSON text is what its value says: no object has a key twice, of which JSON.parse drops the first, and
 * nothing is nested so deeply that it could be read but not be written again.
 */
function isPlainJson(text: string, value: unknown): boolean {
  let keys = 0;
  const open: { readonly value: unknown; readonly depth: number }[] = [{ value, depth: 1 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next.value !== 'object' || next.value === null) continue;
    if (next.depth > DEPTH_LIMIT) return false;
    const depth = next.depth + 1;
    if (!Array.isArray(next.value)) keys += Object.keys(next.value).length;
    for (const part of Object.values(next.value)) open.push({ value: part, depth });
  }
  return keys === keysWrittenIn(text);
}

/** Counts the colons outside of texts: each follows a key. */
function keysWrittenIn(text: string): number {
  let keys = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === ':') keys += 1;
    if (character !== '"') continue;
    for (at += 1; text[at] !== '"'; at += 1) if (text[at] === '\\') at += 1;
  }
  return keys;
}

/** JSON is read as JSON; what is none by a reader that is kinder, and tells where it went wrong. */
const parse = (text: string, file: string): unknown => {
  try {
    const value = JSON.parse(text) as unknown;
    if (isPlainJson(text, value)) return value;
  } catch {
    // The reader below says where it went wrong.
  }
  const { value, syntaxIssues } = locateDocument(text, file);
  if (syntaxIssues.length > 0) throw new ConfigurationError(syntaxIssues);
  return value;
};

/** Gives issues about a document, known by their JSON paths, the line and column they have in its text. */
export function locateIssues(text: string, file: string, issues: readonly Issue[]): readonly Issue[] {
  if (issues.length === 0) return issues;
  const document = locateDocument(text, file);
  return issues.map((issue) => place(document, issue));
}

/**
 * Reads a synchronization schema from its text.
 * @param file the file name as the user gave it
 * @param alsoCheck finds what else is wrong with the document, to be told together with the rest
 * @throws {ConfigurationError} with every issue, its JSON path, line and column
 */
export function parseSchema(text: string, file: string, alsoCheck?: SchemaCheck): SynchronizationSchema {
  requireKind(text, undefined, file, KIND);
  const document = parse(text, file);
  try {
    return readSchema(document, file, alsoCheck);
  } catch (error) {
    if (!(error instanceof ConfigurationError) || !isJsonObject(document)) throw error;
    throw new ConfigurationError(locateIssues(text, file, error.issues));
  }
}

/**
 * Reads a synchronization schema from a file, as Entra exports it.
 * @param alsoCheck finds what else is wrong with the document, to be told together with the rest
 * @throws {ConfigurationError} with every issue, its JSON path, line and column
 */
export function readSchemaFile(file: string, alsoCheck?: SchemaCheck): SynchronizationSchema {
  return parseSchema(readText(file, { hint: HINT }), file, alsoCheck);
}
