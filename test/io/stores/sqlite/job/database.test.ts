import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { openJobStore } from '../../../../../src/io/stores/sqlite/job/job-store.ts';
import { INITIAL_CONTROL } from '../../../../../src/model/control.ts';
import { ConfigurationError } from '../../../../../src/model/errors.ts';
import { allOf } from '../../../../support/all-of.ts';
import { useDirectory } from '../../describe-stores.ts';
import { aCycle, aLink, anEntry, aRecording, idOf } from '../../recordings.ts';

const path = useDirectory();

/** The complaint about a file, which must be a ConfigurationError that names it. */
const complaintOf = async (file: string, readonly = false): Promise<string> => {
  try {
    await openJobStore(file, { readonly }).close();
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    expect((error as ConfigurationError).issues.map(({ source }) => source)).toEqual([file]);
    return (error as ConfigurationError).message;
  }
  return 'none';
};

describe('the file of a job', () => {
  test('what was recorded is there when the store is opened again', async () => {
    const first = openJobStore(path('job.db'));
    await first.apply(aRecording({ link: aLink(1) }));
    await first.complete(
      aCycle(1),
      { watermark: 3, directoryId: 'd', schemaFingerprint: 'f' },
      () => INITIAL_CONTROL,
    );
    await first.close();
    const second = openJobStore(path('job.db'), { synchronous: 'FULL' });
    expect((await second.links([idOf(1)])).size).toBe(1);
    expect((await second.position())?.watermark).toBe(3);
    await second.close();
  });

  test('it is made with its folder, and nobody but its owner may read it', async () => {
    const file = path('state/demo/job.db');
    const store = openJobStore(file);
    await store.apply(aRecording({ link: aLink(1) }));
    for (const name of readdirSync(dirname(file))) {
      expect(statSync(path(`state/demo/${name}`)).mode & 0o777).toBe(0o600);
    }
    await store.close();
  });

  test('a reader of a job that never ran sees an empty state and creates nothing', async () => {
    const store = openJobStore(path('none/job.db'), { readonly: true });
    expect(await store.position()).toBeNull();
    expect((await store.links([idOf(1)])).size).toBe(0);
    expect(await allOf(store.logEntries({ limit: 5 }))).toEqual([]);
    await expect(store.apply(aRecording({ link: aLink(1) }))).rejects.toThrow('readonly');
    await store.close();
    expect(existsSync(path('none'))).toBe(false);
  });

  test('a reader sees what a writer records beside it, and cannot write', async () => {
    const writer = openJobStore(path('job.db'));
    const reader = openJobStore(path('job.db'), { readonly: true });
    await writer.apply(aRecording({ link: aLink(1) }));
    expect((await reader.links([idOf(1)])).size).toBe(1);
    await expect(reader.reset(['Full'])).rejects.toThrow('readonly');
    await writer.close();
    await reader.close();
  });

  test('a recording that fails half-way leaves nothing of its transaction', async () => {
    const store = openJobStore(path('job.db'));
    const broken = { ...anEntry({ id: 'e' }), activityDateTime: 'no instant' };
    await expect(
      store.apply([aRecording({ link: aLink(1) }), aRecording({ log: broken })].flat()),
    ).rejects.toThrow();
    expect((await store.links([idOf(1)])).size).toBe(0);
    await store.close();
  });

  test('the position moves together with the cycle that reached it, or neither does', async () => {
    const store = openJobStore(path('job.db'));
    const broken = { watermark: 9, directoryId: null as unknown as string, schemaFingerprint: 'f' };
    await expect(store.complete(aCycle(1), broken, () => INITIAL_CONTROL)).rejects.toThrow();
    expect(await store.cycles(9)).toEqual([]);
    expect(await store.position()).toBeNull();
    await store.close();
  });

  test('a file of a newer schema version is refused, and left as it is', async () => {
    await openJobStore(path('job.db')).close();
    const db = new Database(path('job.db'));
    db.pragma('user_version = 99');
    db.close();
    const before = readFileSync(path('job.db'));
    expect(await complaintOf(path('job.db'))).toMatch(
      /schema version 99, .* reads up to 5; use the newer entrain/,
    );
    expect(await complaintOf(path('job.db'), true)).toMatch(/schema version 99/);
    expect(readFileSync(path('job.db'))).toEqual(before);
  });

  test("another program's database, a text file and a folder are refused with what to do", async () => {
    const db = new Database(path('other.db'));
    db.exec('CREATE TABLE t (a)');
    db.close();
    writeFileSync(path('notes.txt'), 'not a database, but long enough to be mistaken for one'.repeat(99));
    expect(await complaintOf(path('other.db'))).toMatch(
      /not the state of a synchronization job; name another stateFile/,
    );
    expect(await complaintOf(path('notes.txt'))).toMatch(/not a database; check the path/);
    expect(await complaintOf(path('.'))).toMatch(/cannot be opened .* not a regular file; name a file/);
    expect(await complaintOf(path('notes.txt/job.db'))).toMatch(/cannot be opened .* check the path/);
  });
});
