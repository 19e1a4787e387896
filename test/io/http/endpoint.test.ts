import { afterEach, describe, expect, it } from 'vitest';
import { type Endpoint, startEndpoint } from '../../../src/io/http/endpoint.ts';
import { createMetrics, type JobFacts, type Metrics } from '../../../src/io/http/metrics.ts';
import { type CycleRecord, NO_COUNTS } from '../../../src/model/cycle.ts';
import { ConfigurationError } from '../../../src/model/errors.ts';
import type { Watermark } from '../../../src/model/identifiers.ts';

const TOKEN = 'a-token-nobody-guesses';
const NOW_MS = Date.parse('2026-01-01T01:00:00.000Z');

const FACTS: JobFacts = {
  job: 'it',
  escrowCount: 3,
  isQuarantined: true,
  isPaused: false,
  isDisabled: false,
  lastSuccessAt: '2026-01-01T00:00:00.000Z',
};

const CYCLE: CycleRecord = {
  id: 'c',
  kind: 'initial',
  state: 'EntryLevelErrors',
  startedAt: '2026-01-01T00:00:00.000Z',
  endedAt: '2026-01-01T00:00:02.500Z',
  counts: NO_COUNTS,
  since: null,
  until: 1 as Watermark,
  sourceCount: 1,
  schemaFingerprint: '',
  error: null,
};

const open: Endpoint[] = [];
afterEach(() => Promise.all(open.splice(0).map((endpoint) => endpoint.stop())));

const start = async ({
  token = null,
  notReady = () => null,
  metrics = createMetrics(
    async () => [FACTS],
    () => NOW_MS,
  ),
}: {
  token?: string | null;
  notReady?: () => string | null;
  metrics?: Metrics;
} = {}): Promise<string> => {
  const endpoint = await startEndpoint({ host: '127.0.0.1', port: 0, token }, { notReady, metrics });
  open.push(endpoint);
  return endpoint.url;
};

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

describe('the endpoint of the daemon', () => {
  it('says that it is healthy, and whether it is ready', async () => {
    let reason: string | null = 'starting';
    const url = await start({ notReady: () => reason });
    expect((await fetch(`${url}/health`)).status).toBe(200);
    const early = await fetch(`${url}/ready`);
    expect([early.status, await early.json()]).toEqual([503, { status: 'not ready', reason: 'starting' }]);
    reason = null;
    expect((await fetch(`${url}/ready`)).status).toBe(200);
  });

  it('asks for the token where metrics are read, but not where a health check looks', async () => {
    const url = await start({ token: TOKEN });
    for (const init of [undefined, bearer('another'), { headers: { authorization: TOKEN } }])
      expect((await fetch(`${url}/metrics`, init)).status).toBe(401);
    expect((await fetch(`${url}/metrics`, bearer(TOKEN))).status).toBe(200);
    expect((await fetch(`${url}/health`)).status).toBe(200);
    expect((await fetch(`${url}/ready`)).status).toBe(200);
  });

  it('has nothing else, and takes nothing in', async () => {
    const url = await start();
    expect((await fetch(`${url}/config`)).status).toBe(404);
    expect((await fetch(`${url}/metrics`, { method: 'POST', body: 'x' })).status).toBe(404);
  });

  it('does not tell what went wrong inside', async () => {
    const metrics = {
      ...createMetrics(
        async () => [],
        () => 0,
      ),
      text: () => Promise.reject(new Error('hush')),
    };
    const answer = await fetch(`${await start({ metrics })}/metrics`);
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toContain('hush');
  });

  it('names the port that is taken', async () => {
    const port = Number(new URL(await start()).port);
    const source = {
      notReady: () => null,
      metrics: createMetrics(
        async () => [],
        () => 0,
      ),
    };
    const error = await startEndpoint({ host: '127.0.0.1', port, token: null }, source).catch(
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(ConfigurationError);
    expect((error as Error).message).toContain(`port ${port} is in use`);
  });
});

describe('the metrics of the daemon', () => {
  const lines = async (metrics: Metrics): Promise<readonly string[]> => (await metrics.text()).split('\n');

  it('count cycles by kind and state, with their duration', async () => {
    const metrics = createMetrics(
      async () => [],
      () => 0,
    );
    metrics.countCycle('it', { ...CYCLE, counts: { ...CYCLE.counts, untaken: 2, unverified: 3 } });
    metrics.countCycle('it', { ...CYCLE, endedAt: null });
    metrics.countBrokenCycle('it');
    const text = await lines(metrics);
    expect(text).toContain('entrain_cycles_total{job="it",kind="initial",state="EntryLevelErrors"} 1');
    expect(text).toContain('entrain_cycles_total{job="it",kind="initial",state="Interrupted"} 1');
    expect(text).toContain('entrain_cycles_total{job="it",kind="unknown",state="Failed"} 1');
    expect(text).toContain('entrain_untaken_values_total{job="it"} 2');
    expect(text).toContain('entrain_unverified_writes_total{job="it"} 3');
    expect(text).toContain('entrain_cycle_duration_seconds_sum{job="it",kind="initial"} 2.5');
  });

  it('count requests by method and status, and by cause where no answer came', async () => {
    const metrics = createMetrics(
      async () => [],
      () => 0,
    );
    const request = { method: 'GET', path: '/Users', query: '', body: null } as const;
    metrics.countRequest('it', request, {
      kind: 'answer',
      status: 200,
      body: null,
      text: null,
      contentType: null,
      retryAfterMs: null,
      durationMs: 250,
    });
    metrics.countRequest('it', request, {
      kind: 'noAnswer',
      cause: 'timeout',
      message: 'm',
      durationMs: 30_000,
    });
    const text = await lines(metrics);
    expect(text).toContain('entrain_requests_total{job="it",method="GET",status="200"} 1');
    expect(text).toContain('entrain_requests_total{job="it",method="GET",status="timeout"} 1');
    expect(text).toContain('entrain_request_duration_seconds_sum{job="it",method="GET"} 30.25');
  });

  it('show the state of jobs at the scrape', async () => {
    let facts: readonly JobFacts[] = [
      FACTS,
      { ...FACTS, job: 'new', isQuarantined: false, lastSuccessAt: null },
    ];
    const metrics = createMetrics(
      async () => facts,
      () => NOW_MS,
    );
    const text = await lines(metrics);
    expect(text).toContain('entrain_escrows{job="it"} 3');
    expect(text).toContain('entrain_quarantined{job="it"} 1');
    expect(text).toContain('entrain_quarantined{job="new"} 0');
    expect(text).toContain('entrain_lag_seconds{job="it"} 3600');
    expect(text.filter((line) => line.startsWith('entrain_lag_seconds{job="new"}'))).toEqual([]);
    facts = [];
    expect((await lines(metrics)).filter((line) => line.startsWith('entrain_escrows{'))).toEqual([]);
  });
});
