import { DEFAULT_EXPRESSION_OPTIONS, type ExpressionOptions } from '../model/expression-options.ts';
import { buildEvaluator } from './build.ts';
import { ExpressionError } from './error.ts';
import { parseExpression } from './parse.ts';
import { attributesOf, type ExpressionNode } from './tree.ts';
import { problemsOf } from './validate.ts';
import { type EvaluationContext, type EvaluationResult, isDirective } from './value.ts';

export type { EvaluationContext, EvaluationResult } from './value.ts';

/** A compiled expression. */
export interface CompiledExpression {
  readonly text: string;
  readonly tree: ExpressionNode;
  /** The source attributes it reads, each once. */
  readonly attributes: readonly string[];
  /** Whether the provisioning log shows `[Redact]` instead of its value. */
  readonly redacts: boolean;
  /** Evaluates it for one object. @throws {ExpressionError} only */
  evaluate(context: EvaluationContext): EvaluationResult;
}

/**
 * Compiles an expression for evaluation with many objects.
 * @throws {ExpressionError} for the first error; `checkExpression` finds all
 * @see Entra "Reference for writing expressions for attribute mappings in Microsoft Entra ID"
 */
export function compileExpression(
  text: string,
  options: Partial<ExpressionOptions> = {},
): CompiledExpression {
  const chosen: ExpressionOptions = { ...DEFAULT_EXPRESSION_OPTIONS, ...options };
  const tree = parseExpression(text, chosen);
  for (const { code, summary, span } of problemsOf(tree, chosen))
    throw new ExpressionError(code, summary, text, span);
  const evaluator = buildEvaluator(tree, { text, options: chosen });
  return {
    text,
    tree,
    attributes: attributesOf(tree),
    redacts: tree.kind === 'call' && tree.name === 'Redact',
    evaluate: (context) => {
      const value = evaluator(context);
      return isDirective(value) ? value : { kind: 'value', value };
    },
  };
}
