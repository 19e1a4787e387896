import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const MAIN = new URL('../../../dist/cli/main.js', import.meta.url).pathname;
const SCHEMA = new URL('../../../config/scim.schema.json', import.meta.url).pathname;

/** So many that the import is not over when the signal arrives. */
const USERS = 150_000;

let folder: string;
let copies: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'entrain-interrupted-'));
  copies = join(folder, 'copies');
  mkdirSync(copies);
  const rows = Array.from({ length: USERS }, (_, n) => `u${n}@contoso.com,User ${n},u${n},true`);
  writeFileSync(
    join(folder, 'people.csv'),
    ['userPrincipalName,displayName,mailNickname,accountEnabled', ...rows].join('\n'),
  );
  const target = { tenantUrl: 'https://localhost:1/scim', auth: { type: 'bearer', secretToken: 'token' } };
  writeFileSync(
    join(folder, 'entrain.yaml'),
    JSON.stringify({
      directory: { source: { type: 'csv', files: [{ path: './people.csv' }] } },
      jobs: [{ id: 'it', schema: SCHEMA, target }],
    }),
  );
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

test.each([
  [['directory', 'import', 'people.csv', '--dry-run']],
  [['directory', 'sync']],
  [['directory', 'sync', '--dry-run']],
])('Ctrl+C in %j ends with 130 and leaves no copy of the files or the directory', async (args) => {
  const seen = watch(copies);
  const command = spawn(process.execPath, [MAIN, ...args], {
    cwd: folder,
    env: { ...process.env, TMPDIR: copies },
  });
  const said: string[] = [];
  command.stderr.on('data', (text) => said.push(String(text)));
  const over = once(command, 'close');
  await Promise.race([once(seen, 'change'), over]);
  seen.close();
  command.kill('SIGINT');
  const [code] = await over;
  expect([code, said.join('')]).toEqual([130, expect.stringContaining('Stopping: nothing is imported.')]);
  expect(readdirSync(copies)).toEqual([]);
  expect(readdirSync(folder).filter((name) => name.startsWith('directory.db.'))).toEqual([]);
});
