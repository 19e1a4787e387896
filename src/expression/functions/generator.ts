import { type Arguments, type Call, define, eager, type FunctionDefinition, textAt } from '../definition.ts';
import { numberAt } from '../number.ts';

const generator = define('generator');

const MAX_LENGTH = 256;

/** Character classes of the Windows password policy. */
const NUMBERS = '0123456789';
const CAPITALS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const LOWER_CASE = 'abcdefghijklmnopqrstuvwxyz';
const SPECIAL_CHARACTERS = '~!@#$%^&*_-+=`|\\(){}[]:;"\'<>,.?/';

/**
 * Draws the minimum of each class, then any characters, and shuffles. Lower case comes last, and gets the room that is
 * left: the reference counts only the other three minimums against the length.
 * @see Entra "Reference for writing expressions for attribute mappings", RandomString
 */
const draw = eager((args, call, { random }) => {
  const length = countAt(args, 0, call);
  const avoided = new Set(textAt(args, 5, call) ?? '');
  const classes = [NUMBERS, SPECIAL_CHARACTERS, CAPITALS, LOWER_CASE].map((characters, index) => ({
    characters: [...characters].filter((character) => !avoided.has(character)),
    minimum: countAt(args, index + 1, call),
  }));
  assertPossible(length, classes, call);
  const any = classes.flatMap(({ characters }) => characters);
  const pick = (from: readonly string[]): string => from[Math.floor(random() * from.length)] ?? '';
  const drawn = classes
    .flatMap(({ characters, minimum }) => Array.from({ length: minimum }, () => pick(characters)))
    .slice(0, length);
  while (drawn.length < length) drawn.push(pick(any));
  return shuffled(drawn, random).join('');
});

const countAt = (args: Arguments, index: number, call: Call): number => {
  const count = numberAt(args, index, call);
  if (count >= 0 && count <= MAX_LENGTH) return count;
  throw call.fail(
    'outOfRange',
    `RandomString takes a number from 0 to ${MAX_LENGTH} here, not ${count}.`,
    index,
  );
};

const assertPossible = (
  length: number,
  classes: readonly { readonly characters: readonly string[]; readonly minimum: number }[],
  call: Call,
): void => {
  const sum = classes.slice(0, 3).reduce((total, { minimum }) => total + minimum, 0);
  if (length < sum)
    throw call.fail(
      'outOfRange',
      `The length is ${length}, and the minimums of numbers, special characters and capitals add up to ${sum}.`,
      0,
    );
  const isEmpty = classes.some(({ characters, minimum }) => characters.length === 0 && minimum > 0);
  if (isEmpty || classes.every(({ characters }) => characters.length === 0))
    throw call.fail('invalidValue', 'The characters to avoid leave none that could be drawn.', 5);
};

/** Shuffles, so that a position does not reveal a class. */
const shuffled = (characters: readonly string[], random: () => number): readonly string[] => {
  const order = [...characters];
  for (let last = order.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [order[last], order[other]] = [order[other] ?? '', order[last] ?? ''];
  }
  return order;
};

/** Functions of new values. */
export const GENERATOR_FUNCTIONS: readonly FunctionDefinition[] = [
  generator(
    'Guid()',
    'A new GUID.',
    eager((_args, _call, context) => context.guid()),
  ),
  generator(
    'RandomString(length, minimumNumbers, minimumSpecialCharacters, minimumCapital, minimumLowerCase, charactersToAvoid?)',
    'Random text with at least so many characters of each class.',
    draw,
  ),
];
