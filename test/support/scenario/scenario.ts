import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { DURATION } from '../../../src/io/configuration/duration.ts';

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

const job = z.strictObject({
  scope: z.enum(['assigned', 'all']).optional(),
  excludeDefaultAccess: z.boolean().optional(),
  skipOutOfScopeDeletions: z.boolean().optional(),
  state: z.enum(['cached', 'live']).optional(),
  dialect: z.enum(['legacy', 'aadOptscim062020']).optional(),
});

const restartScope = z.enum(['Watermark', 'Escrows', 'QuarantineState', 'ConnectorDataStore', 'Full']);

/** What one cycle is expected to do; what is not said is not looked at, an empty list says that nothing happens. */
const cycle = z.strictObject({
  kind: z.enum(['initial', 'incremental']),
  state: z.enum(['Succeeded', 'EntryLevelErrors']).default('Succeeded'),
  /** Changes and failures in their order: `create alice@contoso.com`, `fail bob@contoso.com Conflict`. */
  plan: z.array(z.string()).optional(),
  /** All requests but the probes, in their order. A list is the operations of a PATCH; without a body, any. */
  requests: z.array(lineWith(z.union([z.array(jsonObject), jsonObject]))).optional(),
  /** Resources by name, in part; null: the attribute has no value. `gone`: there is no such resource. */
  target: z.record(z.string(), z.union([z.literal('gone'), jsonObject])).optional(),
  /** Entries in their order: `create alice@contoso.com success`, with the names of the steps where they are said. */
  log: z.array(lineWith(z.array(z.string()))).optional(),
  counts: z.record(z.string(), z.int()).optional(),
});

const step = z.union([
  z.strictObject({ after: z.string().regex(DURATION) }),
  z.strictObject({ directory: z.array(z.string().min(1)).min(1) }),
  z.strictObject({ import: directory }),
  z.strictObject({ target: z.array(lineWith(jsonObject)).min(1) }),
  z.strictObject({ schema: z.array(schemaEdit).min(1) }),
  z.strictObject({ job }),
  z.strictObject({ restart: z.array(restartScope).min(1) }),
  z.strictObject({ cycle }),
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
