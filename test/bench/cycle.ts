/**
 * Measures an initial cycle of so many creations against an endpoint without logic, beside two yardsticks that send
 * the same requests with nothing around them: stock axios, and undici's pool.
 * @example tsx test/bench/cycle.ts 20000 32 0
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import axios from 'axios';
import { Pool } from 'undici';
import { importFiles } from '../../src/io/directory/import/import.ts';
import { systemWorld } from '../../src/io/world.ts';
import { openLab } from '../support/lab.ts';
import { generatedUser, writeCompany } from './company.ts';

const users = Number(process.argv[2] ?? 20_000);
const concurrency = Number(process.argv[3] ?? 32);
const delayMs = Number(process.argv[4] ?? 0);

async function startEndpoint(): Promise<{ port: number; stop: () => void }> {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', fileURLToPath(new URL('./endpoint.ts', import.meta.url)), String(delayMs)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const [port] = (await once(child.stdout, 'data')) as [Buffer];
  return { port: Number(port.toString().trim()), stop: () => child.kill() };
}

interface Measured {
  readonly perSecond: number;
  readonly cpuMicroseconds: number;
}

async function measure(requests: number, work: () => Promise<unknown>): Promise<Measured> {
  const cpu = process.cpuUsage();
  const began = performance.now();
  await work();
  const seconds = (performance.now() - began) / 1000;
  const used = process.cpuUsage(cpu);
  return { perSecond: requests / seconds, cpuMicroseconds: (used.user + used.system) / requests };
}

async function inParallel(count: number, one: (n: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      while (next < count) await one(next++);
    }),
  );
}

const bodyOf = (n: number): string => JSON.stringify(generatedUser(n));
const filterOf = (n: number): string => `/Users?filter=userName+eq+%22user${n}%40contoso.com%22`;

const { port, stop } = await startEndpoint();
const base = `http://127.0.0.1:${port}`;
const folder = mkdtempSync(join(tmpdir(), 'entrain-bench-'));
try {
  const file = join(folder, 'company.json');
  await writeCompany(file, users, []);
  await importFiles(join(folder, 'directory.db'), {
    files: [file],
    format: 'json',
    csvAs: 'users',
    job: 'lab',
    mirror: false,
    force: false,
    now: systemWorld.now(),
  });
  const sample = Math.min(users, 10_000);
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
  const client = axios.create({ baseURL: base, httpAgent: agent, proxy: false });
  const withAxios = await measure(sample * 2, () =>
    inParallel(sample, async (n) => {
      await client.get(filterOf(n));
      await client.post('/Users', bodyOf(n), { headers: { 'Content-Type': 'application/scim+json' } });
    }),
  );
  agent.destroy();
  const pool = new Pool(base, { connections: concurrency });
  const withUndici = await measure(sample * 2, () =>
    inParallel(sample, async (n) => {
      await (await pool.request({ method: 'GET', path: filterOf(n) })).body.json();
      const headers = { 'content-type': 'application/scim+json' };
      await (await pool.request({ method: 'POST', path: '/Users', body: bodyOf(n), headers })).body.json();
    }),
  );
  await pool.close();
  const lab = openLab({ baseUrl: base, token: 'bench', clock: systemWorld, concurrency, folder });
  const ours = await measure(users * 2, () => lab.run());
  lab.close();
  const line = (name: string, { perSecond, cpuMicroseconds }: Measured): string =>
    `${name.padEnd(16)} ${Math.round(perSecond).toString().padStart(8)} requests/s  ${cpuMicroseconds.toFixed(0).padStart(6)} µs CPU a request`;
  console.log(`${users} creations, concurrency ${concurrency}, endpoint ${delayMs} ms`);
  console.log(line('stock axios', withAxios));
  console.log(line('undici pool', withUndici));
  console.log(line('entrain', ours));
  console.log(
    `× axios ${(ours.perSecond / withAxios.perSecond).toFixed(2)}   share of undici ${(ours.perSecond / withUndici.perSecond).toFixed(2)}   peak memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`,
  );
} finally {
  stop();
  rmSync(folder, { recursive: true, force: true });
}
