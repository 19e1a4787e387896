import { DEFAULT_EXPRESSION_OPTIONS, type ExpressionOptions } from '../model/expression-options.ts';
import { nearestName } from '../model/nearest-name.ts';
import type { FlowType } from '../model/schema.ts';
import { ExpressionError, type ExpressionErrorCode } from './error.ts';
import { lintsOf } from './lint.ts';
import { parseExpression } from './parse.ts';
import { type ExpressionNode, nodesOf, type Span } from './tree.ts';
import { problemsOf, suggestionFor } from './validate.ts';

/** An error of an expression, or a likely surprise. */
export interface ExpressionIssue {
  /** Graph refuses to save an error; a warning passes. */
  readonly severity: 'error' | 'warning';
  readonly code: ExpressionErrorCode | 'unknownAttribute' | 'lint';
  readonly span: Span;
  readonly message: string;
}

/** The context of a saved expression. */
export interface ExpressionPlace {
  /** Declared source attributes; absent: any name passes. */
  readonly attributes?: ReadonlySet<string>;
  /** What declares them, as the subject of a sentence; absent: the source. */
  readonly declaredBy?: string;
  /** Whether the target attribute is a matching attribute. */
  readonly isMatching?: boolean;
  readonly flowType?: FlowType;
  readonly options?: Partial<ExpressionOptions>;
}

/** Finds all issues of an expression, in the order of the text. */
export function checkExpression(text: string, place: ExpressionPlace = {}): readonly ExpressionIssue[] {
  const options = { ...DEFAULT_EXPRESSION_OPTIONS, ...place.options };
  try {
    const tree = parseExpression(text, options);
    return [...treeIssues(tree, place, options)].sort((a, b) => a.span.start - b.span.start);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return [{ severity: 'error', code: error.code, span: error.span, message: error.summary }];
  }
}

function* treeIssues(
  tree: ExpressionNode,
  place: ExpressionPlace,
  options: ExpressionOptions,
): Iterable<ExpressionIssue> {
  for (const { code, span, summary } of problemsOf(tree, options))
    yield { severity: 'error', code, span, message: summary };
  yield* nameIssues(tree, place);
  yield* uniqueValueIssues(tree, place);
  for (const { span, message } of lintsOf(tree)) yield { severity: 'warning', code: 'lint', span, message };
}

/** Undeclared attributes, and variables, which exist only in another product. */
function* nameIssues(
  tree: ExpressionNode,
  { attributes: known, declaredBy = 'The source' }: ExpressionPlace,
): Iterable<ExpressionIssue> {
  for (const node of nodesOf(tree)) {
    if (node.kind === 'variable')
      yield {
        severity: 'error',
        code: 'unknownVariable',
        span: node.span,
        message: `There is no variable %${node.name}% here; write its value as text.`,
      };
    if (node.kind !== 'attribute' || known === undefined || known.has(node.name)) continue;
    const meant = nearestName(node.name, known);
    const hint = meant === undefined ? '' : suggestionFor(node.name, meant);
    yield {
      severity: 'error',
      code: 'unknownAttribute',
      span: node.span,
      message: `${declaredBy} has no attribute ${node.name}.${hint}`,
    };
  }
}

/** @see Entra "Reference for writing expressions for attribute mappings", SelectUniqueValue */
function* uniqueValueIssues(tree: ExpressionNode, place: ExpressionPlace): Iterable<ExpressionIssue> {
  if (tree.kind !== 'call' || tree.name !== 'SelectUniqueValue') return;
  const issue = { severity: 'error', code: 'misplaced', span: tree.nameSpan } as const;
  if (place.isMatching === true)
    yield {
      ...issue,
      message: 'SelectUniqueValue cannot compute a matching attribute; choose another matching attribute.',
    };
  if (place.flowType !== undefined && place.flowType !== 'ObjectAddOnly')
    yield {
      ...issue,
      message: `SelectUniqueValue works only during object creation: the flow type is ${place.flowType}, and must be ObjectAddOnly.`,
    };
  yield {
    ...issue,
    severity: 'warning',
    message:
      'The service offers SelectUniqueValue for provisioning from HR to Active Directory only, not for SCIM applications.',
  };
}
