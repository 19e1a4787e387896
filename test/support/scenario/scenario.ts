import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { DURATION } from '../../../src/io/configuration/shapes/duration.ts';
import { DEFAULT_DIALECT, type Dialect } from '../../../src/model/dialect.ts';

/** A line alone, or a line with what belongs to it: `GET /Users/{alice@contoso.com}`, `PATCH /…: [ …operations ]`. */
const lineWith = <Detail extends z.ZodType>(detail: Detail) =>
  z.union([
    z.string().min(1),
    z.record(z.string().min(1), detail).refine((value) => Object.keys(value).length === 1, 'one line each'),
  ]);

const json = z.json();
const jsonObject = z.record(z.string(), json);
const objectType = z.enum(['User', 'Group']);

/** A source attribute; which names there are is checked against the schema when the scenario is played. */
const attributeValue = z.union([z.string(), z.boolean(), z.array(z.string())]);

const directory = z.strictObject({
  users: z
    .array(
      z
        .object({ userPrincipalName: z.string(), id: z.string().optional(), manager: z.string().optional() })
        .catchall(attributeValue),
    )
    .default([]),
  groups: z
    .array(
      z
        .object({
          displayName: z.string().optional(),
          id: z.string().optional(),
          members: z.array(z.string()).default([]),
        })
        .catchall(attributeValue),
    )
    .default([]),
  appRoles: z
    .array(
      z.strictObject({
        id: z.guid(),
        value: z.string(),
        displayName: z.string(),
        isEnabled: z.boolean().default(true),
        allowedMemberTypes: z.array(z.enum(['User', 'Application'])).default(['User']),
      }),
    )
    .default([]),
  assignments: z.array(z.strictObject({ principal: z.string(), role: z.string().optional() })).default([]),
});

const clause = z.strictObject({
  attribute: z.string(),
  operator: z.string(),
  value: z.string().optional(),
});

/** An edit of the generic SCIM schema. A mapping that is there is changed, one that is not is added at the end. */
const schemaEdit = z.union([
  z.strictObject({
    of: objectType,
    mapping: z.string(),
    source: z.string().nullable().optional(),
    defaultValue: z.string().optional(),
    flowType: z
      .enum(['Always', 'ObjectAddOnly', 'MultiValueAddOnly', 'ValueAddOnly', 'AttributeAddOnly'])
      .optional(),
    flowBehavior: z.enum(['FlowWhenChanged', 'FlowAlways']).optional(),
    matchingPriority: z.int().min(0).optional(),
  }),
  z.strictObject({ of: objectType, withoutMapping: z.string() }),
  z.strictObject({
    of: objectType,
    targetAttribute: z.string(),
    multivalued: z.boolean().optional(),
    required: z.boolean().optional(),
    caseExact: z.boolean().optional(),
  }),
  z.strictObject({ of: objectType, actions: z.array(z.enum(['Add', 'Update', 'Delete'])) }),
  z.strictObject({ of: objectType, enabled: z.boolean() }),
  /** Groups of clauses: OR between groups, AND inside one; no group at all takes the filter away. */
  z.strictObject({ of: objectType, filter: z.array(z.array(clause)) }),
]);

const percent = z.number().min(0).max(100).nullable().optional();
const figure = z.number().min(0).optional();

/** The figures of the job's safety that differ from the published ones; null: off. */
const safety = z.strictObject({
  deletionThreshold: z.int().min(0).nullable().optional(),
  minimumFailures: figure,
  failureRatio: figure,
  maximumFailures: figure,
  maximumTotalFailures: figure,
  maxDisablesPercent: percent,
  maxUpdatesPercent: percent,
  maxMembershipsRemovedPercent: percent,
  maxSourceShrinkPercent: percent,
});

const job = z.strictObject({
  scope: z.enum(['assigned', 'all']).optional(),
  excludeDefaultAccess: z.boolean().optional(),
  skipOutOfScopeDeletions: z.boolean().optional(),
  state: z.enum(['cached', 'live']).optional(),
  dialect: z.enum(['legacy', 'aadOptscim062020']).optional(),
  /** Options of the dialect by their names. */
  options: z
    .partialRecord(z.enum(Object.keys(DEFAULT_DIALECT) as [keyof Dialect, ...(keyof Dialect)[]]), json)
    .optional(),
  safety: safety.optional(),
});

const restartScope = z.enum([
  'Watermark',
  'Escrows',
  'QuarantineState',
  'ConnectorDataStore',
  'Full',
  'ForceDeletes',
]);

const quarantineReason = z.enum([
  'EncounteredBaseEscrowThreshold',
  'EncounteredTotalEscrowThreshold',
  'EncounteredEscrowProportionThreshold',
  'EncounteredQuarantineException',
  'TooManyDeletes',
  'IngestionInterrupted',
  'Unknown',
]);

/** How the job stands; what is not said is not looked at. */
const control = z.strictObject({
  quarantine: quarantineReason.nullable().optional(),
  /** Counted from the beginning of the series. */
  nextAttempt: z.string().regex(DURATION).optional(),
  seriesCount: z.int().optional(),
  paused: z.boolean().optional(),
  disabled: z.boolean().optional(),
  escrowsPruned: z.boolean().optional(),
});

/** All requests but the probes, in their order. A list is the operations of a PATCH; without a body, any. */
const requests = z.array(lineWith(z.union([z.array(jsonObject), jsonObject]))).optional();
/** Resources by name, in part; null: the attribute has no value. `gone`: there is no such resource. */
const resources = z.record(z.string(), z.union([z.literal('gone'), jsonObject])).optional();
/** Entries in their order: `create alice@contoso.com success`, with the names of the steps where they are said. */
const log = z.array(lineWith(z.array(z.string()))).optional();

/** What one cycle is expected to do; what is not said is not looked at, an empty list says that nothing happens. */
const cycle = z.strictObject({
  kind: z.enum(['initial', 'incremental']),
  state: z.enum(['Succeeded', 'EntryLevelErrors']).default('Succeeded'),
  /** The reason for which the cycle ends, failed, in quarantine. */
  quarantine: quarantineReason.optional(),
  /** What is done to the job once the first write of the cycle has arrived. */
  meanwhile: z.enum(['pause']).optional(),
  /** Changes and failures in their order: `create alice@contoso.com`, `fail bob@contoso.com Conflict`. */
  plan: z.array(z.string()).optional(),
  requests,
  target: resources,
  log,
  counts: z.record(z.string(), z.int()).optional(),
  control: control.optional(),
});

/** Provisioning on demand, and what is expected of it. */
const provision = z.strictObject({
  object: z.string(),
  members: z.array(z.string()).default([]),
  /** Words of the refusal; nothing is done then. */
  refused: z.string().optional(),
  requests,
  target: resources,
  log,
});

const step = z.union([
  z.strictObject({ after: z.string().regex(DURATION) }),
  z.strictObject({ directory: z.array(z.string().min(1)).min(1) }),
  z.strictObject({ import: directory }),
  z.strictObject({ target: z.array(lineWith(jsonObject)).min(1) }),
  /** From now on the target has this fault alone; null: none. */
  z.strictObject({ fault: z.string().nullable() }),
  z.strictObject({ schema: z.array(schemaEdit).min(1) }),
  z.strictObject({ job }),
  z.strictObject({ restart: z.array(restartScope).min(1) }),
  z.strictObject({ command: z.enum(['pause', 'resume']) }),
  z.strictObject({ control }),
  z.strictObject({ cycle }),
  z.strictObject({ provision }),
]);

const scenario = z.strictObject({
  title: z.string().min(1),
  /** The rule in words. */
  rule: z.string().min(1),
  /** Where the rule comes from, in words. */
  source: z.string().min(1),
  directory,
  job: job.default({}),
  schema: z.array(schemaEdit).default([]),
  target: z
    .strictObject({ users: z.array(jsonObject).default([]), groups: z.array(jsonObject).default([]) })
    .default({ users: [], groups: [] }),
  steps: z.array(step).min(1),
});

/** What happens in a world, and what each cycle is to make of it. */
export type Scenario = z.infer<typeof scenario>;

/** One step of a scenario. */
export type ScenarioStep = z.infer<typeof step>;

/** What one cycle is expected to do. */
export type ExpectedCycle = z.infer<typeof cycle>;

/** What provisioning on demand is expected to do. */
export type ExpectedProvision = z.infer<typeof provision>;

/** How the job is expected to stand. */
export type ExpectedControl = z.infer<typeof control>;

/** One edit of the schema. */
export type SchemaEdit = z.infer<typeof schemaEdit>;

/** Users, groups, roles and assignments in the import form. */
export type ScenarioDirectory = z.infer<typeof directory>;

/** What a scenario says of the job. */
export type ScenarioJob = z.infer<typeof job>;

/**
 * Reads a scenario from YAML.
 * @param name what messages call it
 * @throws {Error} naming every key that no scenario has and every value that is none
 */
export function parseScenario(text: string, name: string): Scenario {
  const result = scenario.safeParse(parse(text));
  if (result.success) return result.data;
  throw new Error(`${name} is no scenario:\n${z.prettifyError(result.error)}`);
}

/** Reads the file of a scenario. */
export const readScenario = (file: URL): Scenario => parseScenario(readFileSync(file, 'utf8'), file.pathname);
