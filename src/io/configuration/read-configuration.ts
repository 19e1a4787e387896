import { dirname, resolve } from 'node:path';
import { ConfigurationError, type Issue } from '../../model/errors.ts';
import type { Configuration, JobSettings } from '../../model/job.ts';
import { parseTenantUrl } from '../../scim/tenant-url.ts';
import { type DocumentKind, requireKind } from './document-kind.ts';
import { type Environment, substitute, withEnvironmentFile } from './environment.ts';
import { locateDocument } from './located-document.ts';
import { readText } from './read-text.ts';
import { shapeFindings } from './shape-findings.ts';
import { CONFIGURATION, type WrittenConfiguration } from './shapes/configuration.ts';
import { distinctnessFindings, stateFileOf } from './shapes/distinctness.ts';
import { parseDurationMs } from './shapes/duration.ts';
import { toSafety } from './shapes/safety.ts';
import { weakSecretFindings } from './shapes/weak-secrets.ts';

/** Some thousand jobs would fit; what is larger is no configuration. */
const LIMIT_BYTES = 1024 * 1024;

const KIND: DocumentKind = {
  name: 'a configuration of entrain',
  keys: ['jobs', 'directory'],
  hint: 'write one with `entrain init`, or name another with --config',
};

const byPlace = (one: Issue, other: Issue): number =>
  (one.line ?? 0) - (other.line ?? 0) || (one.column ?? 0) - (other.column ?? 0);

const toJob = (job: WrittenConfiguration['jobs'][number], folder: string): JobSettings => {
  const { tenantUrl, auth, requestsPerSecond, concurrency, timeout, state, verify, dialect } = job.target;
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
      requestsPerSecond,
      concurrency,
      timeoutMs: parseDurationMs(timeout) ?? 0,
      state,
      verify,
      dialect: { ...dialect, patch: dialect.patch ?? patch },
    },
    matching: job.matching,
    expressions: job.expressions,
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
): Pick<Configuration, 'directoryFile' | 'allowUnknown' | 'source'> => {
  if (typeof written === 'string') return { directoryFile: resolve(folder, written) };
  const { file, watch, format = null, mirror, allowUnknown } = written;
  const store = { directoryFile: resolve(folder, file), allowUnknown };
  if (watch === undefined) return store;
  const files = watch.map((name) => resolve(folder, name));
  return { ...store, source: { files, format, mirror, allowUnknown } };
};

/**
 * Reads a configuration from its text, YAML or JSON. Paths are relative to the file; `${NAME}` is taken from the
 * environment and from `.env` beside the file.
 * @param file the file name as the user gave it
 * @throws {ConfigurationError} with every issue, each with its place and what would be right
 */
export const parseConfiguration = (text: string, file: string, environment: Environment): Configuration => {
  const path = resolve(file);
  const folder = dirname(path);
  const document = locateDocument(text, file);
  requireKind(text, document.value, file, KIND);
  if (document.syntaxIssues.length > 0) throw new ConfigurationError(document.syntaxIssues);
  const { value, findings } = substitute(
    document.value,
    withEnvironmentFile(environment, resolve(folder, '.env')),
  );
  const weakFindings = weakSecretFindings(value);
  const parsed = CONFIGURATION.safeParse(value);
  const all = [
    ...findings,
    ...(parsed.success ? [] : shapeFindings(parsed.error.issues, document.value)),
    ...distinctnessFindings(value, folder),
    ...weakFindings,
  ];
  if (!parsed.success || all.length > 0) throw new ConfigurationError(all.map(document.locate).sort(byPlace));
  const { directory, jobs, mail = null, endpoint } = parsed.data;
  return {
    file: path,
    ...toDirectory(directory, folder),
    jobs: jobs.map((job) => toJob(job, folder)),
    mail,
    ...(endpoint === undefined ? {} : { endpoint: { ...endpoint, token: endpoint.token ?? null } }),
  };
};

/**
 * Reads the configuration from a file, YAML or JSON.
 * @throws {ConfigurationError} with every issue, each with its place and what would be right
 */
export const readConfiguration = (file: string, environment: Environment): Configuration =>
  parseConfiguration(readText(file, { limitBytes: LIMIT_BYTES, hint: KIND.hint }), file, environment);
