/** A range of the text: 0-based offsets, the end excluded. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The comparison operators of a condition. */
export const COMPARISON_OPERATORS = ['=', '<>', '>=', '<=', '>', '<'] as const;

/** A comparison operator of a condition. */
export type ComparisonOperator = (typeof COMPARISON_OPERATORS)[number];

/** Words that need no quotes. */
export const WORDS = ['vbTextCompare', 'vbBinaryCompare', 'IgnoreAttributeFlow', 'IgnoreObjectFlow'] as const;

/** A word that needs no quotes. */
export type Word = (typeof WORDS)[number];

/** A source attribute: `[mail]`. Names are case-sensitive. */
interface AttributeNode {
  readonly kind: 'attribute';
  readonly name: string;
  readonly span: Span;
}

/** Text in double quotes; `value` is unescaped. */
interface TextNode {
  readonly kind: 'text';
  readonly value: string;
  readonly span: Span;
}

/** A number, decimal (`-14`, `1.9`) or hexadecimal (`&HF7`), as written. */
interface NumberNode {
  readonly kind: 'number';
  readonly text: string;
  readonly span: Span;
}

/** A word without quotes. */
export interface WordNode {
  readonly kind: 'word';
  readonly word: Word;
  readonly span: Span;
}

/** A variable of the service: `%DomainFQDN%`. */
interface VariableNode {
  readonly kind: 'variable';
  readonly name: string;
  readonly span: Span;
}

/** A function call. */
export interface CallNode {
  readonly kind: 'call';
  readonly name: string;
  readonly arguments: readonly ArgumentNode[];
  /** The name alone. */
  readonly nameSpan: Span;
  readonly span: Span;
}

/** Two operands compared. */
export interface ComparisonNode {
  readonly kind: 'comparison';
  readonly operator: ComparisonOperator;
  readonly left: OperandNode;
  readonly right: OperandNode;
  readonly span: Span;
}

/** Operands joined by `&`; only where the option `ampersand` allows it. */
export interface ConcatenationNode {
  readonly kind: 'concatenation';
  readonly parts: readonly SingleNode[];
  readonly span: Span;
}

/** An omitted argument. */
interface BlankNode {
  readonly kind: 'blank';
  readonly span: Span;
}

/** A single operand. */
export type SingleNode = AttributeNode | TextNode | NumberNode | WordNode | VariableNode | CallNode;

/** An operand of a comparison. */
export type OperandNode = SingleNode | ConcatenationNode;

/** An expression or a supplied argument. */
export type ExpressionNode = OperandNode | ComparisonNode;

/** An argument, supplied or blank. */
export type ArgumentNode = ExpressionNode | BlankNode;

/** The children of a node, in the order of the text. */
export function childrenOf(node: ArgumentNode): readonly ArgumentNode[] {
  switch (node.kind) {
    case 'call':
      return node.arguments;
    case 'comparison':
      return [node.left, node.right];
    case 'concatenation':
      return node.parts;
    default:
      return [];
  }
}

/** Yields a node and its descendants, in the order of the text. */
export function* nodesOf(node: ArgumentNode): Iterable<ArgumentNode> {
  yield node;
  for (const child of childrenOf(node)) yield* nodesOf(child);
}

/** The source attributes that a node reads, each once, in the order of the text. */
export function attributesOf(node: ArgumentNode): readonly string[] {
  const names = new Set<string>();
  for (const each of nodesOf(node)) if (each.kind === 'attribute') names.add(each.name);
  return [...names];
}
