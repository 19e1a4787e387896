import { statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ConfigurationError, type Issue } from '../../model/errors.ts';
import type { Instant } from '../../model/identifiers.ts';
import { isJsonObject, type JsonObject } from '../../model/json.ts';
import { parseOffsetMs } from '../../model/offset.ts';
import { type DocumentKind, requireKind } from '../configuration/document-kind.ts';
import { type Environment, substitute } from '../configuration/environment.ts';
import { withEnvironmentFile } from '../configuration/environment-file.ts';
import type { JsonPath } from '../configuration/json-path.ts';
import {
  byPlace,
  type Finding,
  type LocatedDocument,
  locateDocument,
} from '../configuration/located-document.ts';
import { readText } from '../configuration/read-text.ts';
import type { Expectation } from './expectation-shape.ts';
import { type ScenarioEvent, timedEvents } from './scenario-events.ts';
import { scenarioFindings } from './scenario-findings.ts';
import { SCENARIO, TARGET_OF_SCENARIO, type WrittenScenario, type WrittenTarget } from './scenario-shape.ts';
import type { SchemaEdit } from './schema-edit-shape.ts';

/** A scenario of a simulation. */
export interface Scenario {
  /** Absolute path, to which other paths are relative. */
  readonly file: string;
  readonly title: string;
  readonly startsAt: Instant;
  /** Its length; null: until the last event, plus one interval where cycles are scheduled. */
  readonly lastsMs: number | null;
  /** When cycles run: at the job's interval, or only by events. */
  readonly cycles: 'scheduled' | 'explicit';
  /** The configuration of the simulated job; null: the scenario describes it. */
  readonly configuration: { readonly file: string; readonly job: string | null } | null;
  /** The job as in a configuration; overrides `configuration`. */
  readonly job: JsonObject;
  readonly schemaEdits: readonly SchemaEdit[];
  /** What DefaultDomain() gives; null: what the configuration says. */
  readonly defaultDomain: string | null;
  /** A file to import, or its content; null: initially empty. */
  readonly directory: string | JsonObject | null;
  readonly target: WrittenTarget;
  /**
   * Where it is played: the embedded target, the endpoint that `target` names, or an endpoint that others use too, which
   * `target` or `configuration` names.
   */
  readonly stand: 'embedded' | 'own' | 'guest';
  /** In chronological order. */
  readonly events: readonly ScenarioEvent[];
  /** The expectation at the end. */
  readonly expect: Expectation | null;
  readonly environment: Environment;
  /** Makes an issue at a path of the scenario. */
  locate(path: JsonPath, message: string): Issue;
}

/** An endpoint at which a scenario is played instead of its own target: by its URL, or that of a configured job. */
export type GuestEndpoint =
  | { readonly tenantUrl: string; readonly auth: NonNullable<WrittenTarget['auth']> }
  | { readonly configuration: { readonly file: string; readonly job: string } };

const DEFAULT_START = '2026-01-01T00:00:00.000Z';

const KIND: DocumentKind = {
  name: 'a scenario of a simulation',
  keys: ['title', 'events', 'expect', 'directory', 'target', 'job'],
  hint: 'examples are in the folder fixtures/simulations of the package',
};

/**
 * Parses a scenario, YAML or JSON.
 * @param guest where it is played instead of its own target; null: there
 * @throws {ConfigurationError} with every issue, its position and its remedy
 */
export function parseScenario(
  text: string,
  name: string,
  environment: Environment,
  guest: GuestEndpoint | null = null,
): Scenario {
  const document = locateDocument(text, name);
  requireKind(text, document.value, name, KIND);
  if (document.syntaxIssues.length > 0) throw new ConfigurationError(document.syntaxIssues);
  const file = resolve(name);
  const known = withEnvironmentFile(environment, resolve(dirname(file), '.env'));
  const written = SCENARIO.safeParse(document.value);
  const target = readTarget(document, known);
  const stand = standOf(target.endpoint, guest);
  const timed = written.success ? timedEvents(written.data, stand) : { events: [], findings: [] };
  const findings = [
    ...(written.success ? [] : scenarioFindings(SCENARIO, written.error.issues, document.value)),
    ...target.findings,
    ...timed.findings,
  ];
  if (!written.success || findings.length > 0)
    throw new ConfigurationError(findings.map(document.locate).sort(byPlace));
  const {
    title,
    startsAt = DEFAULT_START,
    until,
    cycles,
    configuration,
    schema = [],
    directory,
    expect,
  } = written.data;
  return {
    file,
    title,
    startsAt: new Date(startsAt).toISOString(),
    lastsMs: until === undefined ? null : parseOffsetMs(until),
    cycles,
    configuration:
      guest !== null && 'configuration' in guest ? guest.configuration : configurationOf(configuration),
    // As written: the configuration supplies the defaults.
    job: objectAt(document.value, 'job'),
    schemaEdits: schema,
    ...directoryOf(directory),
    target: guest === null ? target.endpoint : atGuest(target.endpoint, guest),
    stand,
    events: timed.events.map((event) => ({ ...event, job: jobOfEvent(document.value, event.index) })),
    expect: expect ?? null,
    environment: known,
    locate: (path, message) => document.locate({ path, message }),
  };
}

/**
 * Reads a scenario.
 * @param place the file, or a folder with a `scenario.yaml`
 * @param guest where it is played instead of its own target; null: there
 * @throws {ConfigurationError} with every issue
 */
export function readScenario(
  place: string,
  environment: Environment,
  guest: GuestEndpoint | null = null,
): Scenario {
  const isFolder = statSync(place, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const file = isFolder ? join(place, 'scenario.yaml') : place;
  return parseScenario(readText(file, { hint: KIND.hint }), file, environment, guest);
}

function standOf({ tenantUrl }: WrittenTarget, guest: GuestEndpoint | null): Scenario['stand'] {
  if (guest !== null) return 'guest';
  return tenantUrl === undefined ? 'embedded' : 'own';
}

/** The accounts that the target holds before are made at the other endpoint too; a persona stays behind. */
function atGuest({ users = [], groups = [] }: WrittenTarget, guest: GuestEndpoint): WrittenTarget {
  return 'tenantUrl' in guest ? { ...guest, users, groups } : { users, groups };
}

/** The only part with substitution: secrets belong to an endpoint. */
function readTarget(
  { value }: LocatedDocument,
  environment: Environment,
): { readonly endpoint: WrittenTarget; readonly findings: readonly Finding[] } {
  const written = isJsonObject(value) ? value.target : undefined;
  if (!isJsonObject(written)) return { endpoint: {}, findings: [] };
  const { value: known, findings } = substitute(written, environment, ['target']);
  const parsed = TARGET_OF_SCENARIO.safeParse(known);
  if (parsed.success) return { endpoint: parsed.data, findings };
  return {
    endpoint: {},
    findings: [...findings, ...scenarioFindings(TARGET_OF_SCENARIO, parsed.error.issues, value, ['target'])],
  };
}

const configurationOf = (written: WrittenScenario['configuration']): Scenario['configuration'] => {
  if (written === undefined) return null;
  return typeof written === 'string' ? { file: written, job: null } : written;
};

const directoryOf = (
  written: WrittenScenario['directory'],
): Pick<Scenario, 'directory' | 'defaultDomain'> => {
  if (!isJsonObject(written)) return { directory: written ?? null, defaultDomain: null };
  const { defaultDomain, ...content } = written;
  return {
    directory: Object.keys(content).length === 0 ? null : content,
    defaultDomain: typeof defaultDomain === 'string' ? defaultDomain : null,
  };
};

const objectAt = (value: unknown, key: string): JsonObject => {
  const found = isJsonObject(value) ? value[key] : undefined;
  return isJsonObject(found) ? found : {};
};

const jobOfEvent = (value: unknown, index: number): JsonObject | null => {
  const events = isJsonObject(value) && Array.isArray(value.events) ? (value.events as unknown[]) : [];
  const event = events[index];
  return isJsonObject(event) && isJsonObject(event.job) ? event.job : null;
};
