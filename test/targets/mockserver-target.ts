import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isJsonObject, type JsonObject } from '../../src/model/json.ts';
import { type ForeignTarget, listenOnLoopback } from './foreign-target.ts';
import { send } from './scim-call.ts';

const JAR = fileURLToPath(
  new URL('node_modules/mockserver-node/mockserver-netty-8.0.0-jar-with-dependencies.jar', import.meta.url),
);

/** In the environment of the tests: where the one MockServer of a run listens. */
const ORIGIN = 'ENTRAIN_MOCKSERVER_ORIGIN';

const START_LIMIT_MS = 120_000;
const POLL_MS = 100;

/**
 * Starts MockServer for all tests of a run, as a process of its own. @returns what ends it
 *
 * @throws Error when there is no Java, or MockServer does not come up in two minutes
 */
export default async function startMockServer(): Promise<() => Promise<void>> {
  const free = await listenOnLoopback(() => undefined);
  await free.close();
  const { port } = new URL(free.origin);
  const folder = mkdtempSync(join(tmpdir(), 'mockserver-'));
  const java = spawn(
    'java',
    [
      '-Xmx512m',
      '-Dmockserver.localBoundIP=127.0.0.1',
      '-jar',
      JAR,
      '-serverPort',
      port,
      '-logLevel',
      'ERROR',
    ],
    // It writes the certificate of its own authority into its folder.
    { stdio: 'ignore', cwd: folder },
  );
  process.env[ORIGIN] = free.origin;
  await answered(java, free.origin);
  return async () => {
    java.kill();
    rmSync(folder, { recursive: true, force: true });
  };
}

const answered = async (java: ChildProcess, origin: string): Promise<void> => {
  const gone = new Promise<never>((_, reject) => {
    java.once('error', (error) =>
      reject(new Error(`MockServer needs Java 17 or newer (Debian: default-jre-headless): ${error.message}`)),
    );
    java.once('exit', (code) => reject(new Error(`MockServer ended with ${code} before it answered`)));
  });
  gone.catch(() => undefined);
  const deadline = Date.now() + START_LIMIT_MS;
  while (Date.now() < deadline) {
    const status = fetch(`${origin}/mockserver/status`, { method: 'PUT' }).catch(() => null);
    if ((await Promise.race([status, gone]))?.ok) return;
    await setTimeout(POLL_MS);
  }
  throw new Error(`MockServer did not answer within ${START_LIMIT_MS / 1000} s`);
};

const control = async (path: string, body: JsonObject): Promise<void> => {
  const response = await fetch(`${process.env[ORIGIN]}/mockserver/${path}`, {
    method: 'PUT',
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`MockServer answered ${response.status} to ${path}`);
};

/**
 * Starts a SCIM provider of MockServer without any users and groups, at a path of its own.
 *
 * The naive server: it has no schema, and what it does not know as a path it takes for a name. `users()` and `groups()`
 * read its lists, which show all it holds.
 */
export const startMockServerProvider = async (): Promise<ForeignTarget> => {
  const token = randomUUID();
  const basePath = `/${randomUUID()}`;
  await control('scim', {
    basePath,
    requireBearerToken: true,
    expectedBearerToken: token,
    enforceFilter: true,
    enforcePatch: true,
  });
  const access = { baseUrl: `${process.env[ORIGIN]}${basePath}`, token };
  const list = async (endpoint: '/Users' | '/Groups'): Promise<readonly JsonObject[]> => {
    const { body } = await send(access, 'GET', `${endpoint}?count=10000`);
    return Array.isArray(body.Resources) ? body.Resources.filter(isJsonObject) : [];
  };
  return {
    ...access,
    name: 'mockserver-node',
    hasGroups: true,
    users: () => list('/Users'),
    groups: () => list('/Groups'),
    stop: () => control('clear', { path: `${basePath}/.*` }),
  };
};
