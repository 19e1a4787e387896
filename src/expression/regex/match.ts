import { createContext, Script } from 'node:vm';
import { PATTERN_TIME_LIMIT_MS } from '../limits.ts';
import type { CompiledPattern } from './compile-pattern.ts';
import type { NumberedGroup } from './groups.ts';

/** Where a match, or a group of it, lies in the text; null when the group took no part. */
export type Place = readonly [start: number, end: number] | null;

/** One match: the place of the whole, then those of the JavaScript groups. */
export type Match = readonly Place[];

/** A pattern was stopped at its time limit, or the engine gave up. */
export class MatchingStopped extends Error {
  readonly isTimeout: boolean;

  constructor(isTimeout: boolean) {
    super('The pattern was stopped.');
    this.name = 'MatchingStopped';
    this.isTimeout = isTimeout;
  }
}

/** Steps that take a few milliseconds at most; a pattern that might take more runs under a clock. */
const FEW_STEPS = 5_000_000;

/** Only a virtual machine can stop a regular expression that runs: it is given the pattern and the text. */
const machine = createContext({ regex: null, text: '', matches: null });
const matchAllScript = new Script('matches = [...text.matchAll(regex)].map((match) => [...match.indices])');

/**
 * Finds all matches of a pattern in a text.
 *
 * A pattern that cannot take many steps runs directly; any other runs under a time limit.
 * @throws {MatchingStopped}
 */
export function matchAll({ regex, steps }: CompiledPattern, text: string): readonly Match[] {
  try {
    if (steps(text.length) <= FEW_STEPS) return [...text.matchAll(regex)].map(placesOf);
    machine.regex = regex;
    machine.text = text;
    matchAllScript.runInContext(machine, { timeout: PATTERN_TIME_LIMIT_MS });
    return (machine.matches as (Place | undefined)[][]).map((match) => match.map((place) => place ?? null));
  } catch (error) {
    throw new MatchingStopped((error as { code?: unknown }).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT');
  } finally {
    // What was matched must not outlive its object.
    machine.text = '';
    machine.matches = null;
  }
}

const placesOf = (match: RegExpExecArray): Match => (match.indices ?? []).map((place) => place ?? null);

/** The place of a group in a match. Of parentheses with one name, the last that took part counts. */
export function placeOf(match: Match, group: NumberedGroup): Place {
  return group.indices.map((index) => match[index] ?? null).findLast((place) => place !== null) ?? null;
}
