import { existsSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { lockFileOf, takeLock } from '../../../../../src/io/lock.ts';
import { openJobStore } from '../../../../../src/io/stores/sqlite/job/job-store.ts';
import { targetId } from '../../../../../src/model/identifiers.ts';
import { useDirectory } from '../../describe-stores.ts';
import { idOf, membersOf } from '../../recordings.ts';
import { versionIn } from '../stored-versions.ts';
import { writeState3 } from './state-3.ts';

const path = useDirectory();
const OLD = [
  { n: 1, targetId: 't-1' },
  { n: 2, targetId: 't-2' },
];

describe('a state of schema version 3', () => {
  test('is upgraded once, with a copy of its own beside one that is there', async () => {
    writeState3(path('job.db.v3.bak'), OLD.slice(1));
    const before = readFileSync(path('job.db.v3.bak'));
    writeState3(path('job.db'), OLD);
    const upgraded = openJobStore(path('job.db'));
    expect(upgraded.remarks).toEqual([expect.stringContaining(`is kept as ${path('job.db.v3.2.bak')}`)]);
    await upgraded.close();
    expect(readFileSync(path('job.db.v3.bak'))).toEqual(before);
    const copy = new Database(path('job.db.v3.2.bak'), { readonly: true });
    expect(copy.prepare('SELECT count(*) FROM link').pluck().get()).toBe(OLD.length);
    copy.close();
    const again = openJobStore(path('job.db'));
    expect(again.remarks).toEqual([]);
    await again.close();
  });

  test('is read as it is, and belongs to no job yet', async () => {
    writeState3(path('job.db'), OLD);
    const before = readFileSync(path('job.db'));
    const state = openJobStore(path('job.db'), { readonly: true });
    expect((await state.links([idOf(1)])).size).toBe(1);
    expect(await state.claim({ job: 'a', target: 'https://a' }, () => true)).toEqual({ kind: 'unowned' });
    await state.close();
    expect(readFileSync(path('job.db'))).toEqual(before);
    expect(existsSync(path('job.db.v3.bak'))).toBe(false);
  });

  test('forgets all links to a target object that several have, with the position, and says so', async () => {
    writeState3(path('job.db'), [
      ...OLD,
      { n: 3, targetId: 't-1' },
      { n: 4, targetId: 't-1', objectType: 'Group' },
      { n: 5, targetId: 't-1' },
    ]);
    const db = new Database(path('job.db'));
    db.exec('INSERT INTO membership VALUES (4, 1), (4, 3), (4, 5)');
    db.close();
    const state = openJobStore(path('job.db'));
    expect(state.remarks[1]).toMatch(
      /^3 links shared a target object .* are forgotten.* initial one .*DuplicateSourceEntries/,
    );
    const ids = [1, 2, 3, 4, 5].map(idOf);
    expect([...(await state.links(ids)).keys()].sort()).toEqual([2, 4].map(idOf));
    expect((await state.targetStates(ids)).size).toBe(2);
    expect(await state.membersAmong(new Map([[idOf(4), ids]]))).toEqual(new Map());
    expect(await state.linkCounts()).toEqual({ User: 1, Group: 1 });
    expect(await state.position()).toBeNull();
    expect((await state.linksOfTargets('User', [targetId('t-1')])).size).toBe(0);
    await state.apply(membersOf(4, [2]));
    await state.close();
  });

  test('is not upgraded while another process has it in use, and stays as it is', async () => {
    writeState3(path('job.db'), OLD);
    const holder = {
      command: 'start',
      pid: process.pid,
      instance: 'of another process',
      host: hostname(),
      since: '2026-01-01T00:00:00.000Z',
    };
    const lock = takeLock(lockFileOf(path('job.db')), holder);
    expect(() => openJobStore(path('job.db'))).toThrow(
      /older schema version and is in use by "entrain start" .*stop that process/,
    );
    expect(versionIn(path('job.db'))).toBe(3);
    if (lock.kind === 'taken') lock.release();
    await openJobStore(path('job.db')).close();
  });

  test('stays as it is when the upgrade fails in its middle', () => {
    writeState3(path('job.db'), [...OLD, { n: 3, targetId: 't-1' }]);
    const db = new Database(path('job.db'));
    db.exec('DROP TABLE membership');
    db.close();
    expect(() => openJobStore(path('job.db'))).toThrow('no such table');
    expect(versionIn(path('job.db'))).toBe(3);
    const after = new Database(path('job.db'), { readonly: true });
    expect(after.prepare('SELECT count(*) FROM link').pluck().get()).toBe(3);
    after.close();
  });
});
