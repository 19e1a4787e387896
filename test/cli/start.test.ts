import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Help } from 'commander';
import { beforeAll, describe, expect, test } from 'vitest';
import { COMMAND_TABLE } from '../../src/cli/command-table.ts';
import { buildProgram } from '../../src/cli/program.ts';
import { loadedModules } from '../support/loaded-modules.ts';
import { runEntrain } from '../support/run-entrain.ts';

/** Packages that take long to load, and that only commands need which send or listen. */
const HEAVY = ['axios', 'undici', 'fastify', 'nodemailer', 'pino', 'prom-client'];

describe('the program loads what a command needs', () => {
  let cwd = '';
  beforeAll(async () => {
    cwd = mkdtempSync(join(tmpdir(), 'entrain-start-'));
    await runEntrain(['init'], { cwd });
    await runEntrain(['directory', 'import', 'directory.json'], { cwd });
  });

  test.each([['--help'], ['--version']])('%s: the parser of arguments alone', async (arg) => {
    const { packages, own } = await loadedModules([arg], cwd);
    expect([...packages]).toEqual(['commander']);
    expect(
      [...own].filter((file) => /^(io\/(stores|scim-client\/(?!wire\/depth))|job|expression)/.test(file)),
    ).toEqual([]);
  });

  test.each([
    ['status', []],
    ['directory', ['list', 'users']],
    ['logs', []],
    ['plan', ['--offline']],
  ])('%s %j: nothing that sends or listens', async (command, args) => {
    const { packages } = await loadedModules([command, ...args], cwd);
    expect(HEAVY.filter((name) => packages.has(name))).toEqual([]);
  });

  test('directory list: none of what imports files', async () => {
    const { packages, own } = await loadedModules(['directory', 'list', 'users'], cwd);
    expect(['csv-parse', 'stream-json', 'cli-progress'].filter((name) => packages.has(name))).toEqual([]);
    expect([...own].filter((file) => file.startsWith('io/sources/import/'))).toEqual([
      'io/sources/import/entries.js',
    ]);
  });

  test('of its own modules, status loads no client, no directory store and no other command', async () => {
    const { own } = await loadedModules(['status'], cwd);
    const foreign = [...own].filter((file) =>
      /^(io\/(scim-client\/(?!wire\/depth)|har\/har-entry|stores\/sqlite\/directory\/(?!database|tables))|target|importing|mapping|exporting|job\/compile|cli\/commands\/(?!status))/.test(
        file,
      ),
    );
    expect(foreign).toEqual([]);
  });
});

describe('the table of commands', () => {
  test('says of each command what its options and arguments say', async () => {
    const quiet = { write: () => undefined };
    const program = await buildProgram({ stdout: quiet, stderr: quiet, environment: {} });
    const standard = new Help();
    const loaded = program.commands.map((command) => standard.subcommandTerm(command));
    const listed = (await runEntrain(['--help'])).stdout;
    expect(program.commands).toHaveLength(COMMAND_TABLE.length);
    for (const term of loaded) expect(listed).toContain(`\n  ${term} `);
  });
});
