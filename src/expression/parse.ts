import { DEFAULT_EXPRESSION_OPTIONS, type ExpressionOptions } from '../model/expression-options.ts';
import { adviceOnQuotes, foreignOperator } from './elsewhere.ts';
import { ExpressionError } from './error.ts';
import { MAX_DEPTH, MAX_EXPRESSION_LENGTH } from './limits.ts';
import { accept, type Reader, scanAttribute, scanText, skipWhiteSpace, syntaxError, take } from './scan.ts';
import {
  type ArgumentNode,
  type CallNode,
  COMPARISON_OPERATORS,
  type ComparisonOperator,
  type ExpressionNode,
  type OperandNode,
  type SingleNode,
  WORDS,
  type Word,
} from './tree.ts';

const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const NUMBER = /-?[0-9]+(?:\.[0-9]+)?(?![A-Za-z0-9_.])/y;
const HEXADECIMAL = /&[Hh][0-9A-Fa-f]+(?![A-Za-z0-9_])/y;
const VARIABLE = /%[A-Za-z_][A-Za-z0-9_]*%/y;

interface Parser extends Reader {
  readonly options: Pick<ExpressionOptions, 'ampersand'>;
  depth: number;
}

/** The span from `start` to the current position. */
const spanFrom = (parser: Parser, start: number) => ({ start, end: parser.position });

/** call = name ws "(" ws [ argument { "," argument } ] ws ")" */
const parseCall = (parser: Parser, name: string, start: number): CallNode => {
  const nameSpan = { start, end: start + name.length };
  parser.depth += 1;
  if (parser.depth > MAX_DEPTH)
    throw new ExpressionError(
      'limit',
      `Functions are nested more than ${MAX_DEPTH} deep; split the expression.`,
      parser.text,
      nameSpan,
    );
  const parsed: ArgumentNode[] = [];
  skipWhiteSpace(parser);
  if (!accept(parser, ')'))
    for (;;) {
      parsed.push(parseArgument(parser));
      if (accept(parser, ')')) break;
      if (accept(parser, ',')) continue;
      throw unexpected(parser, `a comma or the closing parenthesis of ${name}`);
    }
  parser.depth -= 1;
  return { kind: 'call', name, arguments: parsed, nameSpan, span: spanFrom(parser, start) };
};

/** argument = ws [ operandOrComparison ] ws */
const parseArgument = (parser: Parser): ArgumentNode => {
  const start = parser.position;
  skipWhiteSpace(parser);
  const next = parser.text.charAt(parser.position);
  if (next === ',' || next === ')') return { kind: 'blank', span: { start, end: parser.position } };
  return parseOperandOrComparison(parser);
};

/** operandOrComparison = operand [ ws ( "=" | "<>" | ">" | ">=" | "<" | "<=" ) ws operand ] ws */
const parseOperandOrComparison = (parser: Parser): ExpressionNode => {
  const left = parseOperand(parser);
  const operator = COMPARISON_OPERATORS.find((each): each is ComparisonOperator => accept(parser, each));
  if (operator === undefined) return left;
  skipWhiteSpace(parser);
  const right = parseOperand(parser);
  return { kind: 'comparison', operator, left, right, span: { start: left.span.start, end: right.span.end } };
};

/** operand = single ws { "&" ws single ws }; the repetition only where the options allow it */
const parseOperand = (parser: Parser): OperandNode => {
  const first = parseSingle(parser);
  skipWhiteSpace(parser);
  const parts = [first];
  while (parser.text.charAt(parser.position) === '&') {
    if (parser.text.startsWith('&&', parser.position)) break;
    if (parser.options.ampersand === 'reject')
      throw syntaxError(parser, 'Text is not joined with & here; use Append or Join.', {
        start: parser.position,
        end: parser.position + 1,
      });
    parser.position += 1;
    skipWhiteSpace(parser);
    parts.push(parseSingle(parser));
    skipWhiteSpace(parser);
  }
  const last = parts.at(-1) ?? first;
  if (parts.length === 1) return first;
  return { kind: 'concatenation', parts, span: { start: first.span.start, end: last.span.end } };
};

/** single = call | attribute | string | number | hexadecimal | word | variable */
const parseSingle = (parser: Parser): SingleNode => {
  const start = parser.position;
  const first = parser.text.charAt(start);
  if (first === '[') return { kind: 'attribute', name: scanAttribute(parser), span: spanFrom(parser, start) };
  if (first === '"') return { kind: 'text', value: scanText(parser), span: spanFrom(parser, start) };
  const number = take(parser, NUMBER) ?? take(parser, HEXADECIMAL);
  if (number !== null) return { kind: 'number', text: number, span: spanFrom(parser, start) };
  const variable = take(parser, VARIABLE);
  if (variable !== null)
    return { kind: 'variable', name: variable.slice(1, -1), span: spanFrom(parser, start) };
  const name = take(parser, NAME);
  if (name === null)
    throw unexpected(parser, 'an attribute in brackets, text in quotation marks or a function');
  return parseNamed(parser, name, start);
};

/** A name before a parenthesis is a function, else a word. */
const parseNamed = (parser: Parser, name: string, start: number): SingleNode => {
  const span = spanFrom(parser, start);
  skipWhiteSpace(parser);
  if (accept(parser, '(')) return parseCall(parser, name, start);
  if ((WORDS as readonly string[]).includes(name)) return { kind: 'word', word: name as Word, span };
  const foreign = foreignOperator(name);
  if (foreign !== null) throw syntaxError(parser, foreign.advice, span);
  throw syntaxError(
    parser,
    `${name} is neither a function nor an attribute nor text: write ${name}(…), [${name}] or "${name}".`,
    span,
  );
};

/** The error of an unexpected character. */
const unexpected = (parser: Parser, expected: string): ExpressionError => {
  const found = parser.text.charAt(parser.position);
  const span = { start: parser.position, end: Math.min(parser.position + 1, parser.text.length) };
  if (found === '') return syntaxError(parser, `The expression ends where ${expected} is expected.`, span);
  const foreign = foreignOperator(parser.text.slice(parser.position));
  if (foreign !== null)
    return syntaxError(parser, foreign.advice, { ...span, end: span.start + foreign.operator.length });
  const hint = found === "'" ? 'Text needs double quotation marks.' : adviceOnQuotes(found);
  return syntaxError(
    parser,
    `Found ${found} where ${expected} is expected.${hint === null ? '' : ` ${hint}`}`,
    span,
  );
};

/**
 * Parses an expression: expression = ws operandOrComparison ws EOF
 * @throws {ExpressionError} when the text violates the grammar or exceeds a limit
 */
export function parseExpression(
  text: string,
  options: Pick<ExpressionOptions, 'ampersand'> = DEFAULT_EXPRESSION_OPTIONS,
): ExpressionNode {
  if (text.length > MAX_EXPRESSION_LENGTH)
    throw new ExpressionError(
      'limit',
      `The expression has ${text.length} characters; the maximum is ${MAX_EXPRESSION_LENGTH}.`,
      text,
      { start: MAX_EXPRESSION_LENGTH, end: MAX_EXPRESSION_LENGTH + 1 },
    );
  const parser: Parser = { text, position: 0, depth: 0, options };
  skipWhiteSpace(parser);
  const tree = parseOperandOrComparison(parser);
  if (parser.position < text.length) throw unexpected(parser, 'the end of the expression');
  return tree;
}
