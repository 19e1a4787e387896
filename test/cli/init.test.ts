import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readConfiguration } from '../../src/io/configuration/read-configuration.ts';
import { readSchemaFile } from '../../src/io/schema-file/read-schema-file.ts';
import { startTarget } from '../../src/target/start.ts';
import { runEntrain } from '../support/run-entrain.ts';

const FILES = ['.env', 'directory.json', 'entrain.yaml', 'scim.schema.json'];
const newFolder = (): string => mkdtempSync(join(tmpdir(), 'entrain-init-'));

test('init writes a job that is complete: its secret, its schema, its directory', async () => {
  const cwd = newFolder();
  const { code, stdout } = await runEntrain(['init', 'my job'], { cwd });
  const folder = join(cwd, 'my job');
  expect(code).toBe(0);
  expect(readdirSync(folder).sort()).toEqual(FILES);
  const [job] = readConfiguration(join(folder, 'entrain.yaml'), {}).jobs;
  expect(job).toMatchObject({ id: 'scim', target: { baseUrl: 'http://127.0.0.1:8080/scim/v2' } });
  expect(readSchemaFile(job?.schemaFile ?? '').user?.attributeMappings).toHaveLength(22);
  expect(stdout).toContain("cd 'my job'");
  // The token of the file is that of the target which the next command starts.
  expect(job?.target.auth).toEqual({ type: 'bearer', secretToken: 'local-token' });
  expect(stdout).toContain('entrain target --port 8080 --token local-token');
});

test('what init writes to .env is for its owner only', async () => {
  const cwd = newFolder();
  await runEntrain(['init'], { cwd });
  expect(statSync(join(cwd, '.env')).mode & 0o077).toBe(0);
});

test('init overwrites nothing: it names what is there, and writes none of the rest', async () => {
  const cwd = newFolder();
  writeFileSync(join(cwd, 'directory.json'), 'mine');
  const { code, stderr } = await runEntrain(['init'], { cwd });
  expect(code).toBe(2);
  expect(stderr).toContain('directory.json\n  the file is there already and is not overwritten');
  expect(readdirSync(cwd)).toEqual(['directory.json']);
  expect(readFileSync(join(cwd, 'directory.json'), 'utf8')).toBe('mine');
});

test('init says so when it cannot write', async () => {
  const cwd = newFolder();
  writeFileSync(join(cwd, 'file'), '');
  const { code, stderr } = await runEntrain(['init', 'file/folder'], { cwd });
  expect(code).toBe(2);
  expect(stderr).toContain('name another folder');
});

test('init writes a job that holds more than 500 deprovisionings back, and more than 30 % of ten users', async () => {
  const cwd = newFolder();
  await runEntrain(['init'], { cwd });
  const [job] = readConfiguration(join(cwd, 'entrain.yaml'), {}).jobs;
  expect(job?.safety).toMatchObject({
    deletionThreshold: 500,
    guard: {
      maxDisablesPercent: 30,
      minimumObjects: 3,
      maxUpdatesPercent: null,
      maxSourceShrinkPercent: 50,
    },
  });
});

test('of the three users that init writes, one or all may leave', async () => {
  const cwd = newFolder();
  await runEntrain(['init'], { cwd });
  const target = await startTarget({ token: 'local-token' });
  try {
    const file = join(cwd, 'entrain.yaml');
    const written = readFileSync(file, 'utf8');
    writeFileSync(file, written.replace('http://127.0.0.1:8080/scim/v2', target.baseUrl));
    const codeOf = async (...args: readonly string[]) => (await runEntrain(args, { cwd })).code;
    expect(await codeOf('directory', 'import', 'directory.json')).toBe(0);
    expect(await codeOf('run')).toBe(0);
    const active = () => target.resources('User').filter((user) => user.active === true).length;
    expect(active()).toBe(3);
    expect(await codeOf('directory', 'delete', 'carol@contoso.com')).toBe(0);
    expect([await codeOf('run'), active()]).toEqual([0, 2]);
    expect(await codeOf('directory', 'unassign', 'Engineering')).toBe(0);
    expect([await codeOf('run'), active()]).toEqual([0, 0]);
  } finally {
    await target.stop();
  }
});

test('init --json lists the files and the next commands', async () => {
  const cwd = newFolder();
  const { stdout } = await runEntrain(['init', '--json'], { cwd });
  const { files, next } = JSON.parse(stdout) as { files: string[]; next: string[] };
  expect([...files].sort()).toEqual(FILES);
  expect(next[0]).toBe('entrain directory import directory.json');
});

test('init takes an endpoint and an exported schema of one’s own, and refuses what is neither', async () => {
  const cwd = newFolder();
  const schema = join(cwd, 'exported schema.json');
  writeFileSync(schema, readFileSync(new URL('../../config/leapsome.schema.json', import.meta.url)));
  const url = 'http://localhost:3000/scim?aadOptscim062020';
  const own = ['--tenant-url', url, '--schema', 'exported schema.json'];
  const { code, stdout } = await runEntrain(['init', 'job', ...own], { cwd });
  expect(code).toBe(0);
  expect(stdout).toMatch(/# put the token of the endpoint into \.env\n.*directory import/);
  for (const name of ['entrain.yaml', '.env'])
    expect(readFileSync(join(cwd, 'job', name), 'utf8')).not.toContain('entrain target');
  const [job] = readConfiguration(join(cwd, 'job', 'entrain.yaml'), {}).jobs;
  expect(job?.target).toMatchObject({
    baseUrl: 'http://localhost:3000/scim',
    dialect: { patch: 'aadOptscim062020' },
  });
  expect(job?.schemaFile).toBe(schema);
  expect(readdirSync(join(cwd, 'job'))).not.toContain('scim.schema.json');
  writeFileSync(join(cwd, 'empty.json'), '');
  writeFileSync(join(cwd, 'null.json'), 'null');
  for (const [option, value, said] of [
    ['--tenant-url', 'http://scim.example.com', '--tenant-url'],
    ['--tenant-url', 'https://scim.example.com/x\n evil', 'white space'],
    ['--schema', 'none.json', 'none.json'],
    ['--schema', 'empty.json', 'empty.json'],
    ['--schema', 'null.json', 'null.json'],
    ['--schema', '/dev/zero', '/dev/zero'],
  ] as const) {
    expect(await runEntrain(['init', 'other', option, value], { cwd })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(said),
    });
    expect(readdirSync(cwd)).not.toContain('other');
  }
});
