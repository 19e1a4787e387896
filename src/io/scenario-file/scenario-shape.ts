import { z } from 'zod';
import { isJsonObject, type JsonObject } from '../../model/json.ts';
import { OFFSET } from '../../model/offset.ts';
import { CONFIGURATION } from '../configuration/shapes/configuration.ts';
import { DEFAULT_DOMAIN } from '../configuration/shapes/directory.ts';
import { TARGET } from '../configuration/shapes/target.ts';
import { CYCLE, EXPECTATION, PLAN, PROVISION } from './expectation-shape.ts';
import { SCHEMA_EDIT } from './schema-edit-shape.ts';

const EVENT_LIMIT = 10_000;

const jsonObject = z.custom<JsonObject>(isJsonObject, { error: 'must be an object' });
const offset = z.string().regex(OFFSET, {
  error: 'must be a time such as +0m, +2h, +8h40m or +31d',
});

const { tenantUrl, auth, ...TARGET_SETTINGS } = TARGET.shape;
const {
  id: _id,
  schema: SCHEMA_FILE,
  target: _target,
  stateFile: _stateFile,
  notificationEmail: _notificationEmail,
  ...JOB_SETTINGS
} = CONFIGURATION.shape.jobs.element.shape;

/** A job as in a configuration, without what a simulation sets: id, endpoint and files. */
const JOB = z.strictObject({
  ...JOB_SETTINGS,
  schema: SCHEMA_FILE.optional(),
  target: z.strictObject(TARGET_SETTINGS).optional(),
});

const isSource = (value: unknown): value is string | JsonObject =>
  (typeof value === 'string' && value !== '') || isJsonObject(value);

const directorySource = z.custom<string | JsonObject>(isSource, {
  error: 'must be a file to import, or its users, groups, appRoles and assignments',
});

/** What the directory holds when the simulation begins; its default domain is not imported. */
const directory = directorySource.check(({ value, issues }) => {
  if (!isJsonObject(value) || value.defaultDomain === undefined) return;
  for (const { message } of DEFAULT_DOMAIN.safeParse(value.defaultDomain).error?.issues ?? [])
    issues.push({ code: 'custom', path: ['defaultDomain'], message, input: value });
});

/** The embedded target, or another endpoint. */
const ENDPOINT = z
  .strictObject({
    persona: z.string().optional(),
    users: z.array(jsonObject).optional(),
    groups: z.array(jsonObject).optional(),
    tenantUrl: tenantUrl.optional(),
    auth: auth.optional(),
  })
  .refine(({ tenantUrl: url, auth: credentials }) => (url === undefined) === (credentials === undefined), {
    error: 'an endpoint of your own needs both, tenantUrl and auth',
  })
  .refine(
    ({ tenantUrl: url, persona, users, groups }) =>
      url === undefined || (persona ?? users ?? groups) === undefined,
    { error: 'persona, users and groups are of the embedded target: an endpoint of your own has none' },
  );

const targetChange = z.custom<string | JsonObject>(
  (value) =>
    (typeof value === 'string' && /^remove ./.test(value)) ||
    (isJsonObject(value) &&
      Object.keys(value).length === 1 &&
      Object.entries(value).every(
        ([line, detail]) => /^(change .|add (User|Group)$)/.test(line) && isJsonObject(detail),
      )),
  { error: 'must be "remove <name>", "change <name>: {…}", "add User: {…}" or "add Group: {…}"' },
);

/** An event; its parts apply in the order of these keys. */
const EVENT = z
  .strictObject({
    /** Relative to the start. */
    at: offset.optional(),
    /** Relative to the previous event. */
    after: offset.optional(),
    /** Title of a chapter. */
    chapter: z.string().min(1).optional(),
    /** Narration. */
    tell: z.string().min(1).optional(),
    /** Commands of `entrain directory`. */
    directory: z.array(z.string().min(1)).min(1).optional(),
    import: directorySource.optional(),
    /** Changes of the target by others. */
    target: z.array(targetChange).min(1).optional(),
    /** Sets the only fault of the embedded target; null: none. */
    fault: z.union([z.string(), z.int()]).nullable().optional(),
    schema: z.array(SCHEMA_EDIT).min(1).optional(),
    job: JOB.optional(),
    command: z.enum(['pause', 'resume']).optional(),
    restart: z
      .array(
        z.enum([
          'None',
          'Watermark',
          'Escrows',
          'QuarantineState',
          'ConnectorDataStore',
          'Full',
          'ForceDeletes',
        ]),
      )
      .min(1)
      .optional(),
    /** Runs a cycle now; requires `cycles: explicit`. */
    cycle: CYCLE.optional(),
    /** Provisions one object on demand. */
    provision: PROVISION.optional(),
    plan: PLAN.optional(),
    /**
     * Shows the last request with this prefix, such as `POST /Users`, and its answer, as the embedded target recorded
     * them.
     */
    show: z.string().min(1).optional(),
    /** Checked after the cycle that is due at the same instant. */
    expect: EXPECTATION.optional(),
  })
  .refine(({ at, after }) => at === undefined || after === undefined, {
    error:
      'an event has at (since the beginning), after (since the event before), or neither: then it follows the event before at once',
  });

/** A scenario, as written. */
export const SCENARIO = z.strictObject({
  title: z.string().min(1).max(500),
  /** What the scenario shows. */
  rule: z.string().optional(),
  /** The source of the rule. */
  source: z.string().optional(),
  /** The start of the simulation. */
  startsAt: z.iso.datetime({ error: 'must be an instant such as 2026-01-01T00:00:00Z' }).optional(),
  /** Its length; default: until the last event, plus one interval unless cycles are explicit. */
  until: offset.optional(),
  /** When cycles run: at the job's interval, as in the daemon, or only by events with `cycle`. */
  cycles: z.enum(['scheduled', 'explicit']).default('scheduled'),
  configuration: z
    .union([z.string().min(1), z.strictObject({ file: z.string().min(1), job: z.string().min(1) })])
    .optional(),
  job: JOB.optional(),
  /** Edits of the schema before the simulation. */
  schema: z.array(SCHEMA_EDIT).optional(),
  directory: directory.optional(),
  target: z
    .custom<'embedded' | JsonObject>((value) => value === 'embedded' || isJsonObject(value), {
      error: 'must be "embedded", or an object',
    })
    .optional(),
  events: z.array(EVENT).max(EVENT_LIMIT).default([]),
  expect: EXPECTATION.optional(),
});

/** The shape of `target` where it is an object. */
export const TARGET_OF_SCENARIO = ENDPOINT;

/** A valid scenario. */
export type WrittenScenario = z.output<typeof SCENARIO>;

/** A valid event. */
export type WrittenEvent = z.output<typeof EVENT>;

/** A valid target. */
export type WrittenTarget = z.output<typeof ENDPOINT>;
