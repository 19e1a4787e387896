import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { importFiles } from '../../src/io/sources/import/import.ts';
import { plainReading } from '../../src/model/csv-reading.ts';
import { type AttributePath, type SourceId, sourceId, targetId } from '../../src/model/identifiers.ts';
import type { StateChange } from '../../src/model/state.ts';
import { type RunningTarget, startTarget } from '../../src/target/start.ts';
import { type FakeWorld, fakeWorld } from '../support/fake-world.ts';
import { type Lab, openLab } from '../support/lab.ts';

const USER_COUNT = 100_000;
const CHANGE_COUNT = 100;

const idOf = (n: number): SourceId => sourceId(`a0000000-0000-4000-8000-${String(n).padStart(12, '0')}`);
const nameOf = (n: number): string => `user${n}@contoso.com`;

let folder: string;
let target: RunningTarget;
let clock: FakeWorld;
let lab: Lab;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'entrain-'));
  target = await startTarget();
  clock = fakeWorld();
  await importUsers();
  lab = openLab({ baseUrl: target.baseUrl, token: target.token, clock, folder, job: { scope: 'all' } });
});

afterEach(async () => {
  await lab.close();
  await target.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function importUsers(): Promise<void> {
  const rows = Array.from({ length: USER_COUNT }, (_, n) => `${idOf(n)},${nameOf(n)},User ${n},user${n}`);
  const file = join(folder, 'users.csv');
  writeFileSync(file, ['id,userPrincipalName,displayName,mailNickname', ...rows, ''].join('\n'));
  const store = join(folder, 'directory.db');
  const request = {
    files: [file],
    format: 'csv',
    csv: () => plainReading('users'),
    job: null,
    mirror: false,
  } as const;
  await importFiles(store, { ...request, force: false, now: clock.now() });
}

/** What a job remembers of a user that it provisioned. */
const recordingOf = (n: number): readonly StateChange[] => [
  {
    kind: 'link',
    link: {
      sourceId: idOf(n),
      targetId: targetId(`u-${n}`),
      objectType: 'User',
      isManaged: true,
      hasMemberships: false,
    },
  },
  {
    kind: 'targetState',
    sourceId: idOf(n),
    attributes: {
      userName: nameOf(n),
      active: true,
      displayName: `User ${n}`,
      externalId: `user${n}`,
    } as Readonly<Record<AttributePath, string | boolean>>,
  },
];

/** As an initial cycle over everybody would leave the job, without the 100,000 requests. */
async function bringUpToDate(): Promise<void> {
  const empty = await lab.with({ job: { scope: 'assigned' } }).run();
  expect(empty.counts).toMatchObject({ imported: USER_COUNT, create: 0 });
  for (let start = 0; start < USER_COUNT; start += 5000)
    await lab.state.apply(Array.from({ length: 5000 }, (_, n) => recordingOf(start + n)).flat());
}

describe('an incremental cycle', () => {
  it('with 100 changes among 100,000 users imports 100 objects, and plans and sends exactly those', async () => {
    await bringUpToDate();
    const step = USER_COUNT / CHANGE_COUNT;
    const changed = Array.from({ length: CHANGE_COUNT }, (_, k) => k * step + k);
    for (const n of changed) {
      await lab.directory.change(idOf(n), { attributes: { displayName: `Renamed ${n}` } }, clock.now());
      target.seed('User', { id: `u-${n}`, userName: nameOf(n), displayName: `User ${n}`, active: true });
    }
    clock.advance(40 * 60_000);

    const plan = await lab.plan();
    expect(plan.counts.imported).toBe(CHANGE_COUNT);
    const named = plan.items.filter(({ kind }) => kind !== 'skip').map(({ source }) => source.id);
    expect(named).toEqual(changed.map(idOf));

    const cycle = await lab.run();
    expect(cycle).toMatchObject({
      kind: 'incremental',
      state: 'Succeeded',
      counts: { imported: CHANGE_COUNT, update: CHANGE_COUNT },
    });
    expect(target.resources('User').map(({ displayName }) => displayName)).toEqual(
      changed.map((n) => `Renamed ${n}`),
    );
    expect((await lab.run()).counts.imported).toBe(0);
  });
});
