import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openDirectory } from '../../../../src/io/stores/sqlite/directory/directory.ts';
import { openJobStore } from '../../../../src/io/stores/sqlite/job/job-store.ts';
import { openToRead } from '../../../../src/io/stores/sqlite/read-only-database.ts';
import { asNobody } from './as-nobody.ts';

let folder: string;
const file = (name: string): string => join(folder, name);

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'entrain-readonly-'));
  await openDirectory(file('directory.db')).close();
  await openJobStore(file('state.db')).close();
});

afterEach(() => {
  chmodSync(folder, 0o700);
  rmSync(folder, { recursive: true, force: true });
});

const protect = (mode = 0o444): void => {
  for (const name of readdirSync(folder)) chmodSync(file(name), mode);
  chmodSync(folder, 0o555);
};

describe('a store in a folder that cannot be written', () => {
  test('is readable, and nothing is left beside it or behind', async () => {
    protect();
    const names = readdirSync(folder);
    const bytes = names.map((name) => readFileSync(file(name)));
    const copies = () => readdirSync(tmpdir()).filter((name) => name.startsWith('entrain-read-'));
    const before = copies();
    await asNobody(async () => {
      const directory = openDirectory(file('directory.db'), { readonly: true });
      const state = openJobStore(file('state.db'), { readonly: true });
      expect([await directory.count('User'), await state.position()]).toEqual([0, null]);
      await state.close();
      await directory.close();
    });
    expect(readdirSync(folder)).toEqual(names);
    expect(names.map((name) => readFileSync(file(name)))).toEqual(bytes);
    expect(copies()).toEqual(before);
  });

  test('is read with what stands only in its write-ahead log', async () => {
    const writing = new Database(file('directory.db'));
    writing.pragma('wal_autocheckpoint = 0');
    writing.exec('CREATE TABLE late (value); INSERT INTO late VALUES (42)');
    const log = readFileSync(file('directory.db-wal'));
    expect(log.length).toBeGreaterThan(0);
    protect();
    const value = await asNobody(() => {
      const db = openToRead(file('directory.db'));
      const late = db.prepare('SELECT value FROM late').pluck().get();
      db.close();
      return late;
    });
    writing.close();
    expect(value).toBe(42);
  });

  test('that cannot be read either is refused in words', async () => {
    protect(0o200);
    await expect(asNobody(() => openDirectory(file('directory.db'), { readonly: true }))).rejects.toThrow(
      /directory\.db \(the directory store\): it cannot be opened: .*unable to open database file.*check the path and its permissions/,
    );
  });
});
