import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { CycleRecord } from '../../model/cycle.ts';
import type { Instant } from '../../model/identifiers.ts';
import type { ScimRequest, ScimResponse } from '../../model/scim.ts';

/** The state of a job at the time of a scrape. */
export interface JobFacts {
  readonly job: string;
  /** Failures kept for retry, of objects and of references. */
  readonly escrowCount: number;
  readonly isQuarantined: boolean;
  readonly isPaused: boolean;
  readonly isDisabled: boolean;
  /** When a cycle last completed; null: never. */
  readonly lastSuccessAt: Instant | null;
}

/** The metrics of a daemon, in Prometheus text format. */
export interface Metrics {
  readonly contentType: string;
  countCycle(job: string, cycle: CycleRecord): void;
  /** Counts a cycle that ended without a record. */
  countBrokenCycle(job: string): void;
  countRequest(job: string, request: ScimRequest, response: ScimResponse): void;
  countImport(result: 'imported' | 'refused'): void;
  text(): Promise<string>;
}

const CYCLE_BUCKETS_S = [0.1, 1, 5, 15, 60, 300, 900, 2_400, 7_200, 28_800];
const REQUEST_BUCKETS_S = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/**
 * Makes the metrics of a daemon. Labels are jobs, methods and states: no personal data.
 * @param facts called at each scrape
 * @see https://prometheus.io/docs/practices/naming/
 */
export function createMetrics(facts: () => Promise<readonly JobFacts[]>, nowMs: () => number): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const cycles = new Counter({
    name: 'entrain_cycles_total',
    help: 'Cycles that ended, by kind and state.',
    labelNames: ['job', 'kind', 'state'],
    registers,
  });
  const cycleSeconds = new Histogram({
    name: 'entrain_cycle_duration_seconds',
    help: 'How long cycles took.',
    labelNames: ['job', 'kind'],
    buckets: CYCLE_BUCKETS_S,
    registers,
  });
  const requests = new Counter({
    name: 'entrain_requests_total',
    help: 'Requests of the target by method and status; retries inside of a request are not counted apart.',
    labelNames: ['job', 'method', 'status'],
    registers,
  });
  const requestSeconds = new Histogram({
    name: 'entrain_request_duration_seconds',
    help: 'How long the target took to answer.',
    labelNames: ['job', 'method'],
    buckets: REQUEST_BUCKETS_S,
    registers,
  });
  const untaken = new Counter({
    name: 'entrain_untaken_values_total',
    help: 'Values that were written with success and that the target does not hold.',
    labelNames: ['job'],
    registers,
  });
  const unverified = new Counter({
    name: 'entrain_unverified_writes_total',
    help: 'Writes with success of which the target does not show whether they took.',
    labelNames: ['job'],
    registers,
  });
  const imports = new Counter({
    name: 'entrain_source_imports_total',
    help: 'Imports of the watched source, by result.',
    labelNames: ['result'],
    registers,
  });
  addJobGauges(registry, facts, nowMs);
  return {
    contentType: registry.contentType,
    countCycle: (job, { kind, state, startedAt, endedAt, counts }) => {
      untaken.inc({ job }, counts.untaken);
      unverified.inc({ job }, counts.unverified);
      cycles.inc({ job, kind, state: endedAt === null ? 'Interrupted' : state });
      if (endedAt === null) return;
      cycleSeconds.observe({ job, kind }, (Date.parse(endedAt) - Date.parse(startedAt)) / 1_000);
    },
    countBrokenCycle: (job) => cycles.inc({ job, kind: 'unknown', state: 'Failed' }),
    countRequest: (job, { method }, response) => {
      const status = response.kind === 'answer' ? String(response.status) : response.cause;
      requests.inc({ job, method, status });
      requestSeconds.observe({ job, method }, response.durationMs / 1_000);
    },
    countImport: (result) => imports.inc({ result }),
    text: () => registry.metrics(),
  };
}

/** The gauges of a job; null: no sample. */
const JOB_GAUGES: readonly {
  readonly name: string;
  readonly help: string;
  readonly value: (facts: JobFacts, nowMs: number) => number | null;
}[] = [
  {
    name: 'entrain_escrows',
    help: 'Failures that are kept for retry.',
    value: ({ escrowCount }) => escrowCount,
  },
  {
    name: 'entrain_quarantined',
    help: '1 while the job is in quarantine.',
    value: ({ isQuarantined }) => Number(isQuarantined),
  },
  { name: 'entrain_paused', help: '1 while the job is paused.', value: ({ isPaused }) => Number(isPaused) },
  {
    name: 'entrain_disabled',
    help: '1 once the job was in quarantine for too long and is disabled.',
    value: ({ isDisabled }) => Number(isDisabled),
  },
  {
    name: 'entrain_last_success_timestamp_seconds',
    help: 'When a cycle last completed; absent when none did.',
    value: ({ lastSuccessAt }) => (lastSuccessAt === null ? null : Date.parse(lastSuccessAt) / 1_000),
  },
  {
    name: 'entrain_lag_seconds',
    help: 'Time since a cycle last completed; absent when none did.',
    value: ({ lastSuccessAt }, nowMs) =>
      lastSuccessAt === null ? null : Math.max(0, nowMs - Date.parse(lastSuccessAt)) / 1_000,
  },
];

function addJobGauges(
  registry: Registry,
  facts: () => Promise<readonly JobFacts[]>,
  nowMs: () => number,
): void {
  for (const { name, help, value } of JOB_GAUGES)
    new Gauge({
      name,
      help,
      labelNames: ['job'],
      registers: [registry],
      async collect() {
        const jobs = await facts();
        // Drops jobs that left the configuration.
        this.reset();
        for (const one of jobs) {
          const shown = value(one, nowMs());
          if (shown !== null) this.set({ job: one.job }, shown);
        }
      },
    });
}
