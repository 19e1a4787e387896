import type { ExpressionOptions } from '../model/expression-options.ts';
import { findFunction } from './catalogue.ts';
import { type CompiledExpression, compileExpression, type EvaluationContext } from './compile.ts';
import { ExpressionError } from './error.ts';
import { parameterAt } from './signature.ts';
import type { ArgumentNode, CallNode, ExpressionNode } from './tree.ts';
import type { EvaluationResult } from './value.ts';

/** @see Graph attributeMappingSource */
interface GraphSource {
  readonly expression: string;
  readonly name: string;
  readonly parameters: readonly { readonly key: string; readonly value: GraphSource }[];
  readonly type: 'Attribute' | 'Constant' | 'Function';
}

/** @see Graph parseExpressionResponse */
export interface ParseExpressionAnswer {
  readonly error: GraphError | null;
  readonly evaluationSucceeded: boolean;
  /** An array also for a single value; empty for null. */
  readonly evaluationResult: readonly string[];
  readonly parsedExpression: GraphSource | null;
  readonly parsingSucceeded: boolean;
}

/** @see Graph publicError */
interface GraphError {
  readonly code: string;
  readonly message: string;
  readonly target: string | null;
  readonly details: readonly never[];
  readonly innerError: null;
}

/**
 * Converts a tree to Graph's mapping source. Blank arguments have no parameter; constants and numbers are quoted.
 * Graph documents no form for comparisons: they become functions named by their operator.
 */
export function graphSource(node: ExpressionNode): GraphSource {
  switch (node.kind) {
    case 'attribute':
      return { expression: printExpression(node), name: node.name, parameters: [], type: 'Attribute' };
    case 'text':
      return constant(node.value);
    case 'number':
      return constant(node.text);
    case 'word':
      return constant(node.word);
    case 'variable':
      return constant(printExpression(node));
    case 'call':
      return functionOf(node, node.name, callParameters(node));
    case 'comparison':
      return functionOf(node, node.operator, [parameter('left', node.left), parameter('right', node.right)]);
    case 'concatenation':
      return functionOf(
        node,
        '&',
        node.parts.map((part) => parameter('source', part)),
      );
  }
}

const constant = (text: string): GraphSource => ({
  expression: quote(text),
  name: text,
  parameters: [],
  type: 'Constant',
});

const functionOf = (
  node: ExpressionNode,
  name: string,
  parameters: GraphSource['parameters'],
): GraphSource => ({
  expression: printExpression(node),
  name,
  parameters,
  type: 'Function',
});

const parameter = (key: string, node: ExpressionNode) => ({ key, value: graphSource(node) });

const callParameters = (node: CallNode): GraphSource['parameters'] => {
  const signature = findFunction(node.name)?.signature;
  const keyed = (argument: ArgumentNode, index: number) =>
    argument.kind === 'blank'
      ? []
      : [parameter((signature && parameterAt(signature, index)?.key) ?? 'source', argument)];
  return node.arguments.flatMap(keyed);
};

/** Writes a text constant, quoted and escaped. */
function quote(value: string): string {
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/**
 * Prints a tree like Graph: a space after each comma, none inside parentheses, blank arguments empty.
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

/**
 * Answers like Graph's parseExpression: the tree, and the value for a test object.
 * @param context the test object; null: parse only
 * @see Graph synchronizationSchema: parseExpression
 */
export function answerParseExpression(
  text: string,
  context: EvaluationContext | null,
  options: Partial<ExpressionOptions> = {},
): ParseExpressionAnswer {
  const compiled = attempt(() => compileExpression(text, options));
  if ('error' in compiled) return { ...NOTHING, error: compiled.error };
  const parsed = { ...NOTHING, parsedExpression: graphSource(compiled.done.tree), parsingSucceeded: true };
  if (context === null) return parsed;
  const evaluated = attempt(() => evaluateToTexts(compiled.done, context));
  return 'error' in evaluated
    ? { ...parsed, error: evaluated.error }
    : { ...parsed, evaluationSucceeded: true, evaluationResult: evaluated.done };
}

const NOTHING: ParseExpressionAnswer = {
  error: null,
  evaluationSucceeded: false,
  evaluationResult: [],
  parsedExpression: null,
  parsingSucceeded: false,
};

type Attempt<Result> = { readonly done: Result } | { readonly error: GraphError };

/** Catches an `ExpressionError`. */
const attempt = <Result>(run: () => Result): Attempt<Result> => {
  try {
    return { done: run() };
  } catch (error) {
    if (error instanceof ExpressionError) return { error: graphError(error.code, error.message) };
    throw error;
  }
};

const graphError = (code: string, message: string): GraphError => ({
  code,
  message,
  target: null,
  details: [],
  innerError: null,
});

/** Role objects become JSON text. @throws {ExpressionError} when the object would be escrowed */
const evaluateToTexts = (compiled: CompiledExpression, context: EvaluationContext): readonly string[] => {
  const result: EvaluationResult = compiled.evaluate(context);
  switch (result.kind) {
    case 'value':
      return result.value === null ? [] : typeof result.value === 'string' ? [result.value] : result.value;
    case 'roles':
      return result.roles.roles.map((role) => JSON.stringify(role));
    case 'escrow':
      throw new ExpressionError('outOfRange', result.message, compiled.text, compiled.tree.span);
    default:
      return [];
  }
};
