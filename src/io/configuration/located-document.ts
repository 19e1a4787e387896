import { type Document, isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import { type Issue, issueOf } from '../../model/errors.ts';
import { excerptAt } from './excerpt.ts';
import { formatJsonPath, type JsonPath } from './json-path.ts';
import { DEPTH_LIMIT, firstHazard, lastAlias, tooDeepAt } from './yaml-hazards.ts';

/** A problem at a path of a document. */
export interface Finding {
  readonly path: JsonPath;
  readonly message: string;
  /** Whether the caret goes under the key instead of the value. */
  readonly atKey?: boolean;
}

/** A document that knows the position of each value in its text. */
export interface LocatedDocument {
  /** Plain data; undefined when the text is neither JSON nor YAML. */
  readonly value: unknown;
  /** Syntax errors of the text. */
  readonly syntaxIssues: readonly Issue[];
  /** Adds line, column and excerpt to a finding: its own, or those of the nearest enclosing value. */
  locate(finding: Finding): Issue;
}

/** Orders issues by line and column. */
export function byPlace(one: Issue, other: Issue): number {
  return (one.line ?? 0) - (other.line ?? 0) || (one.column ?? 0) - (other.column ?? 0);
}

/** Aliases expand small texts to large values; more are refused. */
const ALIAS_LIMIT = 100;

/** The node at one step of a path, with its key where it has one. */
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
 * The offset of a path: of the value where it is scalar, else of its key. Falls back to the nearest existing node.
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

/** Further syntax errors are mostly consequences of the first. */
const SYNTAX_ISSUE_LIMIT = 3;

/** Reads JSON or YAML with positions. @param source the file name as the user gave it */
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
    // The parser exceeded maxAliasCount.
    if (error instanceof ReferenceError)
      return refused(
        `the text repeats itself through more than ${ALIAS_LIMIT} aliases: write the values out`,
        lastAlias(document),
      );
    throw error;
  }
}
