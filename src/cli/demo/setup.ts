import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DEFAULT_DIALECT } from '../../model/dialect.ts';
import { DEFAULT_EXPRESSION_OPTIONS } from '../../model/expression-options.ts';
import { type Configuration, DEFAULT_LOG, DEFAULT_MATCHING, type JobSettings } from '../../model/job.ts';
import type { JsonObject } from '../../model/json.ts';
import { DEFAULT_SAFETY } from '../../model/safety.ts';
import { type RunningTarget, startTarget } from '../../target/start.ts';

/** A file of the package, from the root of it. */
const packaged = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

/** The directory of the sample company in the import format. */
export const SAMPLE_DIRECTORY = packaged('fixtures/sample/directory.json');

/** Everything that the demo needs, in a folder of its own that is gone afterwards. */
export interface DemoSetup {
  readonly configuration: Configuration;
  readonly settings: JobSettings;
  readonly target: RunningTarget;
  close(): Promise<void>;
}

/** Starts the embedded target with two accounts that are there before the first cycle, and configures a job for it. */
export async function setUpDemo(): Promise<DemoSetup> {
  const folder = mkdtempSync(join(tmpdir(), 'entrain-demo-'));
  const target = await startTarget({ users: EXISTING_ACCOUNTS });
  const schemaFile = join(folder, 'scim.schema.json');
  writeFileSync(schemaFile, filteredSchema(), { mode: 0o600 });
  const settings: JobSettings = {
    id: 'demo',
    enabled: true,
    schemaFile,
    scope: 'assigned',
    excludeDefaultAccess: true,
    matching: DEFAULT_MATCHING,
    expressions: DEFAULT_EXPRESSION_OPTIONS,
    skipOutOfScopeDeletions: false,
    safety: DEFAULT_SAFETY,
    notificationEmail: null,
    intervalMs: 40 * 60 * 1000,
    log: DEFAULT_LOG,
    stateFile: join(folder, 'demo.state.db'),
    durability: 'normal',
    target: {
      baseUrl: target.baseUrl,
      auth: { type: 'bearer', secretToken: target.token },
      requestsPerSecond: 0,
      concurrency: 8,
      timeoutMs: 30_000,
      state: 'cached',
      verify: 'off',
      dialect: DEFAULT_DIALECT,
    },
  };
  return {
    configuration: { file: '', directoryFile: join(folder, 'directory.db'), jobs: [settings], mail: null },
    settings,
    target,
    close: async () => {
      await target.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** One account that a cycle takes over, because it matches; one that nobody in the directory has. */
const EXISTING_ACCOUNTS: readonly JsonObject[] = [
  {
    userName: 'greta.moreau@northlight.example',
    displayName: 'Greta Moreau',
    title: 'Trainee',
    active: true,
  },
  { userName: 'break-glass@northlight.example', displayName: 'Break-glass account', active: true },
];

/** The generic SCIM schema, with a scoping filter that leaves service accounts out. */
function filteredSchema(): string {
  const schema = JSON.parse(readFileSync(packaged('config/scim.schema.json'), 'utf8')) as {
    synchronizationRules: { objectMappings: { sourceObjectName: string; scope: unknown }[] }[];
  };
  const mappings = schema.synchronizationRules.flatMap(({ objectMappings }) => objectMappings);
  for (const mapping of mappings)
    if (mapping.sourceObjectName === 'User') mapping.scope = NO_SERVICE_ACCOUNTS;
  return JSON.stringify(schema);
}

const NO_SERVICE_ACCOUNTS = {
  categoryFilterGroups: [],
  groups: [
    {
      name: 'No service accounts',
      clauses: [
        {
          operatorName: 'NOT REGEX MATCH',
          sourceOperandName: 'userPrincipalName',
          targetOperand: { values: ['^svc-'] },
        },
      ],
    },
  ],
  inputFilterGroups: [],
};
