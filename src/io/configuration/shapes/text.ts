import { z } from 'zod';
import { DURATION, parseDurationMs } from './duration.ts';

/**
 * A non-empty text that passes a check.
 * @param problemOf returns the problem of a text, or null; does not repeat the text, which may hold a secret
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

/** A duration within two bounds, both included. */
export function duration(least: string, most: string) {
  return z
    .string()
    .regex(DURATION)
    .refine(
      (text) => {
        const durationMs = parseDurationMs(text);
        // The pattern refuses what is no duration.
        return (
          durationMs === null ||
          (durationMs >= (parseDurationMs(least) ?? 0) && durationMs <= (parseDurationMs(most) ?? 0))
        );
      },
      { error: `the duration must be between ${least} and ${most}` },
    );
}
