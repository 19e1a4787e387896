import type { ExpressionOptions } from '../model/expression-options.ts';
import { lowerInvariant } from './casing.ts';
import { findFunction } from './catalogue.ts';
import type { Call } from './definition.ts';
import { ExpressionError } from './error.ts';
import { MAX_VALUE_LENGTH } from './limits.ts';
import { compareNumbers, constantText } from './number.ts';
import type {
  ArgumentNode,
  CallNode,
  ComparisonNode,
  ComparisonOperator,
  ConcatenationNode,
  ExpressionNode,
  OperandNode,
  WordNode,
} from './tree.ts';
import {
  attributeValue,
  booleanText,
  type Directive,
  type EvaluationContext,
  type Evaluator,
  isDirective,
  isList,
} from './value.ts';

/** Text of the expression, for messages, and options of the job. */
interface Building {
  readonly text: string;
  readonly options: ExpressionOptions;
}

/** Builds the evaluator of a valid tree. */
export function buildEvaluator(node: ExpressionNode, building: Building): Evaluator {
  switch (node.kind) {
    case 'attribute':
      return (context) => attributeValue(context.attribute(node.name));
    case 'text':
      return () => node.value;
    case 'number': {
      const text = constantText(node.text);
      return () => text;
    }
    case 'word':
      return buildWord(node);
    case 'variable':
      return () => {
        throw new ExpressionError(
          'unknownVariable',
          `There is no variable %${node.name}% here; write its value as text.`,
          building.text,
          node.span,
        );
      };
    case 'comparison':
      return buildComparison(node, building);
    case 'concatenation':
      return buildConcatenation(node, building);
    case 'call':
      return buildCall(node, building);
  }
}

const buildWord = ({ word }: WordNode): Evaluator => {
  if (word === 'IgnoreAttributeFlow') return () => ({ kind: 'ignoreAttribute' });
  if (word === 'IgnoreObjectFlow') return () => ({ kind: 'ignoreObject' });
  return () => word;
};

const buildCall = (node: CallNode, building: Building): Evaluator => {
  const definition = findFunction(node.name);
  if (definition === undefined)
    throw new Error(`The function ${node.name} passed validation without a definition.`);
  const call: Call = {
    node,
    options: building.options,
    fail: (code, summary, argument) =>
      new ExpressionError(code, summary, building.text, placeOfArgument(node, argument)),
  };
  const buildPart = (argument: ArgumentNode) =>
    argument.kind === 'blank' ? undefined : buildEvaluator(argument, building);
  return definition.build(call, node.arguments.map(buildPart));
};

const placeOfArgument = (node: CallNode, index: number | undefined) => {
  const argument = index === undefined ? undefined : node.arguments[index];
  return argument === undefined || argument.kind === 'blank' ? node.span : argument.span;
};

/** Null compares like empty text. */
const buildComparison = (node: ComparisonNode, building: Building): Evaluator => {
  const left = buildOperand(node.left, building);
  const right = buildOperand(node.right, building);
  return (context) => {
    const first = left(context);
    if (typeof first !== 'string') return first;
    const second = right(context);
    if (typeof second !== 'string') return second;
    return booleanText(comparisonHolds(first, node.operator, second, building.options));
  };
};

const HOLDS: Readonly<Record<ComparisonOperator, (order: number) => boolean>> = {
  '=': (order) => order === 0,
  '<>': (order) => order !== 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
};

/**
 * Compares as numbers where both are, else by code units.
 * @see Entra "Reference for writing expressions for attribute mappings", IIF
 */
function comparisonHolds(
  left: string,
  operator: ComparisonOperator,
  right: string,
  options: Pick<ExpressionOptions, 'iifCase'>,
): boolean {
  return HOLDS[operator](compareNumbers(left, right) ?? compareTexts(left, right, options.iifCase));
}

const compareTexts = (left: string, right: string, iifCase: ExpressionOptions['iifCase']): number => {
  const fold = iifCase === 'insensitive' ? lowerInvariant : (text: string) => text;
  const [a, b] = [fold(left), fold(right)];
  return a < b ? -1 : Number(a > b);
};

const buildConcatenation = (node: ConcatenationNode, building: Building): Evaluator => {
  const parts = node.parts.map((part) => buildOperand(part, building));
  return (context) => {
    let text = '';
    for (const part of parts) {
      const value = part(context);
      if (typeof value !== 'string') return value;
      text += value;
      if (text.length > MAX_VALUE_LENGTH)
        throw new ExpressionError(
          'limit',
          `The text would have more than ${MAX_VALUE_LENGTH} characters.`,
          building.text,
          node.span,
        );
    }
    return text;
  };
};

/** Builds an evaluator of one text, empty for null; passes directives on. */
const buildOperand = (
  node: OperandNode,
  building: Building,
): ((context: EvaluationContext) => string | Directive) => {
  const evaluator = buildEvaluator(node, building);
  const fail = (summary: string) => new ExpressionError('invalidValue', summary, building.text, node.span);
  return (context) => {
    const value = evaluator(context);
    if (typeof value === 'string') return value;
    if (value === null) return '';
    if (isDirective(value)) {
      if (value.kind === 'roles') throw fail('Role objects cannot be compared or joined.');
      return value;
    }
    if (isList(value) && value.length > 1 && building.options.multiIntoScalar !== 'first')
      throw fail(
        `One value is taken here, not ${value.length}; choose one with Item, or put them together with Join.`,
      );
    return value[0] ?? '';
  };
};
