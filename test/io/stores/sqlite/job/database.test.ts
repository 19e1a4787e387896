import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { openJobStore } from '../../../../../src/io/stores/sqlite/job/job-store.ts';
import { INITIAL_CONTROL } from '../../../../../src/model/control.ts';
import { ConfigurationError } from '../../../../../src/model/errors.ts';
import { useDirectory } from './both-stores.ts';
import { aCycle, aLink, anEntry, aRecording, idOf } from './recordings.ts';

const path = useDirectory();

/** The complaint about a file, which must be a ConfigurationError that names it. */
const complaintOf = (file: string, readonly = false): string => {
  try {
    openJobStore(file, { readonly }).close();
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    expect((error as ConfigurationError).issues.map(({ source }) => source)).toEqual([file]);
    return (error as ConfigurationError).message;
  }
  return 'none';
};

describe('the file of a job', () => {
  test('what was recorded is there when the store is opened again', () => {
    const first = openJobStore(path('job.db'));
    first.apply(aRecording({ link: aLink(1) }));
    first.complete(
      aCycle(1),
      { watermark: 3, directoryId: 'd', schemaFingerprint: 'f' },
      () => INITIAL_CONTROL,
    );
    first.close();
    const second = openJobStore(path('job.db'), { synchronous: 'FULL' });
    expect(second.links([idOf(1)]).size).toBe(1);
    expect(second.position()?.watermark).toBe(3);
    second.close();
  });

  test('it is made with its folder, and nobody but its owner may read it', () => {
    const file = path('state/demo/job.db');
    const store = openJobStore(file);
    store.apply(aRecording({ link: aLink(1) }));
    for (const name of readdirSync(dirname(file))) {
      expect(statSync(path(`state/demo/${name}`)).mode & 0o777).toBe(0o600);
    }
    store.close();
  });

  test('a reader of a job that never ran sees an empty state and creates nothing', () => {
    const store = openJobStore(path('none/job.db'), { readonly: true });
    expect(store.position()).toBeNull();
    expect(store.links([idOf(1)]).size).toBe(0);
    expect([...store.logEntries({ limit: 5 })]).toEqual([]);
    expect(() => store.apply(aRecording({ link: aLink(1) }))).toThrow('readonly');
    store.close();
    expect(existsSync(path('none'))).toBe(false);
  });

  test('a reader sees what a writer records beside it, and cannot write', () => {
    const writer = openJobStore(path('job.db'));
    const reader = openJobStore(path('job.db'), { readonly: true });
    writer.apply(aRecording({ link: aLink(1) }));
    expect(reader.links([idOf(1)]).size).toBe(1);
    expect(() => reader.reset(['Full'])).toThrow('readonly');
    writer.close();
    reader.close();
  });

  test('a recording that fails half-way leaves nothing of its transaction', () => {
    const store = openJobStore(path('job.db'));
    const broken = { ...anEntry({ id: 'e' }), activityDateTime: 'no instant' };
    expect(() => store.apply([aRecording({ link: aLink(1) }), aRecording({ log: broken })].flat())).toThrow();
    expect(store.links([idOf(1)]).size).toBe(0);
    store.close();
  });

  test('the position moves together with the cycle that reached it, or neither does', () => {
    const store = openJobStore(path('job.db'));
    const broken = { watermark: 9, directoryId: null as unknown as string, schemaFingerprint: 'f' };
    expect(() => store.complete(aCycle(1), broken, () => INITIAL_CONTROL)).toThrow();
    expect(store.cycles(9)).toEqual([]);
    expect(store.position()).toBeNull();
    store.close();
  });

  test('a file of a newer schema version is refused, and left as it is', () => {
    openJobStore(path('job.db')).close();
    const db = new Database(path('job.db'));
    db.pragma('user_version = 99');
    db.close();
    const before = readFileSync(path('job.db'));
    expect(complaintOf(path('job.db'))).toMatch(/schema version 99, .* reads up to 4; use the newer entrain/);
    expect(complaintOf(path('job.db'), true)).toMatch(/schema version 99/);
    expect(readFileSync(path('job.db'))).toEqual(before);
  });

  test("another program's database, a text file and a folder are refused with what to do", () => {
    const db = new Database(path('other.db'));
    db.exec('CREATE TABLE t (a)');
    db.close();
    writeFileSync(path('notes.txt'), 'not a database, but long enough to be mistaken for one'.repeat(99));
    expect(complaintOf(path('other.db'))).toMatch(
      /not the state of a synchronization job; name another stateFile/,
    );
    expect(complaintOf(path('notes.txt'))).toMatch(/not a database; check the path/);
    expect(complaintOf(path('.'))).toMatch(/cannot be opened .* not a regular file; name a file/);
    expect(complaintOf(path('notes.txt/job.db'))).toMatch(/cannot be opened .* check the path/);
  });
});
