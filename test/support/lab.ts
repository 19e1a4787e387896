import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openNotes } from '../../src/app/session/open-notes.ts';
import { fingerprint } from '../../src/io/fingerprint.ts';
import { readSchema } from '../../src/io/schema-file/read-schema.ts';
import { type ElapsedTime, realTime } from '../../src/io/scim-client/flow/elapsed-time.ts';
import { createScimClient } from '../../src/io/scim-client/scim-client.ts';
import type { Directory } from '../../src/io/stores/directory-store.ts';
import type { JobStore } from '../../src/io/stores/job-store.ts';
import { openDirectory } from '../../src/io/stores/sqlite/directory/directory.ts';
import { openJobStore } from '../../src/io/stores/sqlite/job/job-store.ts';
import { type CompiledJob, compileJob } from '../../src/job/compile.ts';
import { restarted } from '../../src/job/control/quarantine.ts';
import { planCycle, runCycle } from '../../src/job/cycle/cycle.ts';
import { readReferencedLinks } from '../../src/job/cycle/page-state.ts';
import type { PlanningContext } from '../../src/job/cycle/planning-context.ts';
import { describePlanned } from '../../src/job/cycle/requests.ts';
import { watchWarnings } from '../../src/job/warnings/warnings.ts';
import type { RestartScope } from '../../src/model/control.ts';
import type { CycleCounts, CycleRecord } from '../../src/model/cycle.ts';
import { DEFAULT_DIALECT, type Dialect } from '../../src/model/dialect.ts';
import { DEFAULT_EXPRESSION_OPTIONS } from '../../src/model/expression-options.ts';
import { DEFAULT_LOG, DEFAULT_MATCHING, type JobSettings, type VerifyMode } from '../../src/model/job.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { ProvisioningLogEntry } from '../../src/model/log.ts';
import { isChange, type Outcome, type Planned } from '../../src/model/pipeline.ts';
import type { TargetWriter, World } from '../../src/model/ports.ts';
import { DEFAULT_SAFETY, type SafetySettings } from '../../src/model/safety.ts';
import type { ReadRequest, ScimExchange, WriteRequest } from '../../src/model/scim.ts';
import { allOf } from './all-of.ts';

/** What a lab is set up with; the generic SCIM schema against a given endpoint when nothing else is said. */
export interface LabOptions {
  readonly baseUrl: string;
  readonly token: string;
  readonly schema?: JsonObject;
  readonly dialect?: Partial<Dialect>;
  readonly job?: Partial<Omit<JobSettings, 'target'>>;
  readonly state?: JobSettings['target']['state'];
  /** Whether an initial cycle reads members. Default never. */
  readonly readMembers?: JobSettings['target']['readMembers'];
  /** Whether what was written is compared with what the target shows. Default off. */
  readonly verify?: VerifyMode;
  /** Requests under way at once; 1 makes their order that of the plan. Default 1. */
  readonly concurrency?: number;
  /** How long an answer is waited for. Default 10,000. */
  readonly timeoutMs?: number;
  /** The time in which the client waits; the machine's own when absent. */
  readonly time?: ElapsedTime;
  /** The folder of directory and state; a temporary one when absent. */
  readonly folder?: string;
  readonly clock: World;
  /** Whether the clock is right however far it is past the last cycle. Default true: the test plays the time. */
  readonly acceptsClock?: boolean;
}

/** A plan, read to its end. */
export interface FinishedPlan {
  readonly items: readonly Planned[];
  readonly requests: readonly WriteRequest[];
  readonly warnings: readonly string[];
  readonly counts: CycleCounts;
}

/** A job with a real directory, real state and a real HTTP client, on a clock of the test's. */
export interface Lab {
  readonly directory: Directory;
  readonly state: JobStore;
  readonly job: CompiledJob;
  plan(full?: boolean): Promise<FinishedPlan>;
  run(full?: boolean, signal?: AbortSignal): Promise<CycleRecord>;
  /** The requests that were sent since this was last asked, probes left out. */
  exchanges(): readonly ScimExchange[];
  /** The outcomes of the last run. */
  outcomes(): readonly Outcome[];
  /** The warnings of the last run, those about single objects left out. */
  warnings(): readonly string[];
  log(): Promise<readonly ProvisioningLogEntry[]>;
  restart(...scopes: RestartScope[]): Promise<void>;
  /** The same directory and state with another job. */
  with(changes: Partial<LabOptions>): Lab;
  close(): Promise<void>;
}

/** Failures are tried again as soon as any time has passed, so that a test need not wait for the ladder. */
export const RETRIED_SOON: SafetySettings = {
  ...DEFAULT_SAFETY,
  retry: { ...DEFAULT_SAFETY.retry, attemptsAfterMs: [1] },
};

/** The schema of a file in `config/` or `fixtures/schemas/`. */
export const schemaDocument = (path: string): JsonObject =>
  JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')) as JsonObject;

/** The generic schema with titles that the log does not show. */
export const schemaWithRedactedTitles = (): JsonObject =>
  JSON.parse(JSON.stringify(schemaDocument('config/scim.schema.json')), (_key, value) =>
    value?.targetAttributeName === 'title'
      ? { ...value, source: { ...value.source, type: 'Function', expression: 'Redact([jobTitle])' } }
      : value,
  ) as JsonObject;

/** Sets up a lab. */
export function openLab(options: LabOptions): Lab {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'entrain-'));
  const directory = openDirectory(join(folder, 'directory.db'));
  const state = openJobStore(join(folder, 'state.db'));
  return labOver(options, directory, state, async () => {
    await state.close();
    await directory.close();
    if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
  });
}

function labOver(
  options: LabOptions,
  directory: Directory,
  state: JobStore,
  close: () => Promise<void>,
): Lab {
  const job = compiledJob(options);
  const { clock, acceptsClock = true } = options;
  let sent: ScimExchange[] = [];
  let lastOutcomes: Outcome[] = [];
  let lastWarnings: readonly string[] = [];
  const withPlanning = async <T>(use: (planning: PlanningContext, writer: TargetWriter) => Promise<T>) => {
    const client = createScimClient(job.settings.target, clock, options.time ?? realTime);
    const notes = openNotes();
    const target = {
      read: async (request: ReadRequest) => {
        const response = await client.read(request);
        if (!isProbe(request)) sent.push({ request, response });
        return response;
      },
    };
    const writer = {
      write: async (request: WriteRequest) => {
        const response = await client.write(request);
        sent.push({ request, response });
        return response;
      },
    };
    try {
      return await use({ job, directory, state, target, notes, world: clock }, writer);
    } finally {
      notes.close();
      client.close();
    }
  };
  return {
    directory,
    state,
    job,
    plan: (full = false) =>
      withPlanning(async (planning) => {
        const items: Planned[] = [];
        const requests: WriteRequest[] = [];
        const planned = await planCycle(planning, { full, acceptsClock });
        const watch = await watchWarnings(
          planning,
          async () => await directory.assignmentGaps(job.settings.id, 3),
        );
        for await (const page of planned.pages) {
          for (const item of page.items) watch.note(item);
          items.push(...page.items);
          const links = await readReferencedLinks(page.items, state);
          for (const item of page.items)
            if (isChange(item)) requests.push(...describePlanned(item, planning, links));
        }
        const warnings = await watch.warnings(planned.start.kind === 'initial');
        return { items, requests, warnings, counts: planned.counts() };
      }),
    run: (full = false, signal = new AbortController().signal) =>
      withPlanning(async (planning, writer) => {
        lastOutcomes = [];
        const observe = (_page: unknown, outcomes: readonly Outcome[]): void => {
          lastOutcomes.push(...outcomes);
        };
        const record = await runCycle(
          { ...planning, writer, store: state, signal, observe, openNotes },
          { full, acceptsClock },
        );
        lastWarnings = await (await watchWarnings(planning, null)).warnings(false);
        await directory.purgeExpired(clock.now());
        return record;
      }),
    exchanges: () => {
      const taken = sent;
      sent = [];
      return taken;
    },
    outcomes: () => lastOutcomes,
    warnings: () => lastWarnings,
    log: async () => (await allOf(state.logEntries({ limit: 1000 }))).flat().reverse(),
    restart: async (...scopes) => {
      await state.reset(scopes);
      await state.updateControl((control) => restarted(control, scopes));
    },
    with: (changes) => labOver({ ...options, ...changes }, directory, state, close),
    close,
  };
}

/** A filter for a bare GUID is the probe. */
const isProbe = ({ query }: ReadRequest): boolean =>
  /eq\+%22[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}%22$/.test(query);

function compiledJob(options: LabOptions): CompiledJob {
  const schema = readSchema(options.schema ?? schemaDocument('config/scim.schema.json'), 'schema');
  const settings: JobSettings = {
    id: 'lab',
    enabled: true,
    schemaFile: '',
    scope: 'assigned',
    excludeDefaultAccess: true,
    matching: DEFAULT_MATCHING,
    expressions: DEFAULT_EXPRESSION_OPTIONS,
    skipOutOfScopeDeletions: false,
    safety: DEFAULT_SAFETY,
    notificationEmail: null,
    intervalMs: 40 * 60_000,
    log: DEFAULT_LOG,
    stateFile: '',
    durability: 'normal',
    ...options.job,
    target: {
      baseUrl: options.baseUrl,
      auth: { type: 'bearer', secretToken: options.token },
      requestsPerSecond: 0,
      concurrency: options.concurrency ?? 1,
      timeoutMs: options.timeoutMs ?? 10_000,
      state: options.state ?? 'cached',
      readMembers: options.readMembers ?? 'never',
      verify: options.verify ?? 'off',
      dialect: { ...DEFAULT_DIALECT, ...options.dialect },
    },
  };
  return compileJob(settings, schema, fingerprint([schema.user, schema.group]));
}
