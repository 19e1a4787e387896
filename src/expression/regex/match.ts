import { createContext, Script } from 'node:vm';
import { PATTERN_TIME_LIMIT_MS } from '../limits.ts';
import type { CompiledPattern } from './compile-pattern.ts';
import type { NumberedGroup } from './groups.ts';

/** The range of a match or group; null: the group did not match. */
export type Place = readonly [start: number, end: number] | null;

/** One match: the whole, then the JavaScript groups. */
export type Match = readonly Place[];

/** A pattern exceeded its time limit, or the engine failed. */
export class MatchingStopped extends Error {
  readonly isTimeout: boolean;

  constructor(isTimeout: boolean) {
    super('The pattern was stopped.');
    this.name = 'MatchingStopped';
    this.isTimeout = isTimeout;
  }
}

/** Steps of a few milliseconds; patterns that may need more run under a timeout. */
const FEW_STEPS = 5_000_000;

/** Only a vm context can stop a running regular expression. */
const machine = createContext({ regex: null, text: '', matches: null });
const matchAllScript = new Script('matches = [...text.matchAll(regex)].map((match) => [...match.indices])');

/**
 * Finds all matches of a pattern. A pattern of few steps runs directly, others under a time limit.
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
    // Releases the text of the object.
    machine.text = '';
    machine.matches = null;
  }
}

const placesOf = (match: RegExpExecArray): Match => (match.indices ?? []).map((place) => place ?? null);

/** The range of a group in a match; of repeated names, the last that matched. */
export function placeOf(match: Match, group: NumberedGroup): Place {
  return group.indices.map((index) => match[index] ?? null).findLast((place) => place !== null) ?? null;
}
