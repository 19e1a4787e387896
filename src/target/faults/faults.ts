import { TargetOptionError, unknownName } from '../option-error.ts';
import { CONNECTION_FAULTS } from './connections.ts';
import { type Argument, COUNT, type Fault } from './fault.ts';
import { LIST_FAULTS } from './lists.ts';
import { REFUSAL_FAULTS } from './refusals.ts';
import { RESOURCE_FAULTS } from './resources.ts';
import { WRITE_FAULTS } from './writes.ts';

/** All faults, by kind. */
export const FAULTS: readonly Fault[] = [
  ...REFUSAL_FAULTS,
  ...WRITE_FAULTS,
  ...LIST_FAULTS,
  ...RESOURCE_FAULTS,
  ...CONNECTION_FAULTS,
].map((rule) => ({ argument: COUNT, ...rule }));

/** A fault with its argument. */
export interface ChosenFault {
  readonly fault: Fault;
  readonly argument: number;
}

const LARGEST_ARGUMENT = 1_000_000;

/** Describes the argument of a fault. */
export function argumentMeaning({ meaning }: Argument): string {
  return meaning ?? 'how many of these requests meet it';
}

/** Parses a fault: `429`, `429=3`. @throws {TargetOptionError} */
export function readFault(text: string): ChosenFault {
  const mark = text.indexOf('=');
  const name = mark < 0 ? text : text.slice(0, mark);
  const names = FAULTS.map((fault) => fault.name);
  const fault = FAULTS.find((candidate) => candidate.name === name);
  if (fault === undefined) throw unknownName('fault', name, names);
  if (mark < 0) return { fault, argument: fault.argument.absent };
  const written = text.slice(mark + 1);
  const argument = /^\d{1,7}$/.test(written) ? Number(written) : 0;
  if (argument >= 1 && argument <= LARGEST_ARGUMENT) return { fault, argument };
  throw new TargetOptionError(
    'fault',
    name,
    [],
    `${name}=${fault.argument.sign} takes a whole number from 1 to ${LARGEST_ARGUMENT} ` +
      `(${argumentMeaning(fault.argument)}), not "${written.slice(0, 100)}"`,
  );
}
