import { z } from 'zod';
import { DURATION, parseDurationMs } from './duration.ts';

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
