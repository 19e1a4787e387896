import { dirname, resolve } from 'node:path';
import { ConfigurationError } from '../../model/errors.ts';
import type { Configuration, JobSettings, TargetSettings, WatchedSource } from '../../model/job.ts';
import { isJsonObject } from '../../model/json.ts';
import { parseTenantUrl } from '../../scim/tenant-url.ts';
import { knownSecrets, secretsInUrl } from '../secrets/secrets.ts';
import { type DocumentKind, requireKind } from './document-kind.ts';
import { type Environment, substitute } from './environment.ts';
import { withEnvironmentFile } from './environment-file.ts';
import { configurationJsonSchema, documentationIn } from './json-schema.ts';
import { byPlace, type Finding, locateDocument } from './located-document.ts';
import { readText } from './read-text.ts';
import { shapeFindings } from './shape-findings.ts';
import { CONFIGURATION, type WrittenConfiguration } from './shapes/configuration.ts';
import { readingOf } from './shapes/csv-mapping.ts';
import type { WrittenSource } from './shapes/directory.ts';
import { distinctnessFindings, stateFileOf } from './shapes/distinctness.ts';
import { parseDurationMs } from './shapes/duration.ts';
import { proxyFor } from './shapes/proxy.ts';
import { toSafety } from './shapes/safety.ts';
import { readTargetTls } from './shapes/target-tls.ts';
import { weakSecretFindings } from './shapes/weak-secrets.ts';

/** The largest configuration: fits tens of thousands of jobs. */
const LIMIT_BYTES = 8 * 1024 * 1024;

const KIND: DocumentKind = {
  name: 'a configuration of entrain',
  keys: ['jobs', 'directory'],
  hint: 'write one with `entrain init`, or name another with --config',
};

/** The connections of a target, and their problems. */
interface Connections {
  readonly settings: Pick<TargetSettings, 'proxy' | 'tokenProxy' | 'tls'>;
  readonly findings: readonly Finding[];
}

function connectionsOf(
  { target }: WrittenConfiguration['jobs'][number],
  index: number,
  folder: string,
  environment: Environment,
): Connections {
  const path = ['jobs', index, 'target'];
  const { auth, tls: files } = target;
  const proxy = proxyFor(parseTenantUrl(target.tenantUrl).baseUrl, target.proxy, environment);
  const forTokens =
    auth.type === 'oauth2'
      ? proxyFor(auth.tokenUrl, target.proxy, environment)
      : { url: null, problem: null };
  for (const { url } of [proxy, forTokens]) if (url !== null) knownSecrets.learn(secretsInUrl(url));
  const problem = proxy.problem ?? forTokens.problem;
  const { tls, findings } =
    files === undefined ? { findings: [] } : readTargetTls(files, [...path, 'tls'], folder);
  return {
    settings: {
      ...(proxy.url === null ? {} : { proxy: proxy.url }),
      ...(forTokens.url === null ? {} : { tokenProxy: forTokens.url }),
      ...(tls === undefined ? {} : { tls }),
    },
    findings: [...(problem === null ? [] : [{ path, message: problem }]), ...findings],
  };
}

const toJob = (
  job: WrittenConfiguration['jobs'][number],
  folder: string,
  connections: Connections,
  { defaultDomain }: Pick<Configuration, 'defaultDomain'>,
): JobSettings => {
  const { tenantUrl, auth, requestsPerSecond, concurrency, timeout, state, readMembers, verify, dialect } =
    job.target;
  const { baseUrl, patch, ignored } = parseTenantUrl(tenantUrl);
  return {
    id: job.id,
    enabled: job.enabled,
    schemaFile: resolve(folder, job.schema),
    scope: job.scope,
    excludeDefaultAccess: job.excludeDefaultAccess,
    target: {
      baseUrl,
      ...(ignored.length === 0 ? {} : { ignoredParameters: ignored }),
      auth,
      ...connections.settings,
      requestsPerSecond,
      concurrency,
      timeoutMs: parseDurationMs(timeout) ?? 0,
      state,
      readMembers,
      verify,
      dialect: { ...dialect, patch: dialect.patch ?? patch },
    },
    matching: job.matching,
    expressions: job.expressions,
    ...(defaultDomain === undefined ? {} : { defaultDomain }),
    skipOutOfScopeDeletions: job.skipOutOfScopeDeletions,
    safety: toSafety(job),
    notificationEmail: job.notificationEmail ?? null,
    intervalMs: parseDurationMs(job.interval) ?? 0,
    log: job.log,
    stateFile: resolve(folder, stateFileOf(job.id, job.stateFile)),
    durability: job.durability,
  };
};

const toDirectory = (
  written: WrittenConfiguration['directory'],
  folder: string,
): Pick<Configuration, 'directoryFile' | 'defaultDomain' | 'allowUnknown' | 'source'> => {
  if (typeof written === 'string') return { directoryFile: resolve(folder, written) };
  const { file, defaultDomain, watch, source, format = null, mirror, allowUnknown } = written;
  const store = {
    directoryFile: resolve(folder, file),
    ...(defaultDomain === undefined ? {} : { defaultDomain }),
    allowUnknown,
  };
  if (source !== undefined) return { ...store, source: toSource(source, folder, allowUnknown) };
  if (watch === undefined) return store;
  const files = watch.map((name) => resolve(folder, name));
  return { ...store, source: { files, format, mirror, allowUnknown } };
};

const toSource = (
  { files, complete, limits }: WrittenSource,
  folder: string,
  allowUnknown: boolean,
): WatchedSource => ({
  files: files.map(({ path }) => resolve(folder, path)),
  format: 'csv',
  csv: files.map((written) => readingOf(written.as, written)),
  mirror: complete,
  limits,
  allowUnknown,
});

/**
 * Parses a configuration, YAML or JSON. Paths are relative to the file; `${NAME}` comes from the environment or from
 * `.env` beside the file.
 * @param file the file name as the user gave it
 * @throws {ConfigurationError} with every issue, its position and its remedy
 */
export function parseConfiguration(text: string, file: string, environment: Environment): Configuration {
  const path = resolve(file);
  const folder = dirname(path);
  const document = locateDocument(text, file);
  requireKind(text, document.value, file, KIND);
  if (document.syntaxIssues.length > 0) throw new ConfigurationError(document.syntaxIssues);
  const remarks: string[] = [];
  const joined = withEnvironmentFile(environment, resolve(folder, '.env'), (text) => remarks.push(text));
  const { value, findings } = substitute(document.value, joined);
  const weakFindings = weakSecretFindings(value);
  const parsed = CONFIGURATION.safeParse(value);
  const connections = (parsed.data?.jobs ?? []).map((job, index) =>
    connectionsOf(job, index, folder, joined),
  );
  const all = [
    ...findings,
    ...connections.flatMap((one) => one.findings),
    ...(parsed.success
      ? []
      : shapeFindings(parsed.error.issues, document.value, (path) =>
          documentationIn(configurationJsonSchema(), path),
        )),
    ...distinctnessFindings(value, folder),
    ...weakFindings,
  ];
  if (!parsed.success || all.length > 0) throw new ConfigurationError(all.map(document.locate).sort(byPlace));
  const { jobs, mail = null, endpoint, verify } = parsed.data;
  const directory = toDirectory(parsed.data.directory, folder);
  return {
    file: path,
    ...directory,
    jobs: jobs.map((job, index) => toJob(job, folder, connections[index] as Connections, directory)),
    mail,
    ...(remarks.length === 0 ? {} : { remarks }),
    ...(verify === undefined ? {} : { verify }),
    ...(endpoint === undefined ? {} : { endpoint: { ...endpoint, token: endpoint.token ?? null } }),
  };
}

/**
 * Reads a configuration file, YAML or JSON.
 * @throws {ConfigurationError} with every issue, its position and its remedy
 */
export function readConfiguration(file: string, environment: Environment): Configuration {
  return parseConfiguration(readText(file, { limitBytes: LIMIT_BYTES, hint: KIND.hint }), file, environment);
}

/**
 * The ids that the jobs of a configuration have, as written; none where the file cannot be read. For completion in a
 * shell.
 */
export function jobIdsIn(file: string): readonly string[] {
  try {
    const { value } = locateDocument(readText(file, { limitBytes: LIMIT_BYTES }), file);
    const jobs = isJsonObject(value) && Array.isArray(value.jobs) ? value.jobs : [];
    return jobs.flatMap((job: unknown) => (isJsonObject(job) && typeof job.id === 'string' ? [job.id] : []));
  } catch {
    return [];
  }
}
