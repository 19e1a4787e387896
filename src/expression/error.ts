import type { Span } from './tree.ts';

/** What is wrong with an expression or with its evaluation. */
export type ExpressionErrorCode =
  /** The text does not follow the grammar. */
  | 'syntax'
  /** The text, its nesting, or a text made on the way is over its limit. */
  | 'limit'
  | 'unknownFunction'
  | 'argumentCount'
  | 'missingArgument'
  /** The function may not stand at this place. */
  | 'misplaced'
  | 'unknownVariable'
  /** The value of an argument is not what the function takes. */
  | 'invalidValue'
  /** An index or a number is outside of what the function takes. */
  | 'outOfRange'
  | 'invalidDate'
  | 'invalidFormat'
  | 'invalidPattern'
  /** A pattern ran into its time limit. */
  | 'patternTimeout'
  /** A condition reads an attribute without a value, and the job is strict about it. */
  | 'nullCondition';

/** The longest stretch of a line that a message draws. */
const DRAWN_LENGTH = 120;

/** Draws the line of a text that a span begins in, with carets under the span. */
export function drawSpan(text: string, span: Span): string {
  const lineStart = text.slice(0, span.start).lastIndexOf('\n') + 1;
  const lineBreak = text.indexOf('\n', lineStart);
  const lineEnd = lineBreak === -1 ? text.length : lineBreak;
  const column = span.start - lineStart;
  const from = column > DRAWN_LENGTH / 2 ? lineStart + column - DRAWN_LENGTH / 2 : lineStart;
  // Control characters would move the carets away from their place.
  const drawn = text.slice(from, Math.min(lineEnd, from + DRAWN_LENGTH)).replace(/\p{Cc}/gu, ' ');
  const width = Math.min(span.end, lineEnd, from + DRAWN_LENGTH) - span.start;
  return `${drawn}\n${' '.repeat(span.start - from)}${'^'.repeat(Math.max(1, width))}`;
}

/** An expression is not valid, or could not be evaluated for an object. */
export class ExpressionError extends Error {
  readonly code: ExpressionErrorCode;
  readonly span: Span;
  /** What is wrong, in one line; the message adds the place. */
  readonly summary: string;

  constructor(code: ExpressionErrorCode, summary: string, text: string, span: Span) {
    super(`${summary}\n${drawSpan(text, span)}`);
    this.name = 'ExpressionError';
    this.code = code;
    this.span = span;
    this.summary = summary;
  }
}
