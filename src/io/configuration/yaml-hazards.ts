import { type Document, isMap, isNode, isScalar, type Node, type Scalar, visit, type YAMLMap } from 'yaml';

/** Deeper than any schema, and shallow enough for a parser that recurses. */
export const DEPTH_LIMIT = 200;

/**
 * Estimates where a text of JSON or YAML is nested too deeply, before a parser sees it. Brackets inside of texts count
 * too, and there they come in pairs.
 * @returns the offset in the text; null when it is not
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

/** Counts the blocks that a line lies in: by its indentation, and by the `- ` and `? ` before its content. */
function blocksOpenedBy(line: string, indents: number[]): number {
  const [lead = ''] = /^ *(?:[-?] +)*/.exec(line) ?? [];
  if (lead.length === line.length && !/[-?]/.test(line)) return 0;
  const indent = lead.search(/[^ ]|$/);
  while ((indents.at(-1) ?? -1) >= indent) indents.pop();
  indents.push(indent);
  return indents.length + (lead.match(/[-?]/g)?.length ?? 0);
}

/** Something that the parser lets pass, and that has no value. */
export interface Hazard {
  readonly offset: number | null;
  readonly message: string;
}

/**
 * Finds what the parser lets pass: a key that is there twice, and an alias that stands inside of what it repeats, or
 * repeats nothing. The parser itself compares every key with every other one.
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

/** The last alias of a document: what it repeats is the largest where each alias repeats others. */
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
    // A key of an object is a text: `1` and `"1"` are the same there.
    const name = String(key.value);
    if (known.has(name)) return key;
    known.add(name);
  }
  return null;
}

const problemOf = (name: string, repeated: Node | undefined): string =>
  repeated === undefined
    ? `the alias *${name} repeats nothing: there is no anchor &${name} before it`
    : `the alias *${name} stands inside of what it repeats (&${name}), so that the value would have no end: write it out`;
