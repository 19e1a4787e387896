import type { Span } from './tree.ts';

/** The kind of an error of an expression or its evaluation. */
export type ExpressionErrorCode =
  /** The text violates the grammar. */
  | 'syntax'
  /** The text, its nesting, or an intermediate text exceeds its limit. */
  | 'limit'
  | 'unknownFunction'
  | 'argumentCount'
  | 'missingArgument'
  /** The function is not allowed here. */
  | 'misplaced'
  | 'unknownVariable'
  /** The default domain of the tenant is not configured. */
  | 'unknownDomain'
  /** The function does not accept the value of an argument. */
  | 'invalidValue'
  /** An index or number is out of range. */
  | 'outOfRange'
  | 'invalidDate'
  | 'invalidFormat'
  | 'invalidPattern'
  /** A pattern exceeded its time limit. */
  | 'patternTimeout'
  /** A condition reads an attribute without a value, under the strict option. */
  | 'nullCondition';

/** Characters of a line that a message shows. */
const DRAWN_LENGTH = 120;

/** Draws the line where a span begins, with carets under the span. */
export function drawSpan(text: string, span: Span): string {
  const lineStart = text.slice(0, span.start).lastIndexOf('\n') + 1;
  const lineBreak = text.indexOf('\n', lineStart);
  const lineEnd = lineBreak === -1 ? text.length : lineBreak;
  const column = span.start - lineStart;
  const from = column > DRAWN_LENGTH / 2 ? lineStart + column - DRAWN_LENGTH / 2 : lineStart;
  // Control characters would displace the carets.
  const drawn = text.slice(from, Math.min(lineEnd, from + DRAWN_LENGTH)).replace(/\p{Cc}/gu, ' ');
  const width = Math.min(span.end, lineEnd, from + DRAWN_LENGTH) - span.start;
  return `${drawn}\n${' '.repeat(span.start - from)}${'^'.repeat(Math.max(1, width))}`;
}

/** An expression is invalid, or failed for an object. */
export class ExpressionError extends Error {
  readonly code: ExpressionErrorCode;
  readonly span: Span;
  /** The error in one line; the message adds the position. */
  readonly summary: string;

  constructor(code: ExpressionErrorCode, summary: string, text: string, span: Span) {
    super(`${summary}\n${drawSpan(text, span)}`);
    this.name = 'ExpressionError';
    this.code = code;
    this.span = span;
    this.summary = summary;
  }
}
