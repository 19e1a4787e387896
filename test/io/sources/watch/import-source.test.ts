import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { importSource } from '../../../../src/io/sources/watch/import-source.ts';
import { openDirectory } from '../../../../src/io/stores/sqlite/directory/directory.ts';
import { plainReading } from '../../../../src/model/csv-reading.ts';
import { ConfigurationError } from '../../../../src/model/errors.ts';
import { allOf } from '../../../support/all-of.ts';

const NOW = '2026-01-01T00:00:00.000Z';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'entrain-source-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const nameOf = (n: number): string => `user${n}@contoso.com`;

const csv = (count: number): string =>
  [
    'userPrincipalName,displayName',
    ...Array.from({ length: count }, (_, n) => `${nameOf(n)},User ${n}`),
    '',
  ].join('\n');

const store = (): string => join(folder, 'directory.db');

const write = (name: string, text: string): string => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
};

const take = (file: string, signal = new AbortController().signal) =>
  importSource(
    store(),
    { files: [file], format: null, mirror: true, allowUnknown: false },
    { now: NOW, signal, onWarning: () => undefined },
  );

const userCount = async (): Promise<number> => {
  const directory = openDirectory(store(), { readonly: true });
  try {
    return await directory.count('User');
  } finally {
    await directory.close();
  }
};

const liveCount = async (): Promise<number> => {
  const directory = openDirectory(store(), { readonly: true });
  try {
    return (await allOf(directory.objects('User', { job: 'it', now: NOW }, 500)))
      .flat()
      .filter(({ presence }) => presence === 'live').length;
  } finally {
    await directory.close();
  }
};

describe('a watched source', () => {
  it('is imported as a mirror: who is missing is deleted softly', async () => {
    const file = write('users.csv', csv(10));
    expect(await take(file)).toMatchObject({ users: { added: 10 } });
    write('users.csv', csv(8));
    expect(await take(file)).toMatchObject({ users: { removed: 2 } });
    expect([await userCount(), await liveCount()]).toEqual([10, 8]);
  });

  it('changes nothing when a file is empty, cut off, or no such thing, and names it as it is called', async () => {
    const file = write('users.json', JSON.stringify({ users: [{ userPrincipalName: nameOf(1) }] }));
    await take(file);
    for (const text of ['', '{}', '{"users": []}', '{"users": [{"userPrincipalName": "user1@con', 'hello']) {
      write('users.json', text);
      const error = await take(file).then(
        () => null,
        (reason: unknown) => reason,
      );
      expect(error, text).toBeInstanceOf(ConfigurationError);
      const sources = (error as ConfigurationError).issues.map(({ source }) => source);
      expect(sources.every((source) => [file, '--mirror'].includes(source))).toBe(true);
    }
    expect(await liveCount()).toBe(1);
  });

  it('never removes more than half of what there is, wherever a CSV file was cut off', async () => {
    const whole = csv(40);
    const file = write('users.csv', whole);
    await take(file);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: Math.floor(whole.length * 0.49) }), async (length) => {
        write('users.csv', whole.slice(0, length));
        await expect(take(file)).rejects.toBeInstanceOf(ConfigurationError);
        expect(await liveCount()).toBe(40);
      }),
      { numRuns: 15 },
    );
  });

  it('of several files is one version: people and teams by employee number', async () => {
    const people = write('people.csv', 'No;UPN\n007;ada@contoso.com\n008;bob@contoso.com\n');
    const groups = write('teams.csv', 'Code;Team\nT1;Sales\n');
    const members = write('members.csv', 'Team;No\nT1;007\nT1;008\n');
    const column = (heading: string, attribute: string, by: string | null = null) => ({
      ...{ heading, attributes: [attribute], values: null, otherwise: 'fail' as const, date: [], by },
    });
    const source = {
      files: [members, groups, people],
      format: 'csv' as const,
      csv: [
        {
          ...plainReading('members'),
          columns: [column('Team', 'group', 'key'), column('No', 'member', 'employeeId')],
        },
        { ...plainReading('groups'), key: 'Code', columns: [column('Team', 'displayName')] },
        {
          ...plainReading('users'),
          columns: [column('No', 'employeeId'), column('UPN', 'userPrincipalName')],
        },
      ],
      mirror: true,
      allowUnknown: false,
    };
    const options = { now: NOW, signal: new AbortController().signal, onWarning: () => undefined };
    const counts = await importSource(store(), source, options);
    expect(counts).toMatchObject({ users: { added: 2 }, groups: { added: 1 }, memberships: { added: 2 } });
    write('members.csv', 'Team;No\nT1;007\nT1;009\nT2;007\n');
    const error = await importSource(store(), source, options).catch((reason: unknown) => reason);
    expect((error as ConfigurationError).issues.map(({ line, message }) => `${line} ${message}`)).toEqual([
      '3 there is nobody whose employeeId is "009"',
      '4 there is nothing with the key "T2"',
    ]);
    rmSync(groups);
    await expect(importSource(store(), source, options)).rejects.toThrow('there is no such file');
    expect(await liveCount()).toBe(2);
  });

  it('leaves no store behind when the first import fails, and no copy ever', async () => {
    const file = write('users.json', '{"users": [');
    const temporary = mkdtempSync(join(folder, 'tmp-'));
    vi.stubEnv('TMPDIR', temporary);
    await expect(take(file)).rejects.toBeInstanceOf(ConfigurationError);
    expect(existsSync(store())).toBe(false);
    expect(readdirSync(temporary)).toEqual([]);
  });

  it('rolls back when it is aborted', async () => {
    const file = write('users.csv', csv(10));
    await take(file);
    write('users.csv', csv(20));
    await expect(take(file, AbortSignal.abort())).rejects.toThrow();
    expect(await liveCount()).toBe(10);
  });

  it('says which file is not there', async () => {
    await expect(take(join(folder, 'absent.csv'))).rejects.toThrow('there is no such file');
  });
});
