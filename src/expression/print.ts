import type { ArgumentNode } from './tree.ts';

/** Writes text as a constant of the language: in quotation marks, with its escapes. */
export function quote(value: string): string {
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/**
 * Writes a tree as text the way Graph renders it: a blank after each comma, none inside parentheses, blank
 * arguments as empty slots.
 * @see Graph synchronizationSchema: parseExpression
 */
export function printExpression(node: ArgumentNode): string {
  switch (node.kind) {
    case 'blank':
      return '';
    case 'attribute':
      return `[${node.name}]`;
    case 'text':
      return quote(node.value);
    case 'number':
      return node.text;
    case 'word':
      return node.word;
    case 'variable':
      return `%${node.name}%`;
    case 'comparison':
      return `${printExpression(node.left)} ${node.operator} ${printExpression(node.right)}`;
    case 'concatenation':
      return node.parts.map(printExpression).join(' & ');
    case 'call':
      return `${node.name}(${node.arguments.map(printExpression).join(', ')})`;
  }
}
