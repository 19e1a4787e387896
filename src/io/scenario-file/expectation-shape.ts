import { z } from 'zod';
import { NO_COUNTS } from '../../model/cycle.ts';
import { isJsonObject, type Json, type JsonObject } from '../../model/json.ts';
import { OFFSET } from '../../model/offset.ts';

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

/** Changes and failures of a plan in their order. */
const planLines = z.array(z.string().min(1)).optional();

/** A cycle that runs now, and what is expected of it alone. */
export const CYCLE = EXPECTATION.extend({
  kind: z.enum(['initial', 'incremental']).optional(),
  /** `Succeeded` when not given; a cycle that ends in quarantine is `Failed`. */
  state: z.enum(['Succeeded', 'EntryLevelErrors']).optional(),
  /** The reason for which the cycle ends in quarantine; not given: it does not. */
  quarantine: z.enum(QUARANTINE_REASONS).optional(),
  /** What the plan of the cycle names: `create alice@contoso.com`, `fail bob@contoso.com Conflict`. */
  plan: planLines,
  /** A command that is given once the target has answered the first write of the cycle. */
  meanwhile: z.enum(['pause']).optional(),
});

/** Provisioning on demand, and what is expected of it alone. */
export const PROVISION = EXPECTATION.extend({
  /** A name of the object, as `entrain provision` takes it. */
  object: z.string().min(1),
  /** The members of a group that are provisioned with it. */
  members: z.array(z.string().min(1)).default([]),
  /** Part of the message with which it is refused; then no request is sent. */
  refused: z.string().min(1).optional(),
});

/** A plan that is made now: it writes nothing. */
export const PLAN = z.strictObject({
  /** Whether all objects are looked at, as `entrain plan --full` does. */
  full: z.boolean().default(false),
  /** Changes and failures in their order: `create alice@contoso.com`, `fail bob@contoso.com Conflict`. */
  changes: planLines,
  /** Objects by name, each with what is special about it: the timeline says what the plan does about it, and why. */
  explain: z.record(z.string(), z.string()).optional(),
});

/** What is expected. */
export type Expectation = z.infer<typeof EXPECTATION>;

/** What is expected of one cycle. */
export type ExpectedCycle = z.infer<typeof CYCLE>;

/** What is expected of provisioning on demand. */
export type ExpectedProvision = z.infer<typeof PROVISION>;

/** What is expected of a plan. */
export type ExpectedPlan = z.infer<typeof PLAN>;
