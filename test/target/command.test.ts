import { Command } from 'commander';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Cli } from '../../src/cli/cli.ts';
import { registerTargetCommand } from '../../src/cli/commands/target.ts';
import { ConfigurationError } from '../../src/model/errors.ts';
import { FAULTS } from '../../src/target/faults/faults.ts';
import { PERSONAS } from '../../src/target/personas/personas.ts';
import { addCommand } from '../support/add-command.ts';
import { aTarget } from './client.ts';

const listeners = { SIGINT: process.listeners('SIGINT'), SIGTERM: process.listeners('SIGTERM') };

afterEach(() => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    for (const listener of process.listeners(signal))
      if (!listeners[signal].includes(listener)) process.removeListener(signal, listener);
});

/** Runs the command; `ended` settles when it ends. */
const running = (json: boolean, ...words: readonly string[]) => {
  const printed: string[] = [];
  const noted: string[] = [];
  const cli = {
    options: { json },
    print: (text: string) => printed.push(text),
    printJsonLine: (document: unknown) => printed.push(JSON.stringify(document)),
    note: (text: string) => noted.push(text),
  } as unknown as Cli;
  const program = new Command().exitOverride();
  addCommand(program, 'target', registerTargetCommand, () => cli);
  const ended = program.parseAsync(['target', ...words], { from: 'user' });
  return { printed, noted, ended };
};

const tenantUrl = (noted: readonly string[]): Promise<string> =>
  vi.waitFor(() => {
    const url = noted
      .map((line) => /^Tenant URL +(\S+)$/.exec(line)?.[1])
      .find((found) => found !== undefined);
    if (url === undefined) throw new Error('no tenant URL yet');
    return url;
  });

describe('entrain target', () => {
  test('prints each exchange with compact bodies, and stops on SIGTERM', async () => {
    const { printed, noted, ended } = running(false, '--port', '0', '--token', 'my-token');
    const url = await tenantUrl(noted);
    await fetch(`${url}/Users`, {
      method: 'POST',
      headers: { authorization: 'Bearer my-token', 'content-type': 'application/scim+json' },
      body: '{ "userName": "alice", "password": "hunter2" }',
    });
    process.emit('SIGTERM');
    await ended;
    const lines = printed.join('\n').split('\n');
    expect(lines[0]).toBe('POST /Users → 201');
    expect(lines[1]).toBe('  > {"userName":"alice","password":"(removed)"}');
    expect(lines[2]).toMatch(/^ {2}< \{.*"userName":"alice"/);
    expect([...printed, ...noted].join('\n')).not.toMatch(/my-token|hunter2/);
    await expect(fetch(`${url}/Users`)).rejects.toThrow();
  });

  test('under --json prints one line of JSON for each exchange', async () => {
    const { printed, noted, ended } = running(true, '--port', '0');
    const url = await tenantUrl(noted);
    const token = noted
      .map((line) => /^Secret token +(\S+)$/.exec(line)?.[1])
      .find((found) => found !== undefined);
    await fetch(`${url}/Users?filter=userName+eq+%22x%22`, { headers: { authorization: `Bearer ${token}` } });
    process.emit('SIGINT');
    await ended;
    expect(printed).toHaveLength(1);
    expect(JSON.parse(printed[0] ?? '')).toMatchObject({
      method: 'GET',
      path: '/Users',
      query: 'filter=userName+eq+%22x%22',
      status: 200,
      responseBody: { totalResults: 0 },
    });
  });

  test.each([
    ['--port', 'x'],
    ['--port', '70000'],
    ['--token', 'two words'],
    ['--file', '/nowhere/at/all.jsonl'],
    ['--fault', '429=often'],
  ])('refuses %s %s as a usage error', async (...words) => {
    await expect(running(false, '--port', '0', ...words).ended).rejects.toThrow(ConfigurationError);
  });

  test('says how to go on when the port is taken', async () => {
    const other = await aTarget();
    const port = new URL(other.baseUrl).port;
    await expect(running(false, '--port', port).ended).rejects.toThrow(`port ${port} is in use`);
  });

  test('lists every persona and every fault under --help, with what each does', async () => {
    let help = '';
    const program = new Command().exitOverride().configureOutput({ writeOut: (text) => (help += text) });
    addCommand(program, 'target', registerTargetCommand, () => ({}) as Cli);
    const target = program.commands[0]
      ?.exitOverride()
      .configureOutput({ writeOut: (text) => (help += text) });
    await expect(target?.parseAsync(['--help'], { from: 'user' })).rejects.toThrow('outputHelp');
    const flat = help.replace(/\s+/g, ' ');
    for (const { name, description } of PERSONAS) expect(flat).toContain(` ${name} ${description}`);
    for (const { name, argument, concerns, description } of FAULTS)
      expect(flat).toContain(` ${name}[=${argument.sign}] ${concerns.words}: ${description}`);
    expect(Math.max(...help.split('\n').map((line) => line.length))).toBeLessThanOrEqual(110);
  });

  test('takes a persona and several faults, and says how an answer was broken off', async () => {
    const words = ['--port', '0', '--token', 't', '--persona', 'slack-like'];
    const faults = ['--fault', 'reset=1', '--fault', 'reset-after-write=1'];
    const { printed, noted, ended } = running(false, ...words, ...faults);
    const url = await tenantUrl(noted);
    const post = (userName: string) =>
      fetch(`${url}/Users`, {
        method: 'POST',
        headers: { authorization: 'Bearer t', 'content-type': 'application/scim+json' },
        body: JSON.stringify({ userName }),
      });
    await expect(post('a')).rejects.toThrow();
    await expect(post('a')).rejects.toThrow();
    expect((await post('u'.repeat(22))).status).toBe(400);
    process.emit('SIGTERM');
    await ended;
    const heads = printed
      .join('\n')
      .split('\n')
      .filter((line) => line.startsWith('POST'));
    expect(heads).toEqual([
      'POST /Users → connection reset',
      'POST /Users → 201 (connection reset)',
      'POST /Users → 400',
    ]);
  });

  test.each([
    [
      '--fault',
      'stale-raed',
      /^there is no fault "stale-raed"; the faults are 400, .*; did you mean stale-read\?$/,
    ],
    [
      '--persona',
      'strct',
      /^there is no persona "strct"; the personas are tolerant, .*; did you mean strict\?$/,
    ],
  ])('refuses %s %s with the list and what was probably meant', async (option, name, message) => {
    const { ended } = running(false, '--port', '0', option, name);
    await expect(ended).rejects.toMatchObject({
      issues: [{ source: option, message: expect.stringMatching(message) }],
    });
  });
});
