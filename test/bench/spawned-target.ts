import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { ObjectType } from '../../src/model/directory.ts';
import type { JsonObject } from '../../src/model/json.ts';

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const TOKEN = 'bench';
const PAGE_SIZE = 200;

/** An embedded target in a process of its own, so that what it holds is not counted as memory of the job. */
export async function spawnTarget() {
  const args = ['--import', 'tsx', MAIN, 'target', '--port', '0', '--token', TOKEN];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const baseUrl = await tenantUrlIn(child.stderr);
  const resources = async (type: ObjectType): Promise<readonly JsonObject[]> => {
    const found: JsonObject[] = [];
    for (;;) {
      const answer = await fetch(`${baseUrl}/${type}s?startIndex=${found.length + 1}&count=${PAGE_SIZE}`, {
        headers: { authorization: `Bearer ${TOKEN}` },
      });
      const { Resources = [] } = (await answer.json()) as { readonly Resources?: readonly JsonObject[] };
      if (Resources.length === 0) return found;
      found.push(...Resources);
    }
  };
  return {
    baseUrl,
    token: TOKEN,
    resources,
    stop: async (): Promise<void> => {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function tenantUrlIn(stream: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: stream })) {
    const url = /^Tenant URL\s+(\S+)/.exec(line)?.[1];
    if (url !== undefined) return url;
  }
  throw new Error('the target ended before it listened');
}
