import { readFileSync } from 'node:fs';
import { compileExpression } from '../../src/expression/compile.ts';
import { ExpressionError } from '../../src/expression/error.ts';
import type { EvaluationContext, EvaluationResult } from '../../src/expression/value.ts';
import type { ExpressionOptions } from '../../src/model/expression-options.ts';

type Held = string | boolean | readonly string[];

/** What the fixtures say of a result. */
export interface Expected {
  readonly value?: string | readonly string[] | null;
  readonly error?: true;
  readonly ignore?: 'attribute' | 'object';
  readonly escrow?: true;
  readonly roles?: readonly { readonly value: string; readonly displayName: string }[];
  readonly matches?: string;
  readonly oneOf?: readonly string[];
}

/** An expression of the fixtures with its result. */
export interface Case {
  readonly id: string;
  readonly expression: string;
  readonly attributes?: Readonly<Record<string, Held>>;
  readonly now?: string;
  readonly existing?: readonly string[];
  readonly defaultDomain?: string;
  readonly expected: Expected;
  readonly redacts?: true;
  readonly certain: boolean;
  readonly choice?: keyof ExpressionOptions;
  readonly alternatives?: readonly Expected[];
}

/** Reads a file of fixtures/expressions. */
export const readFixture = <Content>(name: string): Content =>
  JSON.parse(
    readFileSync(new URL(`../../fixtures/expressions/${name}.json`, import.meta.url), 'utf8'),
  ) as Content;

/** An object with these attributes, at a fixed time and with dice that follow a sequence. */
export const aContext = (
  attributes: Readonly<Record<string, Held>> = {},
  more: Partial<EvaluationContext> = {},
): EvaluationContext => {
  let seed = 1;
  return {
    attribute: (name) => attributes[name] ?? null,
    now: '2025-07-30T00:00:00Z',
    guid: () => '39aa8cb3-1b7b-435e-95f8-f06cea133828',
    random: () => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed / 2_147_483_647;
    },
    ...more,
  };
};

/** Evaluates an expression for an object. */
export const evaluate = (
  expression: string,
  attributes: Readonly<Record<string, Held>> = {},
  options: Partial<ExpressionOptions> = {},
): EvaluationResult => compileExpression(expression, options).evaluate(aContext(attributes));

/** The value of an expression for an object. */
export const resultOf = (...args: Parameters<typeof evaluate>): string | readonly string[] | null => {
  const result = evaluate(...args);
  if (result.kind !== 'value') throw new Error(`not a value: ${JSON.stringify(result)}`);
  return result.value;
};

/** The error of an expression, in compiling or in evaluating it. */
export const errorOf = (...args: Parameters<typeof evaluate>): ExpressionError => {
  try {
    evaluate(...args);
  } catch (error) {
    if (error instanceof ExpressionError) return error;
    throw error;
  }
  throw new Error(`no error: ${args[0]}`);
};

/** Runs a case and says what came of it in the words of the fixtures. */
export const outcomeOf = (example: Case, options: Partial<ExpressionOptions> = {}): Expected => {
  const taken = new Set(example.existing?.map((value) => value.toLowerCase()));
  const context = aContext(example.attributes, {
    ...(example.now === undefined ? {} : { now: example.now }),
    defaultDomain: () => example.defaultDomain ?? null,
    isTaken: (value) => taken.has(value.toLowerCase()),
  });
  try {
    return described(compileExpression(example.expression, options).evaluate(context));
  } catch (error) {
    if (error instanceof ExpressionError) return { error: true };
    throw error;
  }
};

const described = (result: EvaluationResult): Expected => {
  switch (result.kind) {
    case 'value':
      return { value: result.value };
    case 'ignoreAttribute':
      return { ignore: 'attribute' };
    case 'ignoreObject':
      return { ignore: 'object' };
    case 'escrow':
      return { escrow: true };
    case 'roles':
      return { roles: result.roles.roles.map(({ value, displayName }) => ({ value, displayName })) };
  }
};

/** Tells whether an outcome is what the fixtures expect. */
export const agrees = (outcome: Expected, expected: Expected): boolean => {
  if (expected.matches !== undefined)
    return typeof outcome.value === 'string' && new RegExp(expected.matches).test(outcome.value);
  if (expected.oneOf !== undefined)
    return typeof outcome.value === 'string' && expected.oneOf.includes(outcome.value);
  return JSON.stringify(outcome) === JSON.stringify(expected);
};
