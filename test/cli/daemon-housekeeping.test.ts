import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type CycleHousekeeping, withHousekeeping } from '../../src/app/cycle/housekeeping.ts';
import { runConcurrently } from '../../src/app/daemon/run-daemon.ts';
import { createSerialExecutor } from '../../src/app/daemon/serial-executor.ts';
import type { Session } from '../../src/app/session/session.ts';
import type { JobStore } from '../../src/io/stores/job-store.ts';
import { openJobStore } from '../../src/io/stores/sqlite/job/job-store.ts';
import { restarted } from '../../src/job/control/quarantine.ts';
import type { RestartScope } from '../../src/model/control.ts';
import { INITIAL_CONTROL, type JobControl } from '../../src/model/control.ts';
import { NO_COUNTS } from '../../src/model/cycle.ts';
import type { Watermark } from '../../src/model/identifiers.ts';

const CYCLE = {
  id: 'c',
  kind: 'initial',
  state: 'Succeeded',
  startedAt: '2026-01-01T00:00:00.000Z',
  endedAt: '2026-01-01T00:01:00.000Z',
  counts: NO_COUNTS,
  since: null,
  until: 7 as Watermark,
  sourceCount: 1,
  schemaFingerprint: 's',
  error: null,
} as const;

let folder: string;
let state: JobStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'entrain-housekeeping-'));
  state = openJobStore(join(folder, 'it.state.db'));
});
afterEach(async () => {
  await state.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs something in place of a cycle that ends at watermark 7, having decided what cycles decide. */
const runCycle = (
  meanwhile: () => Promise<unknown>,
  purge: () => Promise<void> = async () => undefined,
  taken: Pick<CycleHousekeeping, 'requested'> = {},
): Promise<void> => {
  const session = {
    state,
    job: { settings: { id: 'it', notificationEmail: null } },
    directory: { purgeExpired: purge },
  } as unknown as Session;
  return withHousekeeping(
    { session, mail: null, note: () => undefined, exclusively: (work) => work(), ...taken },
    async () => {
      await meanwhile();
      const position = { watermark: 7 as Watermark, directoryId: 'd', schemaFingerprint: 's' };
      await state.complete(CYCLE, position, (control) => ({ ...control, forceDeletes: false }));
    },
  );
};

const restart = async (...scopes: readonly RestartScope[]): Promise<void> => {
  await state.reset(scopes);
  await state.updateControl((control) => ({ ...restarted(control, scopes), forgotten: scopes }));
};

describe('a restart while a cycle is under way', () => {
  test('forgets the watermark that the cycle reaches after it', async () => {
    await runCycle(() => restart('Watermark'));
    expect(await state.position()).toBeNull();
    expect((await state.control()).forgotten).toEqual(['Watermark']);
  });

  test('allows the deletions of the next cycle, and not of none', async () => {
    await runCycle(() => restart('ForceDeletes'));
    expect((await state.control()).forceDeletes).toBe(true);
  });

  test('leaves a pause that came after it', async () => {
    await runCycle(async () => {
      await restart('Watermark');
      await state.updateControl((control) => ({ ...control, isPaused: true }));
    });
    expect((await state.control()).isPaused).toBe(true);
  });

  test('ends with the next cycle', async () => {
    await runCycle(() => restart('Watermark'));
    await runCycle(async () => undefined);
    expect((await state.position())?.watermark).toBe(7);
    expect((await state.control()).forgotten).toBeUndefined();
  });
});

describe('a cycle that was asked for', () => {
  const requested: JobControl['requested'] = {
    at: '2026-01-01T00:00:00.000Z',
    full: true,
    retriesAll: false,
  };

  test('is no longer requested once it begins, but again when it is requested meanwhile', async () => {
    await state.updateControl(() => ({ ...INITIAL_CONTROL, requested }));
    await runCycle(async () => expect((await state.control()).requested).toBeUndefined());
    await runCycle(async () => await state.updateControl((control) => ({ ...control, requested })));
    expect((await state.control()).requested).toEqual(requested);
  });

  test('stays requested where it was requested after the cycle had read what to do', async () => {
    await state.updateControl(() => ({ ...INITIAL_CONTROL, requested }));
    await runCycle(async () => undefined, undefined, { requested: null });
    expect((await state.control()).requested).toEqual(requested);
    await runCycle(async () => undefined, undefined, { requested });
    expect((await state.control()).requested).toBeUndefined();
  });

  test('purges the recycle bin only when it came to its end, and there is a cycle before to compare the clock with', async () => {
    const purged: string[] = [];
    const purge = async (): Promise<void> => void purged.push('purged');
    const broken = runCycle(async () => {
      throw new Error('the cycle failed');
    }, purge);
    await expect(broken).rejects.toThrow('the cycle failed');
    expect(purged).toEqual([]);
    await runCycle(async () => undefined, purge);
    expect(purged).toEqual([]);
    await runCycle(async () => undefined, purge);
    expect(purged).toEqual(['purged']);
  });
});

describe('what writes to the directory store in a daemon', () => {
  test('takes turns in the order in which it was asked for, also after a failure', async () => {
    const told: string[] = [];
    const turns = createSerialExecutor();
    const work = (name: string) => async () => {
      told.push(`${name} begins`);
      await new Promise((resolve) => setImmediate(resolve));
      told.push(`${name} ends`);
      if (name === 'b') throw new Error('b failed');
      return name;
    };
    const results = await Promise.allSettled([turns(work('a')), turns(work('b')), turns(work('c'))]);
    expect(told).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });
});

describe('the tasks of a daemon', () => {
  const untilTold = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve());
    });

  test('end together, with the failure of the one that failed', async () => {
    const fails = () => Promise.reject(new Error('a bug'));
    await expect(
      runConcurrently([untilTold, fails, untilTold], new AbortController().signal),
    ).rejects.toThrow('a bug');
  });

  test('end when they are aborted, also before they began', async () => {
    const stop = new AbortController();
    const ended = runConcurrently([untilTold, untilTold], stop.signal);
    stop.abort();
    await expect(ended).resolves.toBeUndefined();
    await expect(runConcurrently([untilTold], AbortSignal.abort())).resolves.toBeUndefined();
  });
});
