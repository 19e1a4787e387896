import { lowerInvariant } from '../casing.ts';
import { assertLength, type Call, define, eager, type FunctionDefinition, textAt } from '../definition.ts';
import { bigNumberAt } from '../number.ts';
import { attributeValue, isList, type Plain } from '../value.ts';

const list = define('list');

/** The values of an argument; none for null. */
const valuesOf = (value: Plain | undefined): readonly string[] => {
  if (value === null || value === undefined) return [];
  return isList(value) ? value : [value];
};

const item = eager((args, call) => {
  const values = valuesOf(args[0]);
  const index = bigNumberAt(args, 1, call);
  const found = index < 1n ? undefined : values[Number(index) - 1];
  if (found !== undefined) return found;
  throw call.fail(
    'outOfRange',
    `There is no value number ${index}: there are ${values.length}, counted from 1.`,
    1,
  );
});

/** Drops empty values with their separators; a blank is a value. */
const join = eager((args, call) => {
  const separator = textAt(args, 0, call) ?? '';
  const values = args.slice(1).flatMap((value) => (value === null ? [''] : valuesOf(value)));
  const kept =
    call.options.joinSkip === 'everywhere' ? values.filter((value) => value !== '') : withoutLeading(values);
  const length = kept.reduce((sum, value) => sum + value.length + separator.length, 0);
  assertLength(length, call);
  return kept.join(separator);
});

const withoutLeading = (values: readonly string[]): readonly string[] => {
  const first = values.findIndex((value) => value !== '');
  return first === -1 ? [] : values.slice(first);
};

/** Trims pieces: the reference splits "One, Two" without the space. */
const split = eager((args, call) => {
  const delimiter = textAt(args, 1, call) ?? '';
  if (delimiter === '') throw call.fail('invalidValue', 'The delimiter is empty.', 1);
  if (args[0] === null || args[0] === undefined) return null;
  const pieces = valuesOf(args[0]).flatMap((value) => value.split(delimiter).map((piece) => piece.trim()));
  return attributeValue(call.options.splitEmpty === 'drop' ? pieces.filter((piece) => piece !== '') : pieces);
});

const distinct = eager((args, call) => {
  if (args[0] === null || args[0] === undefined) return null;
  return firstOfEach(valuesOf(args[0]), call);
});

const firstOfEach = (values: readonly string[], call: Call): readonly string[] => {
  const fold = call.options.dedupeCase === 'sensitive' ? (value: string) => value : lowerInvariant;
  const seen = new Map<string, string>();
  for (const value of values) if (!seen.has(fold(value))) seen.set(fold(value), value);
  return [...seen.values()];
};

/** Functions of several values. */
export const LIST_FUNCTIONS: readonly FunctionDefinition[] = [
  list(
    'Count(attribute)',
    'How many values there are.',
    eager((args) => String(valuesOf(args[0]).length)),
  ),
  list('Item(attribute, index)', 'The value with a 1-based number.', item),
  list('Join(separator, source…)', 'All values with the separator between them; empty ones vanish.', join),
  list('RemoveDuplicates(attribute)', 'Each value once.', distinct),
  list(
    'Split(source, delimiter)',
    'The pieces of the source between the delimiters, as several values.',
    split,
  ),
];
