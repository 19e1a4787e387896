import { execFileSync } from 'node:child_process';
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  createStoreFile,
  isEmptyFile,
  isUsedUnderAnotherName,
  problemOfStore,
  realFile,
} from '../../../../src/io/stores/sqlite/store-file.ts';
import { mayMount, NEEDS_MOUNT } from '../../../support/small-disk.ts';

let folder: string;
const path = (name: string): string => join(folder, name);

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'entrain-store-file-')));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the file behind a name', () => {
  test('is the same through symbolic links to it, to its folder and to other links, and through dots', () => {
    mkdirSync(path('data'));
    writeFileSync(path('data/state.db'), 'x');
    symlinkSync('data/state.db', path('one'));
    symlinkSync(path('one'), path('two'));
    symlinkSync('data', path('folder'));
    const names = ['one', 'two', 'folder/state.db', 'data/../data/./state.db'];
    expect(names.map((name) => realFile(path(name)))).toEqual(names.map(() => path('data/state.db')));
  });

  test('is known before the file, or its folder, exists', () => {
    mkdirSync(path('data'));
    symlinkSync('data/state.db', path('one'));
    symlinkSync('data', path('folder'));
    symlinkSync('nowhere/deep', path('dangling'));
    expect(realFile(path('one'))).toBe(path('data/state.db'));
    expect(realFile(path('folder/new/state.db'))).toBe(path('data/new/state.db'));
    expect(realFile(path('dangling/state.db'))).toBe(path('nowhere/deep/state.db'));
  });

  test('is not to be found where links go in a circle', () => {
    symlinkSync('b', path('a'));
    symlinkSync('a', path('b'));
    expect(() => realFile(path('a'))).toThrow('ELOOP');
  });
});

describe('a file that must not be opened as a store', () => {
  test('has a second name, and may be opened again once that is gone', () => {
    writeFileSync(path('state.db'), 'x');
    expect(problemOfStore(path('state.db'))).toBeNull();
    linkSync(path('state.db'), path('other.db'));
    for (const name of ['state.db', 'other.db'])
      expect(problemOfStore(path(name))).toMatch(/2 names \(hard links\).*remove the other names/);
    rmSync(path('other.db'));
    expect(problemOfStore(path('state.db'))).toBeNull();
  });

  test('is no file, as a folder or a named pipe', () => {
    execFileSync('mkfifo', [path('pipe')]);
    expect(problemOfStore(path('pipe'))).toMatch('not a regular file');
    expect(problemOfStore(folder)).toMatch('not a regular file');
    expect(problemOfStore(path('none'))).toBeNull();
  });

  test.skipIf(!mayMount)(`is mounted alone${NEEDS_MOUNT}`, () => {
    writeFileSync(path('state.db'), 'x');
    writeFileSync(path('mounted.db'), '');
    execFileSync('mount', ['--bind', path('state.db'), path('mounted.db')]);
    try {
      expect(problemOfStore(path('mounted.db'))).toMatch(/mounted as a single file.*mount its folder/);
    } finally {
      execFileSync('umount', [path('mounted.db')]);
    }
  });
});

describe('creating a store', () => {
  test('leaves a whole file of its owner and nothing beside it', () => {
    createStoreFile(path('state.db'), Buffer.from('whole'));
    expect(readFileSync(path('state.db'), 'utf8')).toBe('whole');
    expect(statSync(path('state.db')).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['state.db']);
  });

  test('leaves a file alone that another process created first', () => {
    writeFileSync(path('state.db'), 'first');
    createStoreFile(path('state.db'), Buffer.from('second'));
    expect(readFileSync(path('state.db'), 'utf8')).toBe('first');
    expect(readdirSync(folder)).toEqual(['state.db']);
  });

  test('may be killed between its two names: the second one is removed at the next opening', () => {
    writeFileSync(path('state.db'), 'x');
    linkSync(path('state.db'), path('state.db.new-0b0b'));
    expect(problemOfStore(path('state.db'))).toBeNull();
    expect(readdirSync(folder)).toEqual(['state.db']);
  });

  test('may be killed before the file has its name: what is left blocks no process', () => {
    writeFileSync(path('state.db.new-0b0b'), 'half');
    expect(problemOfStore(path('state.db'))).toBeNull();
    createStoreFile(path('state.db'), Buffer.from('whole'));
    expect(readFileSync(path('state.db'), 'utf8')).toBe('whole');
  });

  test('an empty file is distinguished from none', () => {
    writeFileSync(path('empty'), '');
    expect([isEmptyFile(path('empty')), isEmptyFile(path('none'))]).toEqual([true, false]);
  });
});

describe('a store in use', () => {
  const open = (name: string): Database.Database => {
    const db = new Database(path(name));
    db.pragma('journal_mode = WAL');
    db.exec('CREATE TABLE IF NOT EXISTS t (a)');
    return db;
  };

  test('is known under the name to which it was moved, and not taken for it under its own', () => {
    const db = open('state.db');
    expect(isUsedUnderAnotherName(path('state.db'))).toBe(false);
    renameSync(path('state.db'), path('moved.db'));
    expect(isUsedUnderAnotherName(path('moved.db'))).toBe(true);
    db.close();
    expect(isUsedUnderAnotherName(path('moved.db'))).toBe(false);
  });

  test('is known by another process', () => {
    const db = open('state.db');
    renameSync(path('state.db'), path('moved.db'));
    const script = `const { isUsedUnderAnotherName } = await import(${JSON.stringify(new URL('../../../../dist/io/stores/sqlite/store-file.js', import.meta.url).href)});
      process.stdout.write(String(isUsedUnderAnotherName(${JSON.stringify(path('moved.db'))})));`;
    const said = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
      encoding: 'utf8',
    });
    expect(said).toBe('true');
    db.close();
  });

  test('leaves nothing behind when it is inspected', () => {
    open('state.db').close();
    expect(isUsedUnderAnotherName(path('state.db'))).toBe(false);
    expect(readdirSync(folder)).toEqual(['state.db']);
    expect(existsSync(path('state.db-wal'))).toBe(false);
  });
});
