import { z } from 'zod';
import { NO_COUNTS } from '../../model/cycle.ts';
import { isJsonObject, type Json, type JsonObject } from '../../model/json.ts';
import { OFFSET } from './offset.ts';

/** A line alone, or a line with what belongs to it: `PATCH /Users/{alice@contoso.com}: [ …operations ]`. */
export type Line = string | Readonly<Record<string, Json>>;

const isLine = (value: unknown): value is Line =>
  typeof value === 'string' ? value !== '' : isJsonObject(value) && Object.keys(value).length === 1;

const lines = (example: string) =>
  z.array(
    z.custom<Line>(isLine, {
      error: `must be one line such as "${example}", alone or with a value of its own`,
    }),
  );

const isPart = (value: unknown): value is 'gone' | JsonObject => value === 'gone' || isJsonObject(value);

const QUARANTINE_REASONS = [
  'EncounteredBaseEscrowThreshold',
  'EncounteredTotalEscrowThreshold',
  'EncounteredEscrowProportionThreshold',
  'EncounteredQuarantineException',
  'TooManyDeletes',
  'IngestionInterrupted',
  'Unknown',
] as const;

/** How the job stands; what is not said is not looked at. */
const CONTROL = z.strictObject({
  /** The reason; null: it is not in quarantine. */
  quarantine: z.enum(QUARANTINE_REASONS).nullable().optional(),
  /** Counted from the beginning of the series. */
  nextAttempt: z.string().regex(OFFSET).optional(),
  /** Cycles of this series that ended in quarantine. */
  seriesCount: z.int().optional(),
  paused: z.boolean().optional(),
  disabled: z.boolean().optional(),
  escrowsPruned: z.boolean().optional(),
  /** Failures that are kept for retry, those of references included. */
  escrows: z.int().optional(),
});

const COUNTS = z.strictObject(
  Object.fromEntries(
    ['cycles', 'failedCycles', ...Object.keys(NO_COUNTS)].map((name) => [name, z.int().min(0).optional()]),
  ),
);

/**
 * What is expected to have happened since the expectation before, or since the beginning, and how job and target are to
 * stand; what is not said is not looked at, an empty list says that nothing happened.
 */
export const EXPECTATION = z.strictObject({
  /** All requests but the probes, in their order. A list is the operations of a PATCH; without a body, any. */
  requests: lines('POST /Users').optional(),
  /** Log entries in their order, with the names of the steps where they are said. */
  log: lines('create alice@contoso.com success').optional(),
  /** Sums over the cycles. */
  counts: COUNTS.optional(),
  /** Resources by name, in part; null: the attribute has no value. `gone`: there is no such resource. */
  target: z
    .record(
      z.string(),
      z.custom<'gone' | JsonObject>(isPart, { error: 'must be attributes of the resource, or "gone"' }),
    )
    .optional(),
  control: CONTROL.optional(),
});

/** What is expected. */
export type Expectation = z.infer<typeof EXPECTATION>;
