import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type App,
  type AppEvent,
  ConfigurationError,
  Interruption,
  openApp,
  type ProvisioningLogEntry,
  QuarantineError,
  readConfiguration,
  simulate,
} from '../../src/index.ts';
import { type RunningTarget, startTarget } from '../../src/target/start.ts';
import { type SpawnedJob, setUpJob } from '../support/spawned-job.ts';

const TOKEN = 'use-case-token';
const JOB = 'it';

const userNames = ['ada', 'bob', 'eve'].map((name) => `${name}@contoso.com`);

const DIRECTORY = {
  users: userNames.map((userPrincipalName) => ({
    userPrincipalName,
    displayName: userPrincipalName.split('@')[0],
    mailNickname: userPrincipalName.split('@')[0],
    accountEnabled: true,
  })),
  groups: [{ displayName: 'Sales', members: ['ada@contoso.com', 'bob@contoso.com'] }],
  assignments: [{ principal: 'Sales' }, { principal: 'eve@contoso.com' }],
};

let target: RunningTarget;
let job: SpawnedJob;
let app: App;
let events: AppEvent[];
const underWay: number[] = [];

const onEvent = (event: AppEvent): void => {
  if (event.kind === 'requestsUnderWay') underWay.push(event.count);
  else events.push(event);
};
const kinds = (): readonly AppEvent['kind'][] => events.map(({ kind }) => kind);
const eventsOf = <Kind extends AppEvent['kind']>(kind: Kind): Extract<AppEvent, { kind: Kind }>[] =>
  events.filter((event): event is Extract<AppEvent, { kind: Kind }> => event.kind === kind);
const targetNames = (): readonly string[] =>
  target
    .resources('User')
    .map(({ userName }) => String(userName))
    .sort();

const importDirectory = async (document: object = DIRECTORY) => {
  const file = join(job.folder, 'directory.json');
  writeFileSync(file, JSON.stringify(document));
  return app.directory({ onEvent }).import({ files: [file] });
};

const collect = async <Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> => {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
};

beforeEach(async () => {
  events = [];
  target = await startTarget({ token: TOKEN });
  job = await setUpJob({
    tenantUrl: target.baseUrl,
    token: TOKEN,
    job: { interval: '1s' },
    target: { concurrency: 1 },
  });
  app = openApp(readConfiguration(join(job.folder, 'entrain.yaml'), { IT_TOKEN: TOKEN }));
});

afterEach(async () => {
  await target.stop();
  job.remove();
});

describe('the directory of an app', () => {
  test('is imported, listed, shown, exported and changed', async () => {
    const counts = await importDirectory();
    expect([counts.users.added, counts.groups.added]).toEqual([3, 1]);
    expect(new Set(kinds())).toEqual(new Set(['importProgress']));
    const directory = app.directory();
    const users = (await collect(directory.list('users'))).flat();
    expect(users.map(({ label }) => label).sort()).toEqual(userNames);
    expect((await collect(directory.list('groups'))).flat()).toMatchObject([
      { label: 'Sales', memberCount: 2 },
    ]);
    expect(await directory.set('eve@contoso.com', ['jobTitle=Engineer'])).toMatchObject({ isChanged: true });
    expect(await directory.set('eve@contoso.com', ['jobTitle=Engineer'])).toMatchObject({ isChanged: false });
    expect((await directory.addMembers('Sales', ['eve@contoso.com'])).count).toBe(1);
    expect((await directory.removeMembers('Sales', ['bob@contoso.com'])).count).toBe(1);
    const { memberCount = 0, firstMembers = [] } = (await directory.show('Sales')) ?? {};
    expect([memberCount, ...[...firstMembers].sort()]).toEqual([2, 'ada@contoso.com', 'eve@contoso.com']);
    await directory.delete('bob@contoso.com');
    await directory.restore('bob@contoso.com');
    expect((await directory.assign('bob@contoso.com', JOB, null)).isChanged).toBe(true);
    expect((await directory.unassign('bob@contoso.com', JOB)).isChanged).toBe(true);
    expect((await collect(directory.export())).join('\n')).toContain('"Engineer"');
    await expect(directory.show('nobody@contoso.com')).rejects.toBeInstanceOf(ConfigurationError);
  });

  test('reports what is wrong with a file by its place, and imports nothing', async () => {
    await expect(importDirectory({ users: [{ displayName: 'Nameless' }] })).rejects.toMatchObject({
      issues: [{ source: join(job.folder, 'directory.json'), path: expect.stringContaining('users') }],
    });
  });

  test('that is missing is not created by a cycle', async () => {
    const store = join(job.folder, 'directory.db');
    for (const use of [() => app.run(JOB), () => app.plan(JOB)])
      await expect(use()).rejects.toThrow('there is no directory store here');
    expect(existsSync(store)).toBe(false);
  });
});

describe('a job of an app', () => {
  beforeEach(async () => {
    await importDirectory();
    events = [];
  });

  test('emits a plan page by page, with the names that each page refers to, and sends no write', async () => {
    const written: AppEvent[] = [];
    const end = await app.plan(
      JOB,
      {},
      {
        onEvent: (event) => {
          onEvent(event);
          written.push(JSON.parse(JSON.stringify(event)));
        },
      },
    );
    expect(kinds()).toEqual(['planBegun', ...kinds().filter((kind) => kind === 'pagePlanned'), 'planEnded']);
    expect(eventsOf('pagePlanned').map(({ page }) => page.phase)).toEqual(['users', 'groups', 'memberships']);
    expect(eventsOf('pagePlanned').map(({ names }) => Object.values(names).sort())).toEqual([
      [],
      [],
      ['ada@contoso.com', 'bob@contoso.com'],
    ]);
    expect(end.counts).toMatchObject({ create: 4, update: 1 });
    expect(target.requests().every(({ method }) => method === 'GET')).toBe(true);
    const methods = written.flatMap((event) =>
      event.kind === 'pagePlanned' ? event.page.items.map(({ requests }) => requests[0]?.method) : [],
    );
    expect(methods).toEqual(['POST', 'POST', 'POST', 'POST', 'PATCH']);
  });

  test('runs a cycle: its begin, each page with its outcomes, its end', async () => {
    const ran = await app.run(JOB, {}, { onEvent });
    const [begun, ...rest] = events;
    expect(begun).toEqual({ kind: 'cycleBegun', job: JOB, cycle: 'initial', objectCount: 4 });
    expect(rest.at(-1)).toMatchObject({ kind: 'cycleEnded', record: { state: 'Succeeded' } });
    expect([Math.max(...underWay) > 0, underWay.at(-1)]).toEqual([true, 0]);
    const pages = eventsOf('pageExported');
    expect(rest.slice(0, -1)).toEqual(pages);
    expect(pages.map(({ phase }) => phase)).toEqual(['users', 'groups', 'memberships']);
    expect(pages.flatMap(({ outcomes }) => outcomes.map(({ result }) => result))).toEqual(
      Array(5).fill('success'),
    );
    expect(pages.map(({ counts }) => counts.create)).toEqual([3, 4, 4]);
    expect(Object.values(pages.at(-1)?.names ?? {}).sort()).toEqual(['ada@contoso.com', 'bob@contoso.com']);
    expect(ran).toMatchObject({ kind: 'ran', record: { kind: 'initial', endedAt: expect.any(String) } });
    expect(targetNames()).toEqual(userNames);
    expect(await app.run(JOB)).toMatchObject({ record: { kind: 'incremental', counts: { create: 0 } } });
  });

  test('is planned into a file; the plan is applied, and refused where the directory changed', async () => {
    const out = join(job.folder, 'plan.json');
    await app.plan(JOB, { out });
    expect(await app.apply(JOB, { file: out }, { onEvent })).toMatchObject({
      kind: 'ran',
      record: { counts: { create: 4 } },
    });
    expect(kinds().at(-1)).toBe('cycleEnded');
    expect(targetNames()).toEqual(userNames);
    await app.directory().set('ada@contoso.com', ['jobTitle=Countess']);
    rmSync(out);
    await app.plan(JOB, { out });
    await app.directory().set('ada@contoso.com', ['jobTitle=Analyst']);
    await expect(app.apply(JOB, { file: out })).rejects.toBeInstanceOf(ConfigurationError);
  });

  test('explains and provisions one object', async () => {
    const { plan } = await app.explain(JOB, { object: 'ada@contoso.com' });
    expect(plan.objects.map(({ actions }) => actions[0]?.planned.kind)).toEqual(['create']);
    expect(targetNames()).toEqual([]);
    const request = { object: 'Sales', members: ['ada@contoso.com'], initiator: 'A Tester' };
    const { result, names } = await app.provision(JOB, request, { onEvent });
    expect(kinds()).toEqual(['provisioningBegun']);
    expect(result.entries.map(({ provisioningStatusInfo }) => provisioningStatusInfo.status)).not.toContain(
      'failure',
    );
    expect(Object.values(names)).toContain('ada@contoso.com');
    expect(targetNames()).toEqual(['ada@contoso.com']);
    expect(target.resources('Group')).toHaveLength(1);
  });

  test('is paused, resumed and restarted, and status shows it', async () => {
    await app.run(JOB);
    expect(await app.status(JOB)).toMatchObject({
      schedule: 'Active',
      extras: { linkCounts: { User: 3, Group: 1 }, failingCount: 0, proxy: null },
    });
    await app.pause(JOB);
    expect((await app.status(JOB)).schedule).toBe('Paused');
    await expect(app.run(JOB)).rejects.toThrow('the job is paused');
    expect((await app.resume(JOB)).before.isPaused).toBe(true);
    const { resetScope } = await app.restart(JOB, 'Watermark');
    expect(resetScope).toEqual(['Watermark']);
    expect((await app.status(JOB)).extras.watermark).toBeNull();
    await expect(app.restart(JOB, 'Everything')).rejects.toThrow('is not a reset scope');
  });

  test('logs what it did, and the log is followed until the signal is aborted', async () => {
    await app.run(JOB, { objects: ['ada@contoso.com'] });
    expect((await collect(app.logs(JOB))).map(({ sourceIdentity }) => sourceIdentity.displayName)).toEqual([
      'ada',
    ]);
    const stop = new AbortController();
    const seen: string[] = [];
    const note = ({ sourceIdentity }: ProvisioningLogEntry): void => {
      seen.push(sourceIdentity.displayName);
      if (seen.includes('eve')) stop.abort();
    };
    const following = (async () => {
      for await (const entry of app.followLogs(JOB, {}, { intervalMs: 10, signal: stop.signal })) note(entry);
    })();
    await app.run(JOB, { objects: ['eve@contoso.com'] });
    await following;
    expect(seen).toEqual(['ada', 'eve']);
  });

  test('answers with its schema and tests its connection', async () => {
    expect((await app.schema(JOB)).user?.attributeMappings.length).toBeGreaterThan(0);
    expect(await app.testConnection(JOB)).toMatchObject({ succeeded: true, proxy: null });
    target.fault('401');
    expect(await app.testConnection(JOB)).toMatchObject({ succeeded: false });
  });

  test('goes into quarantine where the target refuses its token, and the cycle ends without a record', async () => {
    target.fault('401');
    await expect(app.run(JOB, {}, { onEvent })).rejects.toBeInstanceOf(QuarantineError);
    expect(events.at(-1)).toEqual({ kind: 'cycleEnded', job: JOB, record: null });
    expect((await app.status(JOB)).code).toBe('Quarantine');
  });

  test('aborted in the middle of a cycle finishes the page under way; the next cycle does the rest', async () => {
    const stop = new AbortController();
    const ran = await app.run(
      JOB,
      {},
      {
        signal: stop.signal,
        onEvent: (event) => {
          onEvent(event);
          if (event.kind === 'pageExported') stop.abort();
        },
      },
    );
    expect(ran).toMatchObject({ kind: 'ran', record: { endedAt: null } });
    expect(kinds()).toEqual(['cycleBegun', 'pageExported', 'cycleEnded']);
    expect(targetNames()).toEqual(userNames);
    expect(target.resources('Group')).toEqual([]);
    expect(await app.run(JOB)).toMatchObject({ record: { kind: 'initial', state: 'Succeeded' } });
    expect(targetNames()).toEqual(userNames);
    expect(target.resources('Group')).toMatchObject([{ members: [{}, {}] }]);
  });

  test.each([
    ['without a reason', (stop: AbortController) => stop.abort()],
    ['for a reason of its own', (stop: AbortController) => stop.abort(new RangeError('enough'))],
  ])(
    'aborted %s before it begins, a run says so in its record, and what only reads is interrupted',
    async (_, abort) => {
      const stop = new AbortController();
      abort(stop);
      const call = { signal: stop.signal };
      expect(await app.run(JOB, {}, call)).toMatchObject({ record: { endedAt: null, error: null } });
      const reading = [
        app.plan(JOB, {}, call),
        app.plan(JOB, { offline: true }, call),
        app.explain(JOB, { object: 'ada@contoso.com' }, call),
        app.testConnection(JOB, undefined, call),
      ];
      for (const answer of reading) await expect(answer).rejects.toBeInstanceOf(Interruption);
      expect(target.resources('User')).toEqual([]);
    },
  );

  test('aborted in the middle of a plan leaves no file of it', async () => {
    const stop = new AbortController();
    const file = join(job.folder, 'aborted.json');
    const planning = app.plan(JOB, { out: file }, { signal: stop.signal, onEvent: () => stop.abort() });
    await expect(planning).rejects.toBeInstanceOf(Interruption);
    expect(existsSync(file)).toBe(false);
  });

  test('is run by a daemon at its interval, which ends when the signal is aborted', async () => {
    const stop = new AbortController();
    const cyclesEnded = (): number => eventsOf('log').filter(({ text }) => text === 'the cycle ended').length;
    await app.daemon(
      {},
      {
        signal: stop.signal,
        onEvent: (event) => {
          onEvent(event);
          if (cyclesEnded() === 2) stop.abort();
        },
      },
    );
    const texts = eventsOf('log').map(({ text }) => text);
    expect([texts[0], texts.at(-1)]).toEqual(['the daemon has started', 'the daemon has ended']);
    expect(targetNames()).toEqual(userNames);
    expect((await app.status(JOB)).extras.holder).toBeNull();
  });
});

test('a scenario emits entries that are JSON, cycles with the names of the objects that they refer to', async () => {
  const folder = fileURLToPath(new URL('../../fixtures/simulations/joiner-mover-leaver', import.meta.url));
  const told: { kind: string; names?: Readonly<Record<string, string>> }[] = [];
  const { mismatches } = await simulate(folder, {}, (entry) => told.push(JSON.parse(JSON.stringify(entry))));
  expect(mismatches).toEqual([]);
  const cycles = told.filter(({ kind }) => kind === 'cycle');
  expect(cycles.some(({ names }) => Object.keys(names ?? {}).length > 0)).toBe(true);
});
