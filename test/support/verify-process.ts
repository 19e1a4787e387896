import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningTarget, startTarget, type TargetOptions } from '../../src/target/start.ts';
import { type DeadlyProxy, startDeadlyProxy } from './deadly-proxy.ts';
import type { Run } from './run-entrain.ts';

const MAIN = new URL('../../dist/cli/main.js', import.meta.url).pathname;

/** A target behind a proxy, and processes of `entrain verify` that run against it in a folder of their own. */
export interface VerifyStand {
  readonly target: RunningTarget;
  readonly proxy: DeadlyProxy;
  readonly folder: string;
  start(...args: readonly string[]): { readonly child: ChildProcess; readonly ended: Promise<Run> };
  /** Users and groups that are at the target, by name. */
  left(): readonly string[];
  /** Paths of the ledgers. */
  ledgers(): readonly string[];
}

/** Uses a stand and takes it down. */
export async function withVerifyStand(
  use: (stand: VerifyStand) => Promise<void>,
  options: TargetOptions = {},
): Promise<void> {
  const target = await startTarget(options);
  const proxy = await startDeadlyProxy(target.baseUrl);
  const folder = mkdtempSync(join(tmpdir(), 'entrain-verify-test-'));
  const children = new Set<ChildProcess>();
  try {
    await use({
      target,
      proxy,
      folder,
      start: (...args) => {
        const child = spawn(process.execPath, [MAIN, 'verify', '--url', proxy.baseUrl, ...args], {
          cwd: folder,
          env: { ...process.env, NO_COLOR: '1', ENTRAIN_TARGET_TOKEN: target.token },
          stdio: ['ignore', 'pipe', 'pipe'],
        });
        children.add(child);
        return { child, ended: endOf(child) };
      },
      left: () =>
        [...target.resources('User'), ...target.resources('Group')].map(({ userName, displayName }) =>
          String(userName ?? displayName),
        ),
      ledgers: () => {
        const place = join(folder, '.entrain/verify');
        return readdirSync(place).map((name) => join(place, name));
      },
    });
  } finally {
    for (const child of children) child.kill('SIGKILL');
    await proxy.stop();
    await target.stop();
    rmSync(folder, { recursive: true });
  }
}

const endOf = (child: ChildProcess): Promise<Run> =>
  new Promise((resolve, reject) => {
    const said = { stdout: '', stderr: '' };
    child.stdout?.on('data', (chunk: Buffer) => {
      said.stdout += chunk.toString();
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      said.stderr += chunk.toString();
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...said }));
  });
