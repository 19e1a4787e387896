import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readJob } from '../../src/app/session/read-job.ts';
import { readConfiguration } from '../../src/io/configuration/read-configuration.ts';
import { openJobStore } from '../../src/io/stores/sqlite/job/job-store.ts';
import { INITIAL_CONTROL } from '../../src/model/control.ts';
import { NO_COUNTS } from '../../src/model/cycle.ts';
import { type SourceId, sourceId, targetId } from '../../src/model/identifiers.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { COMPLIANT_PATCH } from '../../src/scim/tenant-url.ts';
import { aRecording } from '../io/stores/recordings.ts';
import { type SpawnedJob, setUpJob } from '../support/spawned-job.ts';

const MEMBERS = 100_000;
const TOKEN = 'hush-4711';
/** In MiB: 100,000 members with all that is known of each would not fit. */
const HEAP = 96;
const MAIN = new URL('../../dist/cli/main.js', import.meta.url).pathname;

const userId = (n: number): SourceId =>
  sourceId(`${n.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`);
const GROUP = sourceId('ffffffff-0000-4000-8000-000000000000');
const targetOf = (n: number): string => `t-${n}`;

interface PatchOperation {
  readonly op: string;
  readonly path: string;
  readonly value?: readonly { readonly value: string }[];
}

/** A target with one group, which is known by its members alone. */
const members = new Set<string>();
let requests = 0;
let largestBody = 0;

/** Takes the members of an operation out: those of its value, or the one of its filter. */
const remove = ({ path, value }: PatchOperation): void => {
  const filtered = /^members\[value eq "(.*)"\]$/.exec(path)?.[1];
  for (const id of filtered === undefined ? (value ?? []).map((one) => one.value) : [filtered]) {
    if (!members.delete(id)) throw new Error(`${id} is no member`);
  }
};

const EMPTY_LIST = JSON.stringify({ totalResults: 0, Resources: [] });

const startServer = async (): Promise<Server> => {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      response.setHeader('content-type', 'application/scim+json');
      if (request.method === 'GET') return response.end(EMPTY_LIST);
      requests += 1;
      const body = Buffer.concat(chunks);
      largestBody = Math.max(largestBody, body.length);
      const { Operations } = JSON.parse(body.toString()) as {
        readonly Operations: readonly PatchOperation[];
      };
      for (const operation of Operations) remove(operation);
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
};

/** A group of everybody, as it stands after a cycle that has provisioned all of it. */
const provisioned = async (baseUrl: string): Promise<SpawnedJob> => {
  const users = Array.from({ length: MEMBERS }, (_, n) => ({
    id: userId(n),
    userPrincipalName: `user${n}@contoso.com`,
    displayName: `User ${n}`,
  }));
  const directory: JsonObject = {
    users,
    groups: [
      { id: GROUP, displayName: 'Everybody', securityEnabled: true, members: users.map(({ id }) => id) },
    ],
    assignments: [{ principal: GROUP }],
  };
  const job = await setUpJob({ tenantUrl: baseUrl, token: TOKEN, directory, job: { scope: 'all' } });
  const [settings] = readConfiguration(join(job.folder, 'entrain.yaml'), { IT_TOKEN: TOKEN }).jobs;
  if (settings === undefined) throw new Error('there is no job');
  const { schemaFingerprint } = readJob(settings);
  const state = openJobStore(job.stateFile);
  const link = (id: SourceId, target: string, objectType: 'User' | 'Group', held: JsonObject) =>
    aRecording({
      link: {
        sourceId: id,
        targetId: targetId(target),
        objectType,
        isManaged: true,
        hasMemberships: objectType === 'Group',
      },
      state: held,
    });
  await state.apply(
    users.flatMap(({ id, userPrincipalName: userName, displayName }, n) =>
      link(id, targetOf(n), 'User', { userName, active: 'True', displayName }),
    ),
  );
  await state.apply(
    [
      link(GROUP, 'g-1', 'Group', { displayName: 'Everybody', externalId: GROUP }),
      aRecording({
        memberships: { group: GROUP, added: users.map(({ id }) => id), removed: [], isComplete: true },
      }),
    ].flat(),
  );
  const { watermark, directoryId } = await job.withDirectory(async (store) => ({
    watermark: await store.watermark(),
    directoryId: await store.directoryId(),
  }));
  const now = new Date().toISOString();
  await state.complete(
    {
      id: crypto.randomUUID(),
      kind: 'initial',
      state: 'Succeeded',
      startedAt: now,
      endedAt: now,
      counts: NO_COUNTS,
      since: null,
      until: watermark,
      sourceCount: MEMBERS + 1,
      schemaFingerprint,
      error: null,
    },
    { watermark, directoryId, schemaFingerprint },
    () => INITIAL_CONTROL,
  );
  await state.close();
  await job.withDirectory(
    async (store) =>
      await store.removeMembers(
        GROUP,
        users.map(({ id }) => id),
        now,
      ),
  );
  return job;
};

let server: Server;
let job: SpawnedJob;

beforeAll(async () => {
  server = await startServer();
  const { port } = server.address() as AddressInfo;
  job = await provisioned(`http://127.0.0.1:${port}/scim`);
}, 180_000);
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  job.remove();
});

interface Ended {
  readonly code: number | null;
  readonly stderr: string;
}

/** Runs the next cycle of the job in a folder in a small heap. */
const runInSmallHeap = (cwd: string): Promise<Ended> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [`--max-old-space-size=${HEAP}`, MAIN, 'run', '--quiet'], {
      cwd,
      env: { ...process.env, NO_COLOR: '1', IT_TOKEN: TOKEN },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('close', (code) => resolve({ code, stderr }));
  });

describe('a group that loses 100,000 members at once', () => {
  test.each([
    ['a list of 100 in each request', { patch: 'legacy' }, MEMBERS / 100],
    ['a filter each, 100 in each request', { patch: COMPLIANT_PATCH }, MEMBERS / 100],
  ])('is emptied by %s', { timeout: 120_000 }, async (_how, dialect, atLeast) => {
    const folder = mkdtempSync(join(tmpdir(), 'entrain-many-'));
    try {
      cpSync(job.folder, folder, { recursive: true });
      const file = join(folder, 'entrain.yaml');
      const configuration = JSON.parse(readFileSync(file, 'utf8'));
      configuration.jobs[0].target.dialect = dialect;
      writeFileSync(file, JSON.stringify(configuration));
      members.clear();
      for (let n = 0; n < MEMBERS; n += 1) members.add(targetOf(n));
      requests = 0;
      largestBody = 0;
      expect(await runInSmallHeap(folder)).toEqual({ code: 0, stderr: '' });
      expect(members.size).toBe(0);
      expect(requests).toBeGreaterThanOrEqual(atLeast);
      expect(requests).toBeLessThan(atLeast * 1.5);
      expect(largestBody).toBeLessThan(16 * 1024);
      requests = 0;
      expect(await runInSmallHeap(folder)).toEqual({ code: 0, stderr: '' });
      expect(requests).toBe(0);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
