import { type Document, isMap, isNode, isScalar, type Node, type Scalar, visit, type YAMLMap } from 'yaml';

/** Maximum nesting: deeper than any schema, safe for a recursive parser. */
export const DEPTH_LIMIT = 200;

/**
 * Estimates, before parsing, where JSON or YAML is nested too deeply. Counts brackets within strings too, where they
 * mostly pair.
 * @returns the offset in the text; null: nowhere
 */
export function tooDeepAt(text: string): number | null {
  let brackets = 0;
  const indents: number[] = [];
  for (const { 0: line, index: start } of text.matchAll(/[^\n\r]+/g)) {
    if (brackets + blocksOpenedBy(line, indents) > DEPTH_LIMIT) return start;
    for (const { 0: bracket, index } of line.matchAll(/[[\]{}]/g)) {
      brackets += bracket === '[' || bracket === '{' ? 1 : -1;
      if (brackets > DEPTH_LIMIT) return start + index;
    }
  }
  return null;
}

/** Counts the blocks around a line: by indentation, and by `- ` and `? ` before its content. */
function blocksOpenedBy(line: string, indents: number[]): number {
  const [lead = ''] = /^ *(?:[-?] +)*/.exec(line) ?? [];
  if (lead.length === line.length && !/[-?]/.test(line)) return 0;
  const indent = lead.search(/[^ ]|$/);
  while ((indents.at(-1) ?? -1) >= indent) indents.pop();
  indents.push(indent);
  return indents.length + (lead.match(/[-?]/g)?.length ?? 0);
}

/** An invalid construct that the parser accepts. */
interface Hazard {
  readonly offset: number | null;
  readonly message: string;
}

/**
 * Finds what the parser accepts: a repeated key, and an alias inside of its anchor or without one. The parser's own
 * check compares every key with every other.
 */
export function firstHazard(document: Document): Hazard | null {
  const anchors = new Map<string, Node>();
  let found: Hazard | null = null;
  const stop = (node: unknown, message: string): symbol => {
    found = { offset: isNode(node) ? (node.range?.[0] ?? null) : null, message };
    return visit.BREAK;
  };
  visit(document, {
    Value: (_, node) => {
      if (node.anchor !== undefined) anchors.set(node.anchor, node);
      const twice = isMap(node) ? doubledKey(node) : null;
      return twice === null
        ? undefined
        : stop(twice, `the key ${JSON.stringify(twice.value)} is there twice`);
    },
    Alias: (_, alias, path) => {
      const repeated = anchors.get(alias.source);
      if (repeated !== undefined && !path.includes(repeated)) return undefined;
      return stop(alias, problemOf(alias.source, repeated));
    },
  });
  return found;
}

/** The last alias of a document: the largest where aliases nest. */
export function lastAlias(document: Document): number | null {
  let offset: number | null = null;
  visit(document, {
    Alias: (_, alias) => {
      offset = alias.range?.[0] ?? offset;
    },
  });
  return offset;
}

function doubledKey(map: YAMLMap): Scalar | null {
  const known = new Set<unknown>();
  for (const { key } of map.items) {
    if (!isScalar(key)) continue;
    // Keys become text: `1` and `"1"` are equal.
    const name = String(key.value);
    if (known.has(name)) return key;
    known.add(name);
  }
  return null;
}

const problemOf = (name: string, repeated: Node | undefined): string =>
  repeated === undefined
    ? `the alias *${name} repeats nothing: there is no anchor &${name} before it`
    : `the alias *${name} is inside its own anchor &${name}, so that the value would have no end: write it out`;
