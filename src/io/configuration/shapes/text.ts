import { z } from 'zod';
import { DURATION, parseDurationMs } from './duration.ts';

/**
 * A text that is not empty and passes a check.
 * @param problemOf says what is wrong with it; null: nothing. It does not repeat the text, which may hold a secret.
 */
export function checkedText(problemOf: (text: string) => string | null) {
  return z
    .string()
    .min(1)
    .check(({ value, issues }) => {
      const problem = value === '' ? null : problemOf(value);
      if (problem !== null) issues.push({ code: 'custom', message: problem, input: value });
    });
}

/** A duration between two others, both included. */
export function duration(least: string, most: string) {
  return z
    .string()
    .regex(DURATION)
    .refine(
      (text) => {
        const durationMs = parseDurationMs(text);
        // What is no duration at all was refused by the pattern.
        return (
          durationMs === null ||
          (durationMs >= (parseDurationMs(least) ?? 0) && durationMs <= (parseDurationMs(most) ?? 0))
        );
      },
      { error: `the duration must be between ${least} and ${most}` },
    );
}
