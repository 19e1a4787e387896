import type { ExpressionOptions } from '../model/expression-options.ts';
import type { ExpressionError, ExpressionErrorCode } from './error.ts';
import { MAX_VALUE_LENGTH } from './limits.ts';
import { parseSignature, type Signature } from './signature.ts';
import type { ArgumentNode, CallNode } from './tree.ts';
import {
  type EvaluationContext,
  type Evaluator,
  isDirective,
  isList,
  type Plain,
  type Value,
} from './value.ts';

/** A function call, as its implementation sees it. */
export interface Call {
  readonly node: CallNode;
  readonly options: ExpressionOptions;
  /** Makes an error with carets under the call or an argument. */
  fail(code: ExpressionErrorCode, summary: string, argument?: number): ExpressionError;
}

/** Groups of functions. */
export type FunctionGroup = 'text' | 'list' | 'logic' | 'number' | 'date' | 'role' | 'generator' | 'flow';

/** @see FunctionDefinition.checkArguments */
export type ArgumentsCheck = (
  args: readonly ArgumentNode[],
  options: ExpressionOptions,
) => string | null | undefined;

/** A function of the language. */
export interface FunctionDefinition {
  readonly group: FunctionGroup;
  /** As in the reference; `?` marks optional parameters, `…` repeated ones. */
  readonly text: string;
  readonly signature: Signature;
  /** One sentence on its result. */
  readonly description: string;
  /** Checks arguments beyond the signature. Null: valid; undefined: the signature decides. */
  readonly checkArguments?: ArgumentsCheck;
  /**
   * Makes the evaluator of a call. Arguments are evaluators, undefined where blank; the function decides whether and
   * when they run.
   */
  readonly build: (call: Call, parts: readonly (Evaluator | undefined)[]) => Evaluator;
}

/** Evaluated arguments; undefined where blank. */
export type Arguments = readonly (Plain | undefined)[];

/** Computes a function from its evaluated arguments. */
type Apply = (args: Arguments, call: Call, context: EvaluationContext) => Value;

/** Builds a function that evaluates all its arguments first. A directive among them becomes the result. */
export function eager(apply: Apply): FunctionDefinition['build'] {
  return (call, parts) => (context) => {
    const args: (Plain | undefined)[] = [];
    for (const part of parts) {
      const value = part?.(context);
      if (value !== undefined && isDirective(value)) return directiveInside(value, call, args.length);
      args.push(value);
    }
    return apply(args, call, context);
  };
}

/** Passes a directive on; role objects are an error. */
export function directiveInside(value: Exclude<Value, Plain>, call: Call, argument: number): Value {
  if (value.kind !== 'roles') return value;
  throw call.fail('invalidValue', `${call.node.name} cannot take role objects.`, argument);
}

/**
 * Builds a text function that maps over the values of its first argument. The options `multiIntoScalar` and
 * `nullSourceText` apply.
 */
export function ofText(
  apply: (source: string, args: Arguments, call: Call) => string,
): FunctionDefinition['build'] {
  return eager((args, call) => overText(args[0] ?? null, call, (source) => apply(source, args, call)));
}

/** Applies a text function to a value, within the length limit. @see ofText */
export function overText(source: Plain, call: Call, apply: (text: string) => string): Plain {
  let length = 0;
  const applied = (text: string): string => {
    const made = apply(text);
    length += made.length;
    assertLength(length, call);
    return made;
  };
  if (source === null) return call.options.nullSourceText === 'empty' ? applied('') : null;
  if (typeof source === 'string') return applied(source);
  if (source.length > 1 && call.options.multiIntoScalar === 'reject') throw severalValues(source, call, 0);
  const [first = ''] = source;
  return source.length === 1 || call.options.multiIntoScalar === 'first'
    ? applied(first)
    : source.map(applied);
}

/** The single text of an argument; null when it has no value. @throws {ExpressionError} for several values */
export function textAt(args: Arguments, index: number, call: Call): string | null {
  const value = args[index] ?? null;
  if (!isList(value)) return value;
  if (value.length > 1 && call.options.multiIntoScalar !== 'first') throw severalValues(value, call, index);
  return value[0] ?? null;
}

/** The error of several values where one is expected. */
const severalValues = (value: readonly string[], call: Call, index: number): ExpressionError =>
  call.fail(
    'invalidValue',
    `${call.node.name} takes one value here, not ${value.length}; choose one with Item, or put them together with Join.`,
    index,
  );

/** Refuses lengths beyond the limit. @throws {ExpressionError} */
export function assertLength(length: number, call: Call): void {
  if (length > MAX_VALUE_LENGTH)
    throw call.fail('limit', `${call.node.name} would make more than ${MAX_VALUE_LENGTH} characters.`);
}

/** Makes definitions of a group of functions. */
export function define(group: FunctionGroup) {
  return (
    text: string,
    description: string,
    build: FunctionDefinition['build'],
    more: { keys?: readonly string[]; checkArguments?: ArgumentsCheck } = {},
  ): FunctionDefinition => ({
    group,
    text,
    description,
    signature: parseSignature(text, more.keys),
    build,
    ...(more.checkArguments === undefined ? {} : { checkArguments: more.checkArguments }),
  });
}
