/**
 * Checks the part of Mermaid's grammar that the pages use. Mermaid's own parser of these two kinds of diagram comes only
 * with the whole renderer and needs a DOM; the package `@mermaid-js/parser` does not know them.
 * @see https://mermaid.js.org/syntax/flowchart.html and https://mermaid.js.org/syntax/sequenceDiagram.html
 * @returns what is wrong, one text for each line; empty: nothing
 */
export function problemsOfDiagram(block: string): readonly string[] {
  const [head = '', ...lines] = block.split('\n').filter((line) => line.trim() !== '');
  if (/^flowchart (TB|LR)$/.test(head)) return problemsOfFlowchart(lines);
  if (head === 'sequenceDiagram') return problemsOfSequence(lines);
  return [`no diagram that is checked: ${head}`];
}

/** `end` closes a block, whatever its case, so that no node can have this name. */
const NAME = '(?!end\\b)[a-z][\\w]*';
const NODE = `${NAME}(?:\\["[^"]+"\\])?`;
const NODES = `${NODE}(?: & ${NODE})*`;
const EDGE = ' (?:-->|-\\.->|~~~)(?:\\|[^|"]+\\|)? ';
const STATEMENT = new RegExp(`^${NODES}(?:${EDGE}${NODES})*$`, 'i');
const SUBGRAPH = new RegExp(`^subgraph ${NAME}(?: \\["[^"]+"\\])?$`, 'i');

function problemsOfFlowchart(lines: readonly string[]): readonly string[] {
  return problemsOfLines(lines, (line) => {
    if (SUBGRAPH.test(line)) return 'open';
    if (line === 'end') return 'close';
    return STATEMENT.test(line) || /^direction (TB|LR)$/.test(line) ? 'line' : 'wrong';
  });
}

function problemsOfSequence(lines: readonly string[]): readonly string[] {
  const participants = new Set<string>();
  return problemsOfLines(lines, (line) => {
    const participant = /^participant (\w+)(?: as [^;#]+)?$/.exec(line)?.[1];
    if (participant !== undefined) {
      participants.add(participant);
      return 'line';
    }
    if (/^(?:loop|opt|alt|par) [^;#]+$/.test(line)) return 'open';
    if (/^(?:else|and) [^;#]+$/.test(line)) return 'line';
    if (line === 'end') return 'close';
    const message = /^(\w+)(?:->>|-->>)(\w+): [^;#]+$/.exec(line);
    const note = /^Note (?:over|left of|right of) (\w+)(?:,(\w+))?: [^;#]+$/.exec(line);
    const named = (message ?? note)?.slice(1).filter((name) => name !== undefined);
    return named?.every((name) => participants.has(name)) ? 'line' : 'wrong';
  });
}

type Kind = 'open' | 'close' | 'line' | 'wrong';

function problemsOfLines(lines: readonly string[], kindOf: (line: string) => Kind): readonly string[] {
  const problems: string[] = [];
  let depth = 0;
  for (const line of lines.map((one) => one.trim())) {
    const kind = kindOf(line);
    if (kind === 'open') depth += 1;
    if (kind === 'close') depth -= 1;
    if (kind === 'wrong' || depth < 0) problems.push(line);
    if (depth < 0) depth = 0;
  }
  return depth === 0 ? problems : [...problems, `${depth} blocks are not closed`];
}
