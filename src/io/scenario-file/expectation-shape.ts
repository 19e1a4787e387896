import { z } from 'zod';
import { NO_COUNTS } from '../../model/cycle.ts';
import { isJsonObject, type Json, type JsonObject } from '../../model/json.ts';
import { OFFSET } from '../../model/offset.ts';

/** A line, or a line with a value: `PATCH /Users/{alice@contoso.com}: [ …operations ]`. */
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

/** The state of the job; absent keys are not checked. */
const CONTROL = z.strictObject({
  /** The reason; null: it is not in quarantine. */
  quarantine: z.enum(QUARANTINE_REASONS).nullable().optional(),
  /** Relative to the start of the series. */
  nextAttempt: z.string().regex(OFFSET).optional(),
  /** Quarantined cycles of this series. */
  seriesCount: z.int().optional(),
  paused: z.boolean().optional(),
  disabled: z.boolean().optional(),
  escrowsPruned: z.boolean().optional(),
  /** Escrows, references included. */
  escrows: z.int().optional(),
});

const COUNTS = z.strictObject(
  Object.fromEntries(
    ['cycles', 'failedCycles', ...Object.keys(NO_COUNTS)].map((name) => [name, z.int().min(0).optional()]),
  ),
);

/**
 * What happened since the previous expectation or the beginning, and the state of job and target. Absent keys are not
 * checked; an empty list means nothing happened.
 */
export const EXPECTATION = z.strictObject({
  /** All requests except probes, in order. A list is the operations of a PATCH; without a body, any matches. */
  requests: lines('POST /Users').optional(),
  /** Log entries in order, optionally with the names of their steps. */
  log: lines('create alice@contoso.com success').optional(),
  /** Sums over the cycles. */
  counts: COUNTS.optional(),
  /** Resources by name; only the given attributes are compared. null: no value. `gone`: no such resource. */
  target: z
    .record(
      z.string(),
      z.custom<'gone' | JsonObject>(isPart, { error: 'must be attributes of the resource, or "gone"' }),
    )
    .optional(),
  control: CONTROL.optional(),
});

/** Changes and failures of a plan, in order. */
const planLines = z.array(z.string().min(1)).optional();

/** A cycle that runs now, and its own expectation. */
export const CYCLE = EXPECTATION.extend({
  kind: z.enum(['initial', 'incremental']).optional(),
  /** Default `Succeeded`; a quarantined cycle is `Failed`. */
  state: z.enum(['Succeeded', 'EntryLevelErrors']).optional(),
  /** The reason of a quarantine; absent: none. */
  quarantine: z.enum(QUARANTINE_REASONS).optional(),
  /** The plan of the cycle: `create alice@contoso.com`, `fail bob@contoso.com Conflict`. */
  plan: planLines,
  /** A command given after the target answered the first write. */
  meanwhile: z.enum(['pause']).optional(),
});

/** Provisioning on demand, and its own expectation. */
export const PROVISION = EXPECTATION.extend({
  /** The object, as `entrain provision` takes it. */
  object: z.string().min(1),
  /** Members of a group to provision with it. */
  members: z.array(z.string().min(1)).default([]),
  /** Part of the refusal; then no request is sent. */
  refused: z.string().min(1).optional(),
});

/** A plan that is made now; it writes nothing. */
export const PLAN = z.strictObject({
  /** Whether all objects are evaluated, as by `entrain plan --full`. */
  full: z.boolean().default(false),
  /** Changes and failures, in order: `create alice@contoso.com`, `fail bob@contoso.com Conflict`. */
  changes: planLines,
  /** Remarks by object name; the timeline shows what the plan does about each, and why. */
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
