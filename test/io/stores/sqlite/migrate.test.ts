import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Directory } from '../../../../src/io/stores/directory-store.ts';
import type { JobStore } from '../../../../src/io/stores/job-store.ts';
import { openDirectory } from '../../../../src/io/stores/sqlite/directory/directory.ts';
import { openJobStore } from '../../../../src/io/stores/sqlite/job/job-store.ts';
import { STATE } from '../../../../src/io/stores/sqlite/job/migrations.ts';
import { presentVersion } from '../../../../src/io/stores/sqlite/migrate.ts';
import { sourceId } from '../../../../src/model/identifiers.ts';
import { allOf } from '../../../support/all-of.ts';
import { idOf } from '../recordings.ts';
import { asNobody } from './as-nobody.ts';
import { type StoredVersion, versionIn, writeStored } from './stored-versions.ts';

let folder: string;
const file = (name: string): string => join(folder, name);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'entrain-migrate-'));
});

afterEach(() => {
  chmodSync(folder, 0o700);
  rmSync(folder, { recursive: true, force: true });
});

const PRESENT = presentVersion(STATE);
const VIEW = { job: 'demo', now: '2026-03-01T12:00:00.000Z' };
const STAFF = sourceId('303e9889-436b-5bd2-be6f-c9ab4d2a181f');

/** Tables, indexes and triggers, whatever the white space of their SQL; SQLite quotes the name of a renamed table. */
const structureOf = (store: string): readonly string[] => {
  const db = new Database(store, { readonly: true });
  const rows = db.prepare('SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name').pluck().all();
  db.close();
  return rows.map((sql) =>
    String(sql).replaceAll('"', '').replace(/\s+/g, ' ').replace(/\( /g, '(').replace(/ \)/g, ')'),
  );
};

/** Nobody may write to the folder and its files while this runs. */
const asReader = <Result>(use: () => Promise<Result>): Promise<Result> => {
  for (const name of readdirSync(folder)) chmodSync(file(name), 0o444);
  chmodSync(folder, 0o555);
  return asNobody(use);
};

/** What the program of each version had recorded, as the present one reads it. */
const recorded = async (state: JobStore) => ({
  links: [...(await state.links([1, 2, 3, 4, 5].map(idOf))).values()].map(
    ({ targetId, objectType, isManaged }) => `${objectType} ${targetId}${isManaged ? '' : ' unmanaged'}`,
  ),
  counts: await state.linkCounts(),
  states: Object.fromEntries(
    [...(await state.targetStates([1, 2, 4].map(idOf)))].map(([id, { attributes }]) => [id, attributes]),
  ),
  members: (await allOf(state.memberships(idOf(4), 9))).flat(),
  escrows: (await state.escrowsOf([idOf(5)])).map(({ label, attemptCount }) => `${label} ${attemptCount}`),
  staged: (await allOf(state.stagedObjects('User', 9))).flat(),
  control: (await state.control()).isPaused,
  position: await state.position(),
  cycles: (await state.cycles(9)).map(({ id, sourceCount }) => `${id} ${sourceCount}`),
  log: (await allOf(state.logEntries({ limit: 9 })))
    .flat()
    .map(
      ({ id, changeId, sourceIdentity, provisioningStatusInfo, provisioningSteps, modifiedProperties }) => [
        id,
        changeId,
        sourceIdentity.displayName,
        provisioningStatusInfo.status,
        provisioningSteps.map(({ name, details }) => ({ name, details })),
        modifiedProperties,
      ],
    ),
  exchanges: (await allOf(state.exchanges({ limit: 9 }))).map(({ request }) => request.url),
});

const RECORDED = {
  links: ['User t-1', 'User t-2', 'User t-3 unmanaged', 'Group t-4'],
  counts: { User: 3, Group: 1 },
  states: {
    [idOf(1)]: { userName: 'user1@contoso.com', active: true, 'name.givenName': 'Zoë' },
    [idOf(2)]: { userName: 'user2@contoso.com' },
    [idOf(4)]: { displayName: 'Staff' },
  },
  members: [1, 2].map(idOf),
  escrows: ['user5@contoso.com 2'],
  staged: [idOf(3)],
  control: true,
  position: { watermark: 42, directoryId: 'd-1', schemaFingerprint: 'f-1' },
  cycles: ['c0000000-0000-4000-8000-000000000001 5'],
  log: [
    ['e-5', 'e-5', 'User5@contoso.com', 'failure', [], []],
    [
      'e-2',
      'e-2',
      'User2@contoso.com',
      'success',
      [{ name: 'EntryImport', details: { objectId: 'x' } }],
      [{ displayName: 'userName', oldValue: null, newValue: 'user2@contoso.com' }],
    ],
    ['e-1', 'e-1', 'User1@contoso.com', 'success', [], []],
  ],
  exchanges: ['https://target.example/scim/Users'],
};

/** The pending intents and members. */
const pendingIn = async (state: JobStore) => ({
  intents: [...(await state.load([5, 6].map(idOf))).pendingIntents],
  members: [...(await state.pendingMembers([idOf(4)]))],
});

/** Version 1 notes nothing of what is pending, and a version before 4 no matching values. */
const pendingOf = (version: number) => {
  const createdAs = { attribute: 'userName', value: 'user6@contoso.com', caseExact: false };
  return {
    intents: version === 1 ? [] : [[idOf(6), version < 4 ? [] : [createdAs]]],
    members: version === 1 ? [] : [[idOf(4), [idOf(3)]]],
  };
};

const read = async <Result>(use: (state: JobStore) => Promise<Result>): Promise<Result> => {
  const state = openJobStore(file('state.db'), { readonly: true });
  try {
    return await use(state);
  } finally {
    await state.close();
  }
};

describe.each([1, 2, 3, 4, PRESENT])('a state of schema version %i', (version) => {
  const name = `state.v${version}` as StoredVersion;
  const copy = () => file(`state.db.v${version}.bak`);

  test('holds after a migration what it held before, and a copy for its owner is beside it', async () => {
    writeStored(name, file('state.db'));
    const state = openJobStore(file('state.db'));
    expect(await recorded(state)).toEqual(RECORDED);
    expect(await pendingIn(state)).toEqual(pendingOf(version));
    expect(state.remarks).toEqual(
      version === PRESENT
        ? []
        : [
            `the state was upgraded from schema version ${version} to ${PRESENT}; a copy of it as it was is kept as ${copy()}`,
          ],
    );
    await state.close();
    expect(versionIn(file('state.db'))).toBe(PRESENT);
    expect(existsSync(copy())).toBe(version !== PRESENT);
    if (version === PRESENT) return;
    expect([versionIn(copy()), statSync(copy()).mode & 0o777]).toEqual([version, 0o600]);
  });

  test('has the tables and indexes of a new state after a migration', async () => {
    writeStored(name, file('state.db'));
    await openJobStore(file('state.db')).close();
    await openJobStore(file('new.db')).close();
    expect(structureOf(file('state.db'))).toEqual(structureOf(file('new.db')));
  });

  test.runIf(version > 1)('is read as it is, also where nothing can be written', async () => {
    writeStored(name, file('state.db'));
    const before = readFileSync(file('state.db'));
    expect(await read(recorded)).toEqual(RECORDED);
    expect(await read(pendingIn)).toEqual(pendingOf(version));
    expect(await asReader(() => read(recorded))).toEqual(RECORDED);
    expect(readFileSync(file('state.db'))).toEqual(before);
    expect(readdirSync(folder).filter((one) => one.endsWith('.bak'))).toEqual([]);
  });
});

test('a state of schema version 1 is read after it was migrated, and readers say how', async () => {
  writeStored('state.v1', file('state.db'));
  await expect(read(recorded)).rejects.toThrow(
    /has schema version 1, which this entrain reads only after a migration to 5; run `entrain run`/,
  );
  expect(versionIn(file('state.db'))).toBe(1);
});

describe.each([1, 2])('a directory store of schema version %i', (version) => {
  const name = `directory.v${version}` as StoredVersion;
  const heldBy = async (directory: Directory) => ({
    counts: [await directory.count('User'), await directory.count('Group')],
    watermark: await directory.watermark(),
    due: (await allOf(directory.changedObjects('User', 0, await directory.watermark(), VIEW, 9)))
      .flat()
      .map(({ label }) => label)
      .sort(),
    staff: (await directory.memberCounts([STAFF])).get(STAFF),
    roles: await directory.allRoles(),
  });
  const HELD = {
    counts: [3, 1],
    watermark: version === 1 ? 13 : 14,
    due: expect.arrayContaining(['ada@contoso.com', 'bob@contoso.com']),
    staff: 2,
    roles: expect.anything(),
  };

  test('holds after a migration what it held before, and continues to count', async () => {
    writeStored(name, file('directory.db'));
    const remarks: string[] = [];
    const directory = openDirectory(file('directory.db'), { remark: (text) => remarks.push(text) });
    expect(await heldBy(directory)).toEqual(HELD);
    expect(remarks).toEqual(
      version === 1
        ? [
            `the directory store was upgraded from schema version 1 to 2; a copy of it as it was is kept as ${file('directory.db.v1.bak')}`,
          ]
        : [],
    );
    await directory.put({ type: 'User', attributes: { userPrincipalName: 'new@contoso.com' } }, VIEW.now);
    expect(await directory.count('User')).toBe(4);
    await directory.close();
    const copies = readdirSync(folder).filter((one) => one.endsWith('.bak'));
    expect(copies).toEqual(version === 1 ? ['directory.db.v1.bak'] : []);
    for (const one of copies)
      expect([versionIn(file(one)), statSync(file(one)).mode & 0o777]).toEqual([version, 0o600]);
    await openDirectory(file('new.db')).close();
    expect(structureOf(file('directory.db'))).toEqual(structureOf(file('new.db')));
  });

  test('is read as it is, also where nothing can be written', async () => {
    writeStored(name, file('directory.db'));
    const before = readFileSync(file('directory.db'));
    const held = async () => {
      const directory = openDirectory(file('directory.db'), { readonly: true });
      const result = await heldBy(directory);
      await directory.close();
      return result;
    };
    expect(await held()).toEqual(HELD);
    expect(await asReader(held)).toEqual(HELD);
    expect(readFileSync(file('directory.db'))).toEqual(before);
  });
});

test('a store of a newer schema version is refused by readers and writers, and left as it is', () => {
  writeStored('directory.v2', file('directory.db'));
  const db = new Database(file('directory.db'));
  db.pragma('user_version = 99');
  db.close();
  const before = readFileSync(file('directory.db'));
  for (const readonly of [true, false])
    expect(() => openDirectory(file('directory.db'), { readonly })).toThrow(
      /the directory store has schema version 99, and this entrain reads up to 2; use the newer entrain/,
    );
  expect(readFileSync(file('directory.db'))).toEqual(before);
});

const DIST = new URL('../../../../dist/io/stores/sqlite/', import.meta.url).href;

/** Runs all steps, and dies before the last one is committed. */
const KILLED_MIGRATION = `
import Database from 'better-sqlite3';
import { migrateStore } from '${DIST}migrate.js';
import { STATE } from '${DIST}job/migrations.js';
const last = STATE.migrations.at(-1);
const migrate = (db) => {
  db.exec(last.migrate);
  process.kill(process.pid, 'SIGKILL');
};
const migrations = [...STATE.migrations.slice(0, -1), { ...last, migrate }];
migrateStore(new Database(process.env.STATE_FILE), process.env.STATE_FILE, { ...STATE, migrations });`;

test('a process that is killed in the middle of a migration leaves the state as it was, and the next one migrates it', async () => {
  writeStored('state.v2', file('state.db'));
  const killed = spawnSync(process.execPath, ['--input-type=module', '--eval', KILLED_MIGRATION], {
    env: { ...process.env, STATE_FILE: file('state.db') },
    encoding: 'utf8',
  });
  expect([killed.signal, killed.stderr]).toEqual(['SIGKILL', '']);
  copyFileSync(file('state.db'), file('left.db'));
  expect(versionIn(file('left.db'))).toBe(2);
  expect(await read(recorded)).toEqual(RECORDED);
  const state = openJobStore(file('state.db'));
  expect(await recorded(state)).toEqual(RECORDED);
  expect(state.remarks).toEqual([expect.stringContaining('.v2.2.bak')]);
  await state.close();
  expect(versionIn(file('state.db'))).toBe(PRESENT);
  expect(readdirSync(folder).filter((name) => name.includes('.new-'))).toEqual([]);
});
