import {
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  watch,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type App, Interruption, openApp, readConfiguration } from '../../src/index.ts';
import { type RunningTarget, startTarget } from '../../src/target/start.ts';
import { usersUpTo } from '../cli/daemon-process.ts';
import { type SpawnedJob, setUpJob } from '../support/spawned-job.ts';

const TOKEN = 'backup-token';

let target: RunningTarget;
let job: SpawnedJob;
let app: App;
let file: string;

const titles = () =>
  Object.fromEntries(
    target.resources('User').map(({ userName, title }) => [String(userName), title ?? null] as const),
  );
const setTitle = (name: string, jobTitle: string) => app.directory().set(name, [`jobTitle=${jobTitle}`]);

/** The record of a cycle that runs here. */
const ranBy = async (one: App) => {
  const ran = await one.run('it');
  if (!('record' in ran)) throw new Error('another process runs the job');
  return ran.record;
};
const contents = (folder: string) =>
  Object.fromEntries(
    readdirSync(folder)
      .filter((name) => /\.db$/.test(name))
      .map((name) => [name, readFileSync(join(folder, name)).toString('base64')]),
  );

beforeEach(async () => {
  target = await startTarget({ token: TOKEN });
  job = await setUpJob({ tenantUrl: target.baseUrl, token: TOKEN, directory: usersUpTo(3) });
  app = openApp(readConfiguration(join(job.folder, 'entrain.yaml'), { IT_TOKEN: TOKEN }));
  file = join(job.folder, 'backup.entrain');
});
afterEach(async () => {
  await target.stop();
  job.remove();
});

describe('a backup', () => {
  it('holds the directory and the states, readable by its owner only, and is replaced by the next one', async () => {
    await app.run('it');
    const { stores, absent } = await app.backUp(file);
    expect(stores.map(({ kind }) => kind)).toEqual(['state', 'directory']);
    expect(absent).toEqual([]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await app.backUp(file);
    expect(readdirSync(job.folder).filter((name) => name.startsWith('backup'))).toEqual(['backup.entrain']);
  });

  it('is not written over anything else', async () => {
    for (const name of ['directory.db', 'it.state.db', 'entrain.yaml'])
      await expect(app.backUp(join(job.folder, name))).rejects.toThrow(/not written over/);
    const notes = join(job.folder, 'notes.txt');
    writeFileSync(notes, 'mine');
    await expect(app.backUp(notes)).rejects.toThrow(/is not a backup of entrain/);
  });

  it('is taken and restored around a mistake: every account is right again after the next cycle', async () => {
    await setTitle('user0@contoso.com', 'Lead');
    await app.run('it');
    const accounts = titles();
    await app.backUp(file);

    await setTitle('user0@contoso.com', 'Clerk');
    await app.directory().delete('user1@contoso.com');
    await app.run('it');
    const { restored } = await app.restore(file);
    expect(restored.map(({ kind }) => kind)).toEqual(['state', 'directory']);
    for (const { kept } of restored) expect(statSync(String(kept)).mode & 0o777).toBe(0o600);
    const record = await ranBy(app);

    expect(record.kind).toBe('initial');
    expect(titles()).toEqual(accounts);
    expect(target.resources('User').map(({ active }) => active)).toEqual([true, true, true]);
    expect((await ranBy(app)).counts.update).toBe(0);
  });

  it('restored, the next cycle sends the members of a group again that were lost in the target meanwhile', async () => {
    const folk = {
      groups: [
        { displayName: 'Sales', securityEnabled: true, members: ['user0@contoso.com', 'user1@contoso.com'] },
      ],
      assignments: [{ principal: 'Sales', job: 'it' }],
    };
    const groups = join(job.folder, 'groups.json');
    writeFileSync(groups, JSON.stringify(folk));
    await app.directory().import({ files: [groups] });
    await app.run('it');
    const members = () => JSON.stringify(target.resources('Group').map((group) => group.members));
    const before = members();
    await app.backUp(file);
    await app.directory().removeMembers('Sales', ['user0@contoso.com']);
    await app.run('it');
    expect(members()).not.toBe(before);
    await app.restore(file);
    await app.run('it');
    expect(JSON.parse(members())[0]).toHaveLength(2);
  });

  it('of the directory lets a job that it does not hold begin again', async () => {
    await app.backUp(file);
    await app.run('it');
    const { restarted } = await app.restore(file);
    expect(restarted).toEqual(['it']);
    expect((await ranBy(app)).kind).toBe('initial');
  });

  it('restores the state of one job where that is asked for', async () => {
    await app.run('it');
    await app.backUp(file);
    const { restored, leftOut } = await app.restore(file, 'it');
    expect(restored).toEqual([expect.objectContaining({ kind: 'state', job: 'it' })]);
    expect(leftOut).toEqual([]);
  });

  it('restores a job on another machine, where no file is yet', async () => {
    await app.run('it');
    await app.backUp(file);
    const other = await setUpJob({ tenantUrl: target.baseUrl, token: TOKEN });
    try {
      const there = openApp(readConfiguration(join(other.folder, 'entrain.yaml'), { IT_TOKEN: TOKEN }));
      const { restored } = await there.restore(file);
      expect(restored.map(({ kept }) => kept)).toEqual([null, null]);
      expect((await ranBy(there)).counts).toMatchObject({ create: 0, update: 0, failed: 0 });
    } finally {
      other.remove();
    }
  });

  it('and its restoration remove what killed ones have left, and nothing else', async () => {
    await app.run('it');
    const id = '0b1c2d3e-0000-4000-8000-000000000000';
    const left = [`${file}.new-${id}`, `${file}.new-${id}.copy`, `${file}.new-${id}-journal`];
    const leftOfState = [`${job.stateFile}.new-${id}`, `${job.stateFile}.new-${id}-wal`];
    const others = [`${file}.new-notes`, `${file}.new-${id}.txt`, `${file}.old`];
    const underWay = `${file}.new-${id.replace('0b', '1b')}`;
    for (const one of [...left, ...leftOfState, ...others, underWay]) writeFileSync(one, '');
    for (const one of [...left, ...leftOfState, ...others]) utimesSync(one, 1_000, 1_000);
    await app.backUp(file);
    expect([...left, ...others, underWay].filter((one) => existsSync(one))).toEqual([...others, underWay]);
    await app.restore(file);
    expect(leftOfState.filter((one) => existsSync(one))).toEqual([]);
  });

  it('leaves the draft of another one that is under way, however long ago it was written to', async () => {
    await app.run('it');
    const draft = `${file}.new-0b1c2d3e-0000-4000-8000-000000000000`;
    const other = new Database(draft);
    other.exec('CREATE TABLE chunk (content)');
    other.exec('BEGIN IMMEDIATE');
    writeFileSync(`${draft}.copy`, '');
    for (const one of [draft, `${draft}.copy`]) utimesSync(one, 1_000, 1_000);
    await app.backUp(file);
    expect([draft, `${draft}.copy`].map((one) => existsSync(one))).toEqual([true, true]);
    other.close();
    await app.backUp(file);
    expect([draft, `${draft}.copy`].map((one) => existsSync(one))).toEqual([false, false]);
  });

  it('says that another one, or somebody, removed what it had written so far', async () => {
    await app.run('it');
    const watcher = watch(job.folder, (_event, name) => {
      if (name?.endsWith('.copy')) rmSync(join(job.folder, name.slice(0, -'.copy'.length)), { force: true });
    });
    await expect(app.backUp(file)).rejects.toThrow(
      /removed meanwhile, .* by another backup .*run one at a time/,
    );
    watcher.close();
    expect(readdirSync(job.folder).filter((name) => name.startsWith('backup'))).toEqual([]);
  });

  it('leaves nothing once its signal is aborted', async () => {
    await app.run('it');
    const call = { signal: AbortSignal.abort() };
    await expect(app.backUp(file, null, call)).rejects.toBeInstanceOf(Interruption);
    expect(readdirSync(job.folder).filter((name) => name.startsWith('backup'))).toEqual([]);
  });

  it('that Ctrl+C stops ends with 130 and leaves nothing', async () => {
    const store = new Database(join(job.folder, 'directory.db'));
    store.exec('CREATE TABLE filler (content); INSERT INTO filler VALUES (zeroblob(150000000))');
    store.close();
    const command = job.start('state', 'backup', 'backup.entrain');
    const seen = watch(job.folder, (_event, name) => {
      if (!name?.startsWith('backup')) return;
      seen.close();
      command.child.kill('SIGINT');
    });
    const { code, stderr } = await command.ended;
    expect([code, stderr]).toEqual([130, expect.stringContaining('Stopping: nothing is backed up.')]);
    expect(readdirSync(job.folder).filter((name) => name.startsWith('backup'))).toEqual([]);
  });

  it('of one job holds its state alone', async () => {
    await expect(app.backUp(file, 'it')).rejects.toThrow(
      /job it has no state to back up; "entrain run --job it"/,
    );
    await app.run('it');
    expect((await app.backUp(file, 'it')).stores).toMatchObject([{ kind: 'state', job: 'it' }]);
    expect((await app.restore(file)).restored).toMatchObject([{ kind: 'state', job: 'it' }]);
  });

  it.each([0, 1, 2, 3, 5, 8])(
    'with page %i destroyed is called damaged, and changes nothing',
    async (page) => {
      await app.run('it');
      await app.backUp(file);
      const before = contents(job.folder);
      const fd = openSync(file, 'r+');
      const at = page === 0 ? 100 : page * 4_096;
      writeSync(fd, Buffer.alloc(4_096 - (at % 4_096), 0xa5), 0, undefined, at);
      closeSync(fd);
      await expect(app.restore(file)).rejects.toThrow(/the backup is damaged, and nothing was restored/);
      expect(contents(job.folder)).toEqual(before);
    },
  );

  it('is not made of a damaged store', async () => {
    await app.run('it');
    const fd = openSync(job.stateFile, 'r+');
    for (let at = 4_096; at < statSync(job.stateFile).size; at += 4_096)
      writeSync(fd, Buffer.alloc(4_096, 0xa5), 0, undefined, at);
    closeSync(fd);
    await expect(app.backUp(file)).rejects.toThrow(
      /the store is damaged, and nothing was backed up; put it back/,
    );
  });

  it('that is damaged or none changes nothing', async () => {
    await app.run('it');
    await app.backUp(file);
    const before = contents(job.folder);
    const size = statSync(file).size;
    const damaged = join(job.folder, 'damaged.entrain');
    copyFileSync(file, damaged);
    const fd = openSync(damaged, 'r+');
    for (let at = 40_000; at < size; at += 16_384) writeSync(fd, 'damage', at);
    closeSync(fd);
    await expect(app.restore(damaged)).rejects.toThrow(/the backup is damaged, and nothing was restored/);
    await expect(app.restore(join(job.folder, 'it.state.db'))).rejects.toThrow(/this file is no backup/);
    await expect(app.restore(join(job.folder, 'entrain.yaml'))).rejects.toThrow(/this file is no backup/);
    expect(contents(job.folder)).toEqual(before);
  });

  it.each([
    ['names no instant', "UPDATE backup SET created_at = char(27) || '[31mred'"],
    ['holds a store twice', "UPDATE store SET kind = 'state', job = 'it'"],
    ['lacks a table', 'DROP TABLE store'],
  ])('that %s is refused by its name, and changes nothing', async (_, sql) => {
    await app.run('it');
    await app.backUp(file);
    const db = new Database(file);
    db.exec(sql);
    db.close();
    const before = contents(job.folder);
    await expect(app.restore(file)).rejects.toMatchObject({
      issues: [
        { source: file, message: expect.stringContaining('the backup is damaged, and nothing was restored') },
      ],
    });
    expect(contents(job.folder)).toEqual(before);
  });

  it('restored, keeps a copy that holds what only the log of the store held', async () => {
    await app.run('it');
    await app.backUp(file);
    const state = join(job.folder, 'it.state.db');
    const reader = new Database(state);
    reader.prepare('SELECT count(*) FROM link').get();
    await setTitle('user1@contoso.com', 'Lead');
    await app.run('it');
    // As a killed process leaves them: with a log that is in no file yet.
    for (const end of ['', '-wal']) copyFileSync(`${state}${end}`, `${state}.killed${end}`);
    reader.close();
    for (const end of ['', '-wal']) copyFileSync(`${state}.killed${end}`, `${state}${end}`);
    expect(statSync(`${state}-wal`).size).toBeGreaterThan(0);
    const { restored } = await app.restore(file);
    const kept = String(restored.find(({ kind }) => kind === 'state')?.kept);
    expect(existsSync(`${kept}-wal`)).toBe(false);
    const copy = new Database(kept, { readonly: true });
    expect(copy.prepare('SELECT count(*) FROM cycle').pluck().get()).toBe(2);
    copy.close();
  });

  it('is taken while a daemon runs, and restored only once that has ended', async () => {
    const daemon = job.start('start');
    await daemon.says('ended');
    await app.backUp(file);
    await expect(app.restore(file)).rejects.toThrow(/in use by/);
    daemon.child.kill('SIGTERM');
    await daemon.ended;
    expect((await app.restore(file)).restored).toHaveLength(2);
    expect((await ranBy(app)).counts).toMatchObject({ create: 0, update: 0, failed: 0 });
  });
});
