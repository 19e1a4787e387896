import { z } from 'zod';
import { DURATION, parseDurationMs } from './duration.ts';

/** A key whose every value is refused, because ignoring it would promise what is not done. */
export const unavailable = z.never().optional().describe('not available in this version');

/** A key that takes an empty object only: as it stands in a configuration that asks for nothing. */
export const unavailableUnlessEmpty = z
  .strictObject({})
  .optional()
  .describe('not available in this version, except as {}');

/** A duration between two others, both included. */
export const duration = (least: string, most: string) =>
  z
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
