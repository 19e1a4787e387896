import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startTarget } from '../../src/target/start.ts';
import { runEntrain } from '../support/run-entrain.ts';

const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const TENANT_URL = 'http://127.0.0.1:8080/scim/v2';

/** The commands of the section "Your own endpoint", in their order. */
const commands = (/## Your own endpoint[\s\S]*?```sh\n([\s\S]*?)```/.exec(README)?.[1] ?? '')
  .split('\n')
  .flatMap((line) => line.replace(/\s+#.*$/, '').split(' && '))
  .filter((command) => command.startsWith('entrain '))
  .map((command) => command.split(' ').slice(1));

test('the seven lines of the README provision three users to an endpoint', { timeout: 180_000 }, async () => {
  const target = await startTarget({ port: 0, token: 'local-token' });
  try {
    const parent = mkdtempSync(join(tmpdir(), 'entrain-readme-'));
    const [init = [], ...others] = commands;
    expect((await runEntrain(init, { cwd: parent })).code).toBe(0);
    const cwd = join(parent, 'my-app');
    const file = join(cwd, 'entrain.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace(TENANT_URL, target.baseUrl));
    const said: string[] = [];
    for (const command of others) {
      const { code, stdout, stderr } = await runEntrain(command, { cwd });
      expect({ command, code, stderr }).toEqual({ command, code: 0, stderr: expect.any(String) });
      said.push(stdout);
    }
    expect(others.map(([name]) => name)).toEqual([
      ...['directory', 'test-connection', 'plan', 'run', 'directory', 'run', 'logs'],
    ]);
    expect(said[1]).toContain('The connection works');
    expect(said[2]).toContain('POST /Users');
    expect(said[3]).toContain('4 created, 2 updated');
    expect(said[5]).toContain('incremental cycle of job scim: Succeeded\n0 created, 1 updated');
    expect(said[6]?.trim().split('\n')).toHaveLength(5);
  } finally {
    await target.stop();
  }
});
