import { type Document, isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import { type Issue, issueOf } from '../../model/errors.ts';
import { excerptAt } from './excerpt.ts';
import { formatJsonPath, type JsonPath } from './json-path.ts';
import { DEPTH_LIMIT, firstHazard, lastAlias, tooDeepAt } from './yaml-hazards.ts';

/** Something wrong at a place of a document. */
export interface Finding {
  readonly path: JsonPath;
  readonly message: string;
  /** Whether the caret belongs under the key rather than under its value. */
  readonly atKey?: boolean;
}

/** A document that remembers where in its text each value stands. */
export interface LocatedDocument {
  /** Plain data; undefined when the text is neither JSON nor YAML. */
  readonly value: unknown;
  /** What is wrong with the text itself. */
  readonly syntaxIssues: readonly Issue[];
  /** Gives a finding its line, column and excerpt: its own, or those of the nearest value around it. */
  locate(finding: Finding): Issue;
}

/** Orders issues by line and column. */
export function byPlace(one: Issue, other: Issue): number {
  return (one.line ?? 0) - (other.line ?? 0) || (one.column ?? 0) - (other.column ?? 0);
}

/** Aliases make small texts large; more of them than this are refused. */
const ALIAS_LIMIT = 100;

/** What one step of a path leads to: the value, and the key where it has one. */
const stepInto = (
  node: unknown,
  step: string | number,
): { readonly key: unknown; readonly value: unknown } => {
  if (isSeq(node)) return { key: null, value: node.items[Number(step)] };
  const pair = isMap(node)
    ? node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step))
    : undefined;
  return { key: pair?.key, value: pair?.value };
};

const startOf = (node: unknown): number | null => (isNode(node) ? (node.range?.[0] ?? null) : null);

/**
 * Finds where a path leads: to a plain value, or to the key of anything larger. Where the text has no such value,
 * to what surrounds it.
 */
const offsetOf = (document: Document, path: JsonPath, atKey: boolean): number | null => {
  let node: unknown = document.contents;
  let offset = startOf(node);
  for (const [depth, step] of path.entries()) {
    const { key, value } = stepInto(isAlias(node) ? node.resolve(document) : node, step);
    if (!isNode(key) && !isNode(value)) return offset;
    const isTarget = depth === path.length - 1 && !atKey && isScalar(value) && startOf(value) !== null;
    offset = (isNode(key) && !isTarget ? startOf(key) : startOf(value)) ?? offset;
    node = value;
  }
  return offset;
};

/** The first mistake of a text is what there is to mend; the parser sees further ones because of it. */
const SYNTAX_ISSUE_LIMIT = 3;

/**
 * Reads JSON or YAML, remembering positions.
 * @param source the file name as the user gave it
 */
export function locateDocument(text: string, source: string): LocatedDocument {
  const lines = new LineCounter();
  const issueAt = (offset: number | null, path: JsonPath, message: string): Issue => {
    if (offset === null) return issueOf(source, message, formatJsonPath(path));
    const { line, col } = lines.linePos(offset);
    return {
      source,
      line,
      column: col,
      path: formatJsonPath(path),
      message,
      excerpt: excerptAt(text, offset),
    };
  };
  const refused = (message: string, offset: number | null = null): LocatedDocument => ({
    value: undefined,
    syntaxIssues: [issueAt(offset, [], message)],
    locate: (finding) => issueAt(null, finding.path, finding.message),
  });
  const deep = tooDeepAt(text);
  if (deep !== null) {
    for (const { index } of text.matchAll(/^/gm)) lines.addNewLine(index);
    return refused(`the text is nested more than ${DEPTH_LIMIT} levels deep: is it the right file?`, deep);
  }
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    version: '1.2',
    uniqueKeys: false,
  });
  const problems = [...new Map(document.errors.toReversed().map((error) => [error.pos[0], error])).values()];
  problems.sort((one, other) => one.pos[0] - other.pos[0]);
  const hazard = problems.length > 0 ? null : firstHazard(document);
  if (hazard !== null) return refused(hazard.message, hazard.offset);
  try {
    return {
      value: problems.length > 0 ? undefined : document.toJS({ maxAliasCount: ALIAS_LIMIT }),
      syntaxIssues: problems
        .slice(0, SYNTAX_ISSUE_LIMIT)
        .map(({ pos, message }) => issueAt(pos[0], [], `the text is neither JSON nor YAML: ${message}`)),
      locate: ({ path, message, atKey = false }) => issueAt(offsetOf(document, path, atKey), path, message),
    };
  } catch (error) {
    // What the parser throws when aliases are more than it is told to expand.
    if (error instanceof ReferenceError)
      return refused(
        `the text repeats itself through more than ${ALIAS_LIMIT} aliases: write the values out`,
        lastAlias(document),
      );
    throw error;
  }
}
