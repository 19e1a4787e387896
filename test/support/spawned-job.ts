import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importFiles } from '../../src/io/sources/import/import.ts';
import type { Directory } from '../../src/io/stores/directory-store.ts';
import { openDirectory } from '../../src/io/stores/sqlite/directory/directory.ts';
import { plainReading } from '../../src/model/csv-reading.ts';
import type { Json, JsonObject } from '../../src/model/json.ts';
import { type Run, runEntrain } from './run-entrain.ts';

/** What a job that is run as a real process is set up with. */
export interface SpawnedJobOptions {
  readonly tenantUrl: string;
  /** The secret token; the configuration takes it from the environment. */
  readonly token: string;
  /** The directory in the import format; absent: there is none. */
  readonly directory?: JsonObject;
  /** The synchronization schema; absent: the generic one. */
  readonly schema?: JsonObject;
  /** Joins the job in the configuration. */
  readonly job?: JsonObject;
  /** Joins the job's target in the configuration. */
  readonly target?: JsonObject;
  /** Joins the configuration. */
  readonly configuration?: JsonObject;
}

/** A command that is under way. */
export interface StartedCommand {
  readonly child: ChildProcess;
  /** When it is over; a command that was killed has no code. */
  readonly ended: Promise<Run>;
  /** Waits until it has said something on stderr. */
  says(words: string): Promise<void>;
}

/** A folder with a configuration, a schema and a directory, and the built `entrain` run in it. */
export interface SpawnedJob {
  readonly folder: string;
  readonly stateFile: string;
  /** Runs a command to its end. */
  entrain(...args: readonly string[]): Promise<Run>;
  /** Runs a command with `--json` and reads its answer. */
  document(...args: readonly string[]): Promise<{ readonly code: number | null; readonly json: JsonObject }>;
  start(...args: readonly string[]): StartedCommand;
  /** Opens the directory for a while. */
  withDirectory<Result>(use: (directory: Directory) => Promise<Result>): Promise<Result>;
  remove(): void;
}

const MAIN = new URL('../../dist/cli/main.js', import.meta.url).pathname;
const GENERIC_SCHEMA = new URL('../../config/scim.schema.json', import.meta.url).pathname;

/** The generic schema, in which users are matched by another attribute than userName. */
export const schemaMatchingUsersBy = (attribute: string): JsonObject => {
  interface Mapping {
    readonly sourceObjectName: string;
    readonly attributeMappings: { readonly targetAttributeName: string; matchingPriority: number }[];
  }
  const schema = JSON.parse(readFileSync(GENERIC_SCHEMA, 'utf8')) as {
    readonly synchronizationRules: readonly { readonly objectMappings: readonly Mapping[] }[];
  };
  const mappings = schema.synchronizationRules.flatMap(({ objectMappings }) => objectMappings);
  for (const mapping of mappings.filter(({ sourceObjectName }) => sourceObjectName === 'User'))
    for (const one of mapping.attributeMappings)
      one.matchingPriority = one.targetAttributeName === attribute ? 1 : 0;
  return schema as unknown as JsonObject;
};

/** Sets up the job `it`, against an endpoint and with no limit of requests a second. */
export const setUpJob = async (options: SpawnedJobOptions): Promise<SpawnedJob> => {
  const folder = mkdtempSync(join(tmpdir(), 'entrain-spawned-'));
  const directoryFile = join(folder, 'directory.db');
  writeFileSync(join(folder, 'entrain.yaml'), JSON.stringify(configurationOf(options)));
  if (options.schema !== undefined)
    writeFileSync(join(folder, 'schema.json'), JSON.stringify(options.schema));
  if (options.directory !== undefined) await fill(directoryFile, folder, options.directory);
  const env = { IT_TOKEN: options.token };
  const entrain = (...args: readonly string[]) => runEntrain(args, { cwd: folder, env });
  return {
    folder,
    stateFile: join(folder, 'it.state.db'),
    entrain,
    document: async (...args) => {
      const { code, stdout } = await entrain(...args, '--json');
      return { code, json: JSON.parse(stdout) as JsonObject };
    },
    start: (...args) => startEntrain(args, folder, env),
    withDirectory: async (use) => {
      const directory = openDirectory(directoryFile);
      try {
        return await use(directory);
      } finally {
        await directory.close();
      }
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
};

const configurationOf = ({ tenantUrl, schema, job, target, configuration }: SpawnedJobOptions): Json => ({
  directory: './directory.db',
  ...configuration,
  jobs: [
    {
      id: 'it',
      schema: schema === undefined ? GENERIC_SCHEMA : './schema.json',
      ...job,
      target: {
        tenantUrl,
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the configuration takes it from the environment
        auth: { type: 'bearer', secretToken: '${IT_TOKEN}' },
        requestsPerSecond: 0,
        ...target,
      },
    },
  ],
});

const fill = async (store: string, folder: string, directory: JsonObject): Promise<void> => {
  const file = join(folder, 'directory.json');
  writeFileSync(file, JSON.stringify(directory));
  const now = new Date().toISOString();
  await importFiles(store, {
    files: [file],
    format: 'json',
    csv: () => plainReading('users'),
    job: null,
    mirror: false,
    force: false,
    now,
  });
};

const startEntrain = (
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
): StartedCommand => {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd,
    env: { ...process.env, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.stderr += text;
  });
  const ended = new Promise<Run>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...said }));
  });
  const says = (words: string): Promise<void> =>
    new Promise((resolve) => {
      const listen = (): void => {
        if (!said.stderr.includes(words)) return;
        child.stderr.off('data', listen);
        resolve();
      };
      child.stderr.on('data', listen);
      listen();
    });
  return { child, ended, says };
};
