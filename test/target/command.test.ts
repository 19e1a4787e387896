import { Command } from 'commander';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Cli } from '../../src/cli/cli.ts';
import { registerTargetCommand } from '../../src/cli/commands/target.ts';
import { ConfigurationError } from '../../src/model/errors.ts';
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
    note: (text: string) => noted.push(text),
  } as unknown as Cli;
  const program = new Command().exitOverride();
  registerTargetCommand(program, () => cli);
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
  ])('refuses %s %s as a usage error', async (...words) => {
    await expect(running(false, '--port', '0', ...words).ended).rejects.toThrow(ConfigurationError);
  });

  test('says how to go on when the port is taken', async () => {
    const other = await aTarget();
    const port = new URL(other.baseUrl).port;
    await expect(running(false, '--port', port).ended).rejects.toThrow(`port ${port} is in use`);
  });
});
