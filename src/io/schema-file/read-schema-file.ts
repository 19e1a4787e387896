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
  'export it in the Entra admin center (Provisioning, Attribute mapping, Advanced options, Edit schema), or start from `entrain init`';

const KIND: DocumentKind = {
  name: 'a synchronization schema',
  keys: ['synchronizationRules', 'objectMappings', 'attributeMappings'],
  hint: HINT,
};

/** Adds line and column to an issue, and an excerpt where it has none. */
const place = (document: LocatedDocument, issue: Issue): Issue => {
  const located = document.locate({ path: parseJsonPath(issue.path), message: issue.message });
  return { ...located, path: issue.path, excerpt: issue.excerpt ?? located.excerpt };
};

/**
 * Tells whether a JSON text equals its parsed value: no repeated keys, of which JSON.parse keeps the last, and no
 * nesting too deep to be written again.
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

/** Counts the colons outside of strings: one a key. */
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

/** Parses JSON; falls back to the YAML reader, which reports positions. */
const parse = (text: string, file: string): unknown => {
  try {
    const value = JSON.parse(text) as unknown;
    if (isPlainJson(text, value)) return value;
  } catch {
    // The fallback below reports the position.
  }
  const { value, syntaxIssues } = locateDocument(text, file);
  if (syntaxIssues.length > 0) throw new ConfigurationError(syntaxIssues);
  return value;
};

/** Adds to issues the line and column of their JSON paths. */
function locateIssues(text: string, file: string, issues: readonly Issue[]): readonly Issue[] {
  if (issues.length === 0) return issues;
  const document = locateDocument(text, file);
  return issues.map((issue) => place(document, issue));
}

/**
 * Parses a synchronization schema.
 * @param file the file name as the user gave it
 * @param alsoCheck finds further issues of the document
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
 * Reads a synchronization schema file, as Entra exports it.
 * @param alsoCheck finds further issues of the document
 * @throws {ConfigurationError} with every issue, its JSON path, line and column
 */
export function readSchemaFile(file: string, alsoCheck?: SchemaCheck): SynchronizationSchema {
  return parseSchema(readText(file, { hint: HINT }), file, alsoCheck);
}
