import { spawn } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/json.ts';
import { type SpawnedJob, setUpJob } from '../support/spawned-job.ts';
import { usersUpTo } from './daemon-process.ts';

const USERS = 24;
const CONCURRENCY = 24;
const MEBIBYTE = 1024 * 1024;
const LARGE = 10 * MEBIBYTE;

/** A heap in which what is sent at once would not fit: 24 answers of 10 MiB, each as bytes, as text and as JSON. */
const HEAP = 192;
/** What the whole process may take, buffers included, in MiB. */
const PROCESS = 640;

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

let server: Server;
let job: SpawnedJob;

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  job.remove();
});

const setUp = async (answer: Answer, target: JsonObject = {}): Promise<void> => {
  server = createServer((request, response) => {
    request.resume().on('end', () => answer(request, response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  job = await setUpJob({
    tenantUrl: `http://127.0.0.1:${port}/scim`,
    token: 'hush-4711',
    directory: usersUpTo(USERS),
    target: { concurrency: CONCURRENCY, ...target },
  });
};

/** Runs a cycle in a small heap. @returns how it ended, and the most memory it took, in MiB */
const runInSmallHeap = (): Promise<{
  readonly code: number | null;
  readonly stderr: string;
  readonly peak: number;
}> =>
  new Promise((resolve) => {
    const main = new URL('../../dist/cli/main.js', import.meta.url).href;
    const script = `
      process.on('exit', () => process.stderr.write('peak ' + process.resourceUsage().maxRSS + '\\n'));
      process.argv.splice(1, 0, 'entrain');
      await import(${JSON.stringify(main)});
    `;
    const child = spawn(
      process.execPath,
      [`--max-old-space-size=${HEAP}`, '--input-type=module', '--eval', script, 'run', '--quiet'],
      { cwd: job.folder, env: { ...process.env, NO_COLOR: '1', IT_TOKEN: 'hush-4711' } },
    );
    let stderr = '';
    child.stdout.resume();
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('close', (code) =>
      resolve({ code, stderr, peak: Number(/peak (\d+)/.exec(stderr)?.[1] ?? Number.NaN) / 1024 }),
    );
  });

/** The value that a filter asks for. */
const askedFor = ({ url = '' }: IncomingMessage): string =>
  /"(.*)"/.exec(new URL(url, 'http://target').searchParams.get('filter') ?? '')?.[1] ?? '';

const isProbe = (name: string): boolean => !name.includes('@');

const list = (resources: readonly string[]): string =>
  `{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":${resources.length},"Resources":[${resources.join()}]}`;

const resource = (name: string, displayName: string): string =>
  `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"id-${name}","userName":"${name}","active":true,"displayName":${displayName}}`;

const asJson = (response: ServerResponse, status: number, body: string): void => {
  response.writeHead(status, { 'content-type': 'application/scim+json' }).end(body);
};

const expectBounded = async (codes: readonly number[] = [0]): Promise<void> => {
  const { code, stderr, peak } = await runInSmallHeap();
  expect(stderr).not.toContain('heap out of memory');
  expect(codes, stderr).toContain(code);
  expect(peak).toBeLessThan(PROCESS);
  expect(statSync(job.stateFile).size).toBeLessThan(8 * MEBIBYTE);
};

const storedStates = (): string => readFileSync(job.stateFile, 'latin1');

// Each of them sends a quarter of a gigabyte, which takes its time on a machine that is busy.
describe('a target that answers with very much', { timeout: 180_000 }, () => {
  test('a displayName of 10 MiB for everybody', async () => {
    const long = JSON.stringify('x'.repeat(LARGE));
    await setUp((request, response) => {
      if (request.method !== 'GET') return asJson(response, 204, '');
      const name = askedFor(request);
      asJson(response, 200, list(isProbe(name) ? [] : [resource(name, long)]));
    });
    await expectBounded();
    expect(storedStates()).not.toContain('x'.repeat(MEBIBYTE));
  });

  test('whole resources of 10 MiB after each creation', async () => {
    const long = JSON.stringify('x'.repeat(LARGE));
    let created = 0;
    await setUp((request, response) => {
      if (request.method === 'GET') return asJson(response, 200, list([]));
      created += 1;
      asJson(response, 201, `{"id":"id-${created}","displayName":${long}}`);
    });
    await expectBounded();
    expect(created).toBe(USERS);
  });

  test('bodies that are small on the wire and 12 MiB without their compression', async () => {
    const bodies = new Map<string, Buffer>();
    const bomb = (name: string): Buffer => {
      const made =
        bodies.get(name) ?? gzipSync(list([resource(name, JSON.stringify('y'.repeat(12 * MEBIBYTE)))]));
      bodies.set(name, made);
      return made;
    };
    await setUp((request, response) => {
      const name = askedFor(request);
      if (request.method !== 'GET') return asJson(response, 200, '{}');
      if (isProbe(name)) return asJson(response, 200, list([]));
      response
        .writeHead(200, { 'content-type': 'application/scim+json', 'content-encoding': 'gzip' })
        .end(bomb(name));
    });
    await expectBounded();
  });

  test('refusals with 10 MiB of text each', async () => {
    const long = 'no '.repeat(LARGE / 3);
    await setUp((request, response) => {
      if (request.method === 'GET') return asJson(response, 200, list([]));
      response.writeHead(400, { 'content-type': 'text/plain' }).end(long);
    });
    await expectBounded([3, 4]);
  });

  test('lists of thousands of entries, and unrequested attributes', async () => {
    const entries = Array.from(
      { length: 20_000 },
      (_, n) => `{"type":"t${n}","value":"v${n}@contoso.com"}`,
    ).join();
    await setUp((request, response) => {
      const name = askedFor(request);
      if (request.method !== 'GET') return asJson(response, 200, '{}');
      const one = `{"id":"id-${name}","userName":"${name}","emails":[${entries}],"addresses":[${entries}],"x":[${entries}]}`;
      asJson(response, 200, list(isProbe(name) ? [] : [one]));
    });
    await expectBounded();
  });

  test('an id of 10 MiB, which no URL can hold', async () => {
    const id = 'i'.repeat(LARGE);
    await setUp((request, response) => {
      const name = askedFor(request);
      if (request.method !== 'GET') return asJson(response, 201, `{"id":"${id}","userName":"x"}`);
      asJson(response, 200, list(isProbe(name) ? [] : [`{"id":"${id}","userName":"${name}"}`]));
    });
    await expectBounded([3, 4]);
  });
});

test('a long value that is as it should be but for its case is not written again', async () => {
  const long = 'z'.repeat(100_000);
  let held = long;
  let writes = 0;
  await setUp((request, response) => {
    const name = askedFor(request);
    if (request.method !== 'GET') {
      writes += 1;
      return asJson(response, 204, '');
    }
    asJson(response, 200, list(isProbe(name) ? [] : [resource(name, JSON.stringify(held))]));
  });
  await job.withDirectory(async (directory) => {
    const now = new Date().toISOString();
    for (let n = 0; n < USERS; n += 1)
      await directory.change(
        (await directory.named(`user${n}@contoso.com`)).id,
        { attributes: { displayName: long } },
        now,
      );
  });
  await job.entrain('run', '--quiet');
  const first = writes;
  held = long.toUpperCase();
  await job.entrain('run', '--quiet', '--full');
  expect(writes).toBe(first);
});
