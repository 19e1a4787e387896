import { define, eager, type FunctionDefinition } from '../definition.ts';
import { bigNumberAt } from '../number.ts';

const number = define('number');

/** Number functions. */
export const NUMBER_FUNCTIONS: readonly FunctionDefinition[] = [
  number(
    'BitAnd(value1, value2)',
    'The bits that are set in both numbers.',
    eager((args, call) => (bigNumberAt(args, 0, call) & bigNumberAt(args, 1, call)).toString()),
  ),
];
