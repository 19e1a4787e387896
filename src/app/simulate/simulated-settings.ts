import { writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { locateDocument } from '../../io/configuration/located-document.ts';
import { parseConfiguration } from '../../io/configuration/read-configuration.ts';
import { readText } from '../../io/configuration/read-text.ts';
import type { Scenario } from '../../io/scenario-file/read-scenario.ts';
import type { SchemaEdit } from '../../io/scenario-file/schema-edit-shape.ts';
import type { CompiledJob } from '../../job/compile.ts';
import { ConfigurationError, issueOf } from '../../model/errors.ts';
import { isJsonObject, type Json, type JsonObject } from '../../model/json.ts';
import { GENERIC_SCHEMA } from '../schema/check-schema.ts';
import { readJob } from '../session/read-job.ts';
import { editSchema, SchemaEditProblem } from './edit-schema.ts';

/** The job of a scenario as it is written at some instant; configuration changes change it. */
export interface WrittenJob {
  readonly settings: JsonObject;
  readonly schemaEdits: readonly SchemaEdit[];
  /** What DefaultDomain() gives; null: it fails. */
  readonly defaultDomain: string | null;
  /** The file that its paths are relative to. */
  readonly file: string;
}

/** Where a simulated job provisions to; empty: where the configuration says. */
export type Endpoint = { readonly tenantUrl: string; readonly auth: Json } | Readonly<Record<string, never>>;

/** The id of a job that a scenario describes itself. */
const OWN_ID = 'simulation';

/** Defaults of a simulated job: requests in the order of the plan, without rate limit. */
const SIMULATED_TARGET: JsonObject = { requestsPerSecond: 0, concurrency: 1 };

/** The job as it is written when the simulation begins. @throws {ConfigurationError} of a configuration that it names */
export function firstJob(scenario: Scenario): WrittenJob {
  const { file, configuration, job, schemaEdits, environment, stand } = scenario;
  if (configuration === null)
    return {
      settings: merged({ id: OWN_ID, schema: GENERIC_SCHEMA, target: SIMULATED_TARGET }, job),
      schemaEdits,
      defaultDomain: scenario.defaultDomain,
      file,
    };
  const path = resolve(dirname(file), configuration.file);
  const text = readText(path);
  // Read for its mistakes, and for the names of its jobs.
  const { jobs, defaultDomain = null } = parseConfiguration(text, path, environment);
  const found = jobs.findIndex(({ id }) => configuration.job === null || id === configuration.job);
  const ids = jobs.map(({ id }) => id).join(', ');
  if (found < 0 || (configuration.job === null && jobs.length > 1))
    throw new ConfigurationError([
      issueOf(path, `say which job is simulated, with configuration: { file, job }; there are ${ids}`),
    ]);
  const { notificationEmail: _, ...written } = jobAt(locateDocument(text, path).value, found);
  // A guest takes the endpoint and the schema of the job, and its own order of requests.
  const ordered =
    stand === 'guest' ? merged(written, { enabled: true, target: { concurrency: 1 } }) : written;
  return {
    settings: merged(ordered, job),
    schemaEdits,
    defaultDomain: scenario.defaultDomain ?? defaultDomain,
    file: path,
  };
}

const jobAt = (value: unknown, index: number): JsonObject => {
  const jobs = isJsonObject(value) && Array.isArray(value.jobs) ? (value.jobs as readonly Json[]) : [];
  const job = jobs[index];
  return isJsonObject(job) ? job : {};
};

/** The job after a change of its configuration. */
export function changedJob(job: WrittenJob, changes: JsonObject, edits: readonly SchemaEdit[]): WrittenJob {
  return {
    ...job,
    settings: merged(job.settings, changes),
    schemaEdits: [...job.schemaEdits, ...edits],
  };
}

/** Objects are joined key by key; whatever else is said replaces what was said before. */
const merged = (before: JsonObject, changes: JsonObject): JsonObject => ({
  ...before,
  ...Object.fromEntries(
    Object.entries(changes).map(([key, value]) => {
      const known = before[key];
      return [key, isJsonObject(known) && isJsonObject(value) ? merged(known, value) : value];
    }),
  ),
});

/**
 * Compiles a job as the daemon would, with a schema and a state in a folder of the simulation.
 * @throws {ConfigurationError} when the settings, the edits or the schema are wrong
 */
export function compileWritten(
  { settings, schemaEdits, defaultDomain, file }: WrittenJob,
  endpoint: Endpoint,
  folder: string,
  environment: Scenario['environment'],
): CompiledJob {
  const target = isJsonObject(settings.target) ? settings.target : {};
  const job = { ...settings, stateFile: join(folder, 'state.db'), target: { ...target, ...endpoint } };
  const configuration = JSON.stringify({
    directory: { file: join(folder, 'directory.db'), ...(defaultDomain === null ? {} : { defaultDomain }) },
    jobs: [job],
  });
  const [compiled] = parseConfiguration(configuration, file, environment).jobs;
  if (compiled === undefined) throw new Error('a configuration without a job was accepted');
  // Read unchanged first, so that errors are reported with their places in the user's file.
  const asRead = readJob(compiled);
  if (schemaEdits.length === 0) return asRead;
  const schemaFile = join(folder, 'schema.json');
  const document = edited(asRead.schema.document, schemaEdits, compiled.schemaFile);
  writeFileSync(schemaFile, JSON.stringify(document), { mode: 0o600 });
  return readJob({ ...compiled, schemaFile });
}

function edited(document: JsonObject, edits: readonly SchemaEdit[], file: string): JsonObject {
  try {
    return editSchema(document, edits);
  } catch (error) {
    if (error instanceof SchemaEditProblem) throw new ConfigurationError([issueOf(file, error.message)]);
    throw error;
  }
}
