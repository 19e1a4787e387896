import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  holderText,
  isFreeLock,
  type LockHolder,
  type Locking,
  lockHolder,
  takeLock,
} from '../../../src/io/lock.ts';
import { EnvironmentError } from '../../../src/model/errors.ts';

const HOLDER: LockHolder = {
  command: 'start',
  pid: 7,
  host: 'here',
  since: '2026-01-01T00:00:00.000Z',
  instance: 'its own',
};
const OTHER: LockHolder = { ...HOLDER, command: 'run', pid: 8 };

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'entrain-lock-'));
  file = join(folder, 'it.state.db-lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const taken = (locking: Locking): Locking & { kind: 'taken' } => {
  if (locking.kind !== 'taken') throw new Error('the lock is held');
  return locking;
};

describe('a lock', () => {
  it('is given to one, and names who that is to others', () => {
    const lock = taken(takeLock(file, HOLDER));
    expect(takeLock(file, OTHER)).toEqual({ kind: 'held', holder: HOLDER });
    expect(lockHolder(file)).toEqual(HOLDER);
    lock.release();
    taken(takeLock(file, OTHER)).release();
  });

  it('is free before it is taken, and after one or two releases', () => {
    expect(lockHolder(file)).toBeNull();
    const lock = taken(takeLock(file, HOLDER));
    lock.release();
    lock.release();
    expect(lockHolder(file)).toBeNull();
  });

  it('is free for the process that holds it, and for no other of its number', () => {
    const { instance: _, ...claimant } = HOLDER;
    const own = taken(takeLock(file, claimant));
    expect(isFreeLock(file)).toBe(true);
    own.release();
    const lock = taken(takeLock(file, { ...claimant, pid: process.pid, instance: 'of another container' }));
    expect(isFreeLock(file)).toBe(false);
    lock.release();
    expect(isFreeLock(file)).toBe(true);
  });

  it('stays with its holder however often others ask', () => {
    const lock = taken(takeLock(file, HOLDER));
    for (let asked = 0; asked < 3; asked += 1) takeLock(file, OTHER);
    expect(lockHolder(file)).toEqual(HOLDER);
    lock.release();
  });

  it('is for the eyes of its owner only', () => {
    taken(takeLock(file, HOLDER)).release();
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('heals by itself when its holder was killed', async () => {
    const script = `
      const Database = require('better-sqlite3');
      const db = new Database(${JSON.stringify(file)});
      db.exec('CREATE TABLE holder (only INTEGER PRIMARY KEY CHECK (only = 1), document TEXT NOT NULL)');
      db.prepare('INSERT INTO holder VALUES (1, ?)').run(${JSON.stringify(JSON.stringify(HOLDER))});
      db.exec('BEGIN IMMEDIATE');
      process.stdout.write('locked');
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--eval', script], {
      cwd: new URL('../../..', import.meta.url).pathname,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    expect(takeLock(file, OTHER)).toEqual({ kind: 'held', holder: HOLDER });
    const closed = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGKILL');
    await closed;
    expect(lockHolder(file)).toBeNull();
    taken(takeLock(file, OTHER)).release();
  });

  it('is refused on a file that is something else', () => {
    writeFileSync(file, 'this is no database at all, whatever it may be'.repeat(100));
    expect(() => takeLock(file, HOLDER)).toThrow(EnvironmentError);
    expect(() => takeLock(file, HOLDER)).toThrow(
      /the lock of a state\): the content is damaged .*it holds nothing else: .* remove this file/,
    );
  });

  it('has a holder in words', () => {
    expect(holderText(HOLDER)).toBe('"entrain start" (process 7 on here, since 2026-01-01T00:00:00.000Z)');
    expect(holderText(null)).toBe('another process');
  });
});
