import { z } from 'zod';
import { DEFAULT_SAFETY, type SafetySettings } from '../../../model/safety.ts';
import { formatDuration, parseDurationMs } from './duration.ts';
import { duration } from './text.ts';

/** Maximum number of attempts in a list. */
const RUNG_LIMIT = 50;

const { quarantine, retry, guard } = DEFAULT_SAFETY;

const ascends = (rungs: readonly string[]): boolean =>
  rungs.every(
    (rung, index) =>
      index === 0 || (parseDurationMs(rung) ?? 0) > (parseDurationMs(rungs[index - 1] ?? '') ?? 0),
  );

/** Times of the next attempts, each measured from the beginning. */
const ladder = (rungs: readonly number[], meaning: string, least = 1) =>
  z
    .array(duration('1s', '365d'))
    .min(least)
    .max(RUNG_LIMIT)
    .refine(ascends, { error: 'the durations must ascend: each is measured from the beginning' })
    .default(rungs.map(formatDuration))
    .describe(meaning);

const count = (byDefault: number, meaning: string) =>
  z.int().min(0).max(1_000_000_000).default(byDefault).describe(`${meaning}; ${byDefault} when not given`);

/** When the job is quarantined. */
const QUARANTINE = z.strictObject({
  minimumFailures: count(quarantine.minimumFailures, 'failures below which their share is not looked at'),
  failureRatio: z
    .number()
    .min(0)
    .max(1)
    .default(quarantine.failureRatio)
    .describe('the share of failures above which the job is quarantined, 0 to 1'),
  maximumFailures: count(
    quarantine.maximumFailures,
    'failures, references left out, above which the job is quarantined whatever their share',
  ),
  maximumTotalFailures: count(
    quarantine.maximumTotalFailures,
    'failures, references included, above which the job is quarantined',
  ),
  attemptsAfter: ladder(
    quarantine.attemptsAfterMs,
    'when a quarantined job is tried again, such as [6h, 12h, 24h] from its beginning; the last wait is repeated',
  ),
  unreachableAttemptsAfter: ladder(
    quarantine.unreachableAttemptsAfterMs,
    'when a job whose target gave no answer at all is tried again before that, from the beginning of the quarantine; [] leaves it to attemptsAfter',
    0,
  ),
  disabledAfter: duration('1m', '365d')
    .default(formatDuration(quarantine.disabledAfterMs))
    .describe('a job quarantined for longer is disabled, such as 28d'),
});

/** When a failure is retried. */
const RETRY = z.strictObject({
  attemptsAfter: z
    .array(duration('1s', '365d'))
    .min(1)
    .max(RUNG_LIMIT)
    .default(retry.attemptsAfterMs.map(formatDuration))
    .describe(
      'the waits after the second and later attempts, such as [6h, 12h, 24h], the last of them repeated; the first retry comes in the next cycle',
    ),
  expiresAfter: duration('1m', '365d')
    .default(formatDuration(retry.expiresAfterMs))
    .describe('a failure that lasts longer is not tried again, such as 28d'),
  requery: z
    .boolean()
    .default(retry.requery)
    .describe(
      'a refused creation asks the target again by the matching attributes before it is repeated; false repeats the POST, as the service was seen to do',
    ),
});

const percentage = (byDefault: number | null, meaning: string) => {
  const limit = z.number().min(0).max(100);
  const known = `${meaning}, in percent, 0 to 100`;
  return byDefault === null
    ? limit.optional().describe(`${known}; off when not given`)
    : limit.default(byDefault).describe(`${known}; ${byDefault} when not given, 100 is off`);
};

/** Limits beyond those of the service. */
const GUARD = z.strictObject({
  minimumObjects: count(
    guard.minimumObjects,
    'how many users, groups or memberships must be concerned before their percentage is looked at: 1 of 3 is 33 %, and no sign of a mistake',
  ),
  maxDisablesPercent: percentage(
    guard.maxDisablesPercent,
    'users, and groups, disabled or deleted in one cycle, as a share of those linked, above which none is',
  ),
  maxUpdatesPercent: percentage(
    guard.maxUpdatesPercent,
    'users updated in one cycle, as a share of those linked, above which nothing is sent',
  ),
  maxMembershipsRemovedPercent: percentage(
    guard.maxMembershipsRemovedPercent,
    'memberships removed in one cycle, as a share of those written, above which nothing is sent',
  ),
  maxSourceShrinkPercent: percentage(
    guard.maxSourceShrinkPercent,
    'users and groups gone from the directory since the job last ran, additions not counted, above which nothing is done',
  ),
});

const DELETIONS = z.strictObject({
  threshold: z
    .int()
    .min(0)
    .max(1_000_000_000)
    .describe('users and groups disabled or deleted in one cycle, above which none of them is'),
});

/** The safety keys of a job. */
export const SAFETY_KEYS = {
  accidentalDeletions: DELETIONS.optional().describe(
    'prevents accidental deletions, as in Entra; off when not given',
  ),
  guard: GUARD.prefault({}).describe('limits beyond those of the service'),
  quarantine: QUARANTINE.prefault({}).describe('when the job is quarantined; the published figures of Entra'),
  retry: RETRY.prefault({}).describe('when failures are tried again; the published waits of Entra'),
};

/** The safety keys of a job with defaults. */
type WrittenSafety = z.output<z.ZodObject<typeof SAFETY_KEYS>>;

const toMs = (written: string): number => parseDurationMs(written) ?? 0;

/** Converts the safety keys to settings. */
export function toSafety(written: WrittenSafety): SafetySettings {
  const { attemptsAfter, unreachableAttemptsAfter, disabledAfter, ...figures } = written.quarantine;
  return {
    quarantine: {
      ...figures,
      attemptsAfterMs: attemptsAfter.map(toMs),
      unreachableAttemptsAfterMs: unreachableAttemptsAfter.map(toMs),
      disabledAfterMs: toMs(disabledAfter),
    },
    retry: {
      attemptsAfterMs: written.retry.attemptsAfter.map(toMs),
      expiresAfterMs: toMs(written.retry.expiresAfter),
      requery: written.retry.requery,
    },
    deletionThreshold: written.accidentalDeletions?.threshold ?? null,
    guard: {
      minimumObjects: written.guard.minimumObjects,
      maxDisablesPercent: written.guard.maxDisablesPercent ?? null,
      maxUpdatesPercent: written.guard.maxUpdatesPercent ?? null,
      maxMembershipsRemovedPercent: written.guard.maxMembershipsRemovedPercent ?? null,
      maxSourceShrinkPercent: written.guard.maxSourceShrinkPercent ?? null,
    },
  };
}
