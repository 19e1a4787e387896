import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { buildProgram } from '../../src/cli/program.ts';
import { parseConfiguration } from '../../src/io/configuration/read-configuration.ts';

const ROOT = new URL('../../', import.meta.url).pathname;
const read = (path: string): string => readFileSync(`${ROOT}${path}`, 'utf8');

const MANIFEST = JSON.parse(read('package.json')) as {
  readonly files: readonly string[];
  readonly bin: Readonly<Record<string, string>>;
  readonly scripts: Readonly<Record<string, string>>;
  readonly engines: { readonly node: string };
};

/** The values of a setting of the unit, or of an instruction of the Dockerfile. */
const valuesOf = (text: string, pattern: RegExp): readonly string[] =>
  [...text.replaceAll('\\\n', ' ').matchAll(pattern)].map(([, value = '']) => value.trim());

/** Makes sure that the program understands a command line, without running it. */
const requireUnderstood = async (args: readonly string[]): Promise<void> => {
  const [name = '', ...rest] = args;
  const program = await buildProgram({ stdout: process.stdout, stderr: process.stderr, environment: {} });
  const command = program.commands.find((one) => one.name() === name);
  expect(command, name).toBeDefined();
  const known = [...program.options, ...(command?.options ?? [])].flatMap(({ long }) => long ?? []);
  expect(known).toEqual(expect.arrayContaining(rest.filter((arg) => arg.startsWith('--'))));
};

const defaultPort = (): number | undefined =>
  parseConfiguration(
    JSON.stringify({
      endpoint: {},
      jobs: [
        {
          id: 'it',
          schema: 's.json',
          target: { tenantUrl: 'https://host/scim', auth: { type: 'bearer', secretToken: 'hush-hush' } },
        },
      ],
    }),
    '/srv/entrain.yaml',
    {},
  ).endpoint?.port;

describe('the unit of systemd', () => {
  const unit = read('config/entrain.service');
  const setting = (name: string): readonly string[] => valuesOf(unit, new RegExp(`^${name}=(.*)$`, 'gm'));

  test('is part of the package, and starts a command that there is', async () => {
    expect(MANIFEST.files).toContain('config');
    const [env, program = '', ...args] = setting('ExecStart')[0]?.split(/\s+/) ?? [];
    expect([env, Object.keys(MANIFEST.bin)]).toEqual(['/usr/bin/env', [program]]);
    await requireUnderstood(args);
  });

  test('runs as an account that can write to the state only', () => {
    expect(
      Object.fromEntries(
        ['DynamicUser', 'NoNewPrivileges', 'ProtectSystem', 'StateDirectory', 'UMask'].map((name) => [
          name,
          setting(name),
        ]),
      ),
    ).toEqual({
      DynamicUser: ['yes'],
      NoNewPrivileges: ['yes'],
      ProtectSystem: ['strict'],
      StateDirectory: ['entrain'],
      UMask: ['0077'],
    });
    expect(setting('User')).toEqual([]);
  });

  test('stops and reloads the daemon by the signals that it listens to', () => {
    expect(setting('KillSignal')).toEqual(['SIGTERM']);
    expect(setting('ExecReload')).toEqual(['/bin/kill -HUP $MAINPID']);
  });
});

describe('the Dockerfile', () => {
  const dockerfile = read('config/Dockerfile');
  const instruction = (name: string): readonly string[] =>
    valuesOf(dockerfile, new RegExp(`^${name} (.*)$`, 'gm'));
  const json = (name: string): readonly string[] => JSON.parse(instruction(name)[0] ?? '[]') as string[];

  test('copies what there is, and what the build makes', () => {
    const sources = instruction('COPY')
      .filter((text) => !text.startsWith('--from'))
      .flatMap((text) => text.split(/\s+/).slice(0, -1));
    expect(sources.length).toBeGreaterThan(5);
    expect(sources.filter((path) => !existsSync(`${ROOT}${path}`))).toEqual([]);
    expect(dockerfile).toContain('npm run build');
    expect(MANIFEST.scripts.build).toBe('tsc');
    expect(JSON.parse(read('tsconfig.json'))).toMatchObject({ compilerOptions: { outDir: 'dist' } });
    // Everything that the package has is there, as commands read it from beside the program.
    for (const part of MANIFEST.files)
      expect(dockerfile).toMatch(new RegExp(`^COPY .*\\b${part}\\b.* \\./`, 'm'));
  });

  test('runs the program of the package with a command that there is', async () => {
    expect(json('ENTRYPOINT')).toEqual(['node', `/opt/entrain/${MANIFEST.bin.entrain}`]);
    await requireUnderstood(json('CMD'));
  });

  test('runs as a user without rights, with the state on a volume that is theirs', () => {
    expect(instruction('USER')).toEqual(['node']);
    expect(instruction('VOLUME')).toEqual(['/var/lib/entrain']);
    expect(dockerfile).toContain('install -d -o node -g node -m 700 /var/lib/entrain');
    expect(dockerfile.indexOf('USER node')).toBeLessThan(dockerfile.indexOf('ENTRYPOINT'));
  });

  test('asks /health on the port that the endpoint has by default', () => {
    expect(instruction('HEALTHCHECK')[0]).toContain(`http://127.0.0.1:${defaultPort()}/health`);
  });

  test('has a Node that the package takes', () => {
    const least = Number(/\d+/.exec(MANIFEST.engines.node)?.[0]);
    const versions = instruction('FROM').map((text) => Number(/node:(\d+)/.exec(text)?.[1]));
    expect(versions).toHaveLength(2);
    for (const version of versions) expect(version).toBeGreaterThan(least);
  });
});
