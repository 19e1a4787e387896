import type { ExpressionOptions } from '../model/expression-options.ts';
import { nearestName } from '../model/nearest-name.ts';
import { FUNCTION_CATALOGUE, findFunction } from './catalogue.ts';
import type { FunctionDefinition } from './definition.ts';
import { foreignOperator, productKnowing } from './elsewhere.ts';
import type { ExpressionErrorCode } from './error.ts';
import { parameterAt } from './signature.ts';
import { type CallNode, type ExpressionNode, nodesOf, type Span } from './tree.ts';

/** An error of a tree, independent of objects. */
interface TreeProblem {
  readonly code: ExpressionErrorCode;
  readonly span: Span;
  readonly summary: string;
}

/** Yields all errors of a tree, in the order of the text. */
export function* problemsOf(tree: ExpressionNode, options: ExpressionOptions): Iterable<TreeProblem> {
  for (const node of nodesOf(tree)) {
    if (node.kind !== 'call') continue;
    const definition = findFunction(node.name);
    if (definition === undefined) yield unknownFunction(node);
    else yield* callProblems(node, definition, options);
    if (node.name === 'SelectUniqueValue' && node !== tree)
      yield {
        code: 'misplaced',
        span: node.nameSpan,
        summary: 'SelectUniqueValue must be the outermost function; put the other functions into its rules.',
      };
  }
}

const unknownFunction = (node: CallNode): TreeProblem => {
  const { name } = node;
  const meant = nearestName(
    name,
    FUNCTION_CATALOGUE.map((entry) => entry.name),
  );
  const product = productKnowing(name);
  const foreign = meant?.toLowerCase() === name.toLowerCase() ? null : foreignOperator(name);
  if (foreign !== null) return { code: 'unknownFunction', span: node.nameSpan, summary: foreign.advice };
  const hint =
    product !== undefined
      ? ` It is known in ${product}, not in this service.`
      : meant !== undefined
        ? suggestionFor(name, meant)
        : '';
  return { code: 'unknownFunction', span: node.nameSpan, summary: `There is no function ${name}.${hint}` };
};

/** The suggestion of a name, to follow a sentence. */
export function suggestionFor(written: string, meant: string): string {
  return meant.toLowerCase() === written.toLowerCase()
    ? ` Did you mean ${meant}? Names are case-sensitive.`
    : ` Did you mean ${meant}?`;
}

function* callProblems(
  node: CallNode,
  definition: FunctionDefinition,
  options: ExpressionOptions,
): Iterable<TreeProblem> {
  const count = node.arguments.length;
  const special = definition.checkArguments?.(node.arguments, options);
  const problem = special === undefined ? countProblem(definition, count) : special;
  if (problem !== null) yield { code: 'argumentCount', span: node.nameSpan, summary: problem };
  // The former signature has other positions: blanks cannot be checked.
  if (problem !== null || count < definition.signature.minimum) return;
  for (const [index, argument] of node.arguments.entries()) {
    const parameter = parameterAt(definition.signature, index);
    if (argument.kind === 'blank' && parameter?.isRequired === true)
      yield {
        code: 'missingArgument',
        span: node.span,
        summary: `${node.name} lacks its argument ${index + 1}, ${parameter.name}: ${definition.text}.`,
      };
  }
}

const countProblem = ({ signature, text }: FunctionDefinition, count: number): string | null => {
  const { name, minimum, maximum } = signature;
  if (count >= minimum && count <= maximum) return null;
  const range =
    minimum === maximum
      ? String(minimum)
      : maximum === Number.POSITIVE_INFINITY
        ? `at least ${minimum}`
        : `${minimum} to ${maximum}`;
  return `${name} takes ${range} argument${range === '1' || range === 'at least 1' ? '' : 's'}, here ${count === 1 ? 'is' : 'are'} ${count}: ${text}.`;
};
