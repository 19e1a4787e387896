import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Taken } from './endpoint.ts';

/** The built program; another one for `ENTRAIN_MAIN`. */
const MAIN = resolve(
  process.env.ENTRAIN_MAIN ?? fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url)),
);

/** What a process took from its start to its end. */
export interface Ended {
  readonly stdout: string;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMegabytes: number;
}

/** Lets a process tell on its fourth channel, at its end, what it has used. */
const TELL_USAGE = `data:text/javascript,${encodeURIComponent(
  "import { writeSync } from 'node:fs'; import { isMainThread } from 'node:worker_threads'; if (isMainThread) process.on('exit', () => writeSync(3, JSON.stringify(process.resourceUsage())));",
)}`;

/** Runs a script of Node in a process of its own. */
async function runNode(args: readonly string[], cwd: string, environment: NodeJS.ProcessEnv): Promise<Ended> {
  const began = performance.now();
  const child = spawn(process.execPath, ['--import', TELL_USAGE, ...args], {
    cwd,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const texts = ['', '', ''];
  for (const [index, stream] of [child.stdout, child.stderr, child.stdio[3]].entries())
    stream?.on('data', (chunk: Buffer) => {
      texts[index] += chunk.toString();
    });
  const [code] = (await once(child, 'close')) as [number | null];
  const seconds = (performance.now() - began) / 1000;
  const [stdout = '', stderr = '', usage = ''] = texts;
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${stderr || stdout}`);
  const { userCPUTime, systemCPUTime, maxRSS } = JSON.parse(usage) as NodeJS.ResourceUsage;
  return {
    stdout,
    seconds,
    cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
    peakMegabytes: maxRSS / 1024,
  };
}

/** Runs the built program. @param main that of another build; absent: that of this one */
export function runEntrain(
  args: readonly string[],
  cwd: string,
  tenantUrl: string,
  main = builtMain(),
): Promise<Ended> {
  return runNode([main, ...args], cwd, { SCIM_TENANT_URL: tenantUrl });
}

/** What is written down of a process, and where. */
export interface Profiling {
  readonly kind: 'cpu' | 'heap';
  readonly out: string;
  readonly baseUrl?: string;
}

/** Runs the built program and has Node write down where its time or its memory went. */
export function profileEntrain(
  args: readonly string[],
  cwd: string,
  { kind, out, baseUrl }: Profiling,
): Promise<Ended> {
  return runNode(
    [`--${kind}-prof`, `--${kind}-prof-dir=${out}`, builtMain(), ...args],
    cwd,
    baseUrl === undefined ? {} : { SCIM_TENANT_URL: baseUrl },
  );
}

function builtMain(): string {
  if (!existsSync(MAIN)) throw new Error(`${MAIN} is not there: build it with "npm run build"`);
  return MAIN;
}

/** Runs a yardstick; what it prints is JSON. */
export async function runYardstick<Printed>(args: readonly string[]): Promise<Ended & { printed: Printed }> {
  const script = fileURLToPath(new URL('./yardstick.ts', import.meta.url));
  const ended = await runNode(['--import', 'tsx', script, ...args], process.cwd(), {});
  return { ...ended, printed: JSON.parse(ended.stdout) as Printed };
}

/** An endpoint in a process of its own. */
export interface Endpoint {
  readonly baseUrl: string;
  /** What it has taken since this was last asked. */
  taken(): Promise<Taken>;
  stop(): void;
}

/** Starts an endpoint that answers after some milliseconds. */
export async function startEndpoint(delayMs = 0): Promise<Endpoint> {
  const script = fileURLToPath(new URL('./endpoint.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, String(delayMs)], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const [port] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  return {
    baseUrl: `http://127.0.0.1:${port.toString().trim()}`,
    taken: async () => {
      const told = once(child, 'message');
      child.send('taken');
      return ((await told) as [Taken])[0];
    },
    stop: () => {
      child.kill();
    },
  };
}
