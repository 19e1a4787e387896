import {
  type ArgumentsCheck,
  assertLength,
  type Call,
  define,
  directiveInside,
  eager,
  type FunctionDefinition,
  textAt,
} from '../definition.ts';
import { isNonZero, isNumber } from '../number.ts';
import { attributesOf } from '../tree.ts';
import {
  booleanText,
  type EvaluationContext,
  isDirective,
  isList,
  isNullOrEmpty,
  type Plain,
  type Value,
} from '../value.ts';

const logic = define('logic');

/** Builds a test of the first argument. */
const tells = (test: (value: Plain) => boolean): FunctionDefinition['build'] =>
  eager((args) => booleanText(test(args[0] ?? null)));

const isNegation = eager((args, call) => {
  const text = textAt(args, 0, call) ?? '';
  const isTrue =
    call.options.boolCase === 'sensitive' ? text === 'True' : text.trim().toLowerCase() === 'true';
  return booleanText(!isTrue);
});

/**
 * Parses a boolean: True, False, or a number (not zero: true).
 * @param isSensitive accepts only .NET's capitalized spelling
 * @returns null: none of these
 */
function truthOf(text: string, isSensitive: boolean): boolean | null {
  if (isNumber(text)) return isNonZero(text);
  const spelled = isSensitive ? text : text.trim().toLowerCase();
  if (spelled === (isSensitive ? 'True' : 'true')) return true;
  return spelled === (isSensitive ? 'False' : 'false') ? false : null;
}

const asBoolean = eager((args, call) => {
  const text = textAt(args, 0, call);
  const truth = text === null ? false : truthOf(text, call.options.boolCase === 'sensitive');
  if (truth !== null) return booleanText(truth);
  throw call.fail('invalidValue', 'CBool takes True, False or a number.', 0);
});

/** Evaluates only the chosen branch. */
const choose: FunctionDefinition['build'] = (call, [condition, whenTrue, whenFalse]) => {
  const [node] = call.node.arguments;
  const required = call.options.iifNullCondition === 'strict' && node !== undefined ? attributesOf(node) : [];
  return (context) => {
    assertPresent(required, call, context);
    const value = condition?.(context) ?? null;
    if (isDirective(value)) return directiveInside(value, call, 0);
    return (conditionHolds(value, call) ? whenTrue : whenFalse)?.(context) ?? null;
  };
};

/** @see Entra "Reference for writing expressions for attribute mappings", IIF: a null attribute fails the condition */
const assertPresent = (names: readonly string[], call: Call, context: EvaluationContext): void => {
  for (const name of names) {
    const held = context.attribute(name);
    if (held === null || held === '')
      throw call.fail('nullCondition', `The condition reads [${name}], which has no value.`, 0);
  }
};

const conditionHolds = (value: Plain, call: Call): boolean => {
  const text = textAt([value], 0, call);
  if (text === null) return false;
  const truth = truthOf(text, call.options.boolCase === 'sensitive');
  if (truth !== null) return truth;
  throw call.fail('invalidValue', 'The condition is neither True nor False.', 0);
};

/** Compares keys by code units; null and empty text match an empty key; the first match wins. */
const switchValue: FunctionDefinition['build'] = (call, [source, fallback, ...pairs]) => {
  const select = (text: string, context: EvaluationContext): Value => {
    for (let index = 0; index + 1 < pairs.length; index += 2) {
      const key = pairs[index]?.(context) ?? null;
      if (isDirective(key)) return directiveInside(key, call, index + 2);
      if ((textAt([key], 0, call) ?? '') === text) return pairs[index + 1]?.(context) ?? null;
    }
    return fallback?.(context) ?? null;
  };
  return (context) => {
    const value = source?.(context) ?? null;
    if (isDirective(value)) return directiveInside(value, call, 0);
    if (!isList(value)) return select(value ?? '', context);
    return value.length > 1 && call.options.multiIntoScalar === 'map'
      ? selectEach(value, (text) => select(text, context), call)
      : select(textAt([value], 0, call) ?? '', context);
  };
};

/** Switches each of several values; drops null results. */
const selectEach = (values: readonly string[], select: (text: string) => Value, call: Call): Value => {
  const selected: string[] = [];
  let length = 0;
  for (const text of values) {
    const value = select(text);
    if (isDirective(value)) return directiveInside(value, call, 1);
    for (const each of isList(value) ? value : [value]) {
      if (each === null) continue;
      length += each.length + 1;
      assertLength(length, call);
      selected.push(each);
    }
  }
  return selected.length === 0 ? null : selected;
};

const firstPresent: FunctionDefinition['build'] = (call, parts) => (context) => {
  let last: Value = null;
  for (const part of parts) {
    last = part?.(context) ?? null;
    const isSkipped = last === null || (last === '' && call.options.coalesceEmpty === 'skip');
    if (!isSkipped) return last;
  }
  return last;
};

/** Requires a source, a default and pairs. */
const checkPairs: ArgumentsCheck = ({ length: count }) =>
  count % 2 === 0 && count >= 4
    ? null
    : `Switch takes a source, a default (or a blank) and pairs of key and value: an even number of arguments, at least 4; here are ${count}.`;

/** Logic functions. */
export const LOGIC_FUNCTIONS: readonly FunctionDefinition[] = [
  logic('CBool(expression)', 'True for a number other than 0 or for True, else False.', asBoolean),
  logic(
    'Coalesce(source…)',
    'The first value that is not null; the last argument may be a default.',
    firstPresent,
  ),
  logic('IIF(condition, valueIfTrue, valueIfFalse)', 'One of two values, by a condition.', choose),
  logic(
    'IsNull(expression)',
    'True when there is no value.',
    tells((value) => value === null),
  ),
  logic(
    'IsNullOrEmpty(expression)',
    'True when there is no value or the text is empty.',
    tells(isNullOrEmpty),
  ),
  logic(
    'IsPresent(expression)',
    'True when there is a value that is not empty.',
    tells((value) => !isNullOrEmpty(value)),
  ),
  logic(
    'IsString(expression)',
    'True when there is a value that can be text.',
    tells((value) => value !== null),
  ),
  logic('Not(source)', 'False for True, and True for anything else.', isNegation),
  logic(
    'Switch(source, defaultValue?, key…, value…)',
    'The value whose key equals the source, else the default.',
    switchValue,
    {
      keys: ['source', 'defaultValue', 'switchValue', 'switchValue'],
      checkArguments: checkPairs,
    },
  ),
];
