import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createScheduler,
  type DaemonFacts,
  dueAt,
  type ScheduledJob,
} from '../../../src/job/scheduler/scheduler.ts';
import { aStage, BEGIN, FACTS, instantAt } from './stage.ts';

const quarantinedUntil = (nextAttempt: string): Partial<DaemonFacts> => ({
  control: {
    isPaused: false,
    isDisabled: false,
    quarantine: {
      reason: 'EncounteredQuarantineException',
      error: { code: 'code', message: 'message' },
      seriesBegan: BEGIN,
      currentBegan: BEGIN,
      nextAttempt,
      seriesCount: 1,
    },
  },
});

const PAUSED: Partial<DaemonFacts> = { control: { isPaused: true, isDisabled: false, quarantine: null } };

const begins = (told: readonly string[]): readonly string[] => told.filter((line) => line.endsWith('begins'));

describe('the scheduler of the daemon', () => {
  it('runs the cycles of a job at its interval, from start to start', async () => {
    const stage = aStage();
    stage.add('a', 10);
    await stage.runUntil(100);
    expect(stage.told).toEqual([
      '0 a begins',
      '10 a ends',
      '40 a begins',
      '50 a ends',
      '80 a begins',
      '90 a ends',
    ]);
  });

  it('begins the next cycle at once when one overran its interval, and never two', async () => {
    const stage = aStage();
    stage.add('a', 55);
    await stage.runUntil(120);
    expect(stage.told).toEqual([
      '0 a begins',
      '55 a ends',
      '55 a begins',
      '110 a ends',
      '110 a begins',
      '120 a ends early',
    ]);
  });

  it('runs jobs side by side, each at its own interval', async () => {
    const stage = aStage();
    stage.add('slow', 30);
    stage.add('fast', 1, { intervalMs: 10 * 60_000 });
    await stage.runUntil(25);
    expect(stage.told).toEqual([
      '0 slow begins',
      '0 fast begins',
      '1 fast ends',
      '10 fast begins',
      '11 fast ends',
      '20 fast begins',
      '21 fast ends',
      '25 slow ends early',
    ]);
  });

  it('waits for the next attempt of a job in quarantine', async () => {
    const stage = aStage();
    const job = stage.add('a', 1, quarantinedUntil(instantAt(360)));
    stage.at(361, () => {
      job.over = quarantinedUntil(instantAt(720));
    });
    await stage.runUntil(799);
    expect(begins(stage.told)).toEqual(['360 a begins', '720 a begins', '760 a begins']);
  });

  it('does not wait for the interval in quarantine where the target gave no answer at all', async () => {
    const stage = aStage();
    const job = stage.add('a', 1);
    stage.at(2, () => {
      const { control } = quarantinedUntil(instantAt(5));
      if (control?.quarantine == null) throw new Error('no quarantine');
      job.over = { control: { ...control, quarantine: { ...control.quarantine, isUnreachable: true } } };
    });
    await stage.runUntil(5.5);
    expect(begins(stage.told)).toEqual(['0 a begins', '5 a begins']);
  });

  it('begins no cycle of a job that is off, paused or disabled', async () => {
    const stage = aStage();
    stage.add('off', 1, { isEnabled: false });
    stage.add('paused', 1, PAUSED);
    stage.add('disabled', 1, { control: { isPaused: false, isDisabled: true, quarantine: null } });
    await stage.runUntil(1_000);
    expect(stage.told).toEqual([]);
  });

  it('lets a cycle finish when its job is paused, and continues when it is resumed', async () => {
    const stage = aStage();
    const job = stage.add('a', 20);
    stage.at(5, () => {
      job.over = PAUSED;
    });
    stage.at(200, () => {
      job.over = {};
    });
    await stage.runUntil(210);
    expect(stage.told).toEqual(['0 a begins', '20 a ends', '200 a begins', '210 a ends early']);
  });

  it('runs a job at once when it is asked to', async () => {
    const stage = aStage();
    const job = stage.add('a');
    stage.at(7, () => {
      job.over = { isRequested: true };
    });
    await stage.runUntil(50);
    expect(begins(stage.told)).toEqual(['0 a begins', '7 a begins', '47 a begins']);
  });

  it('answers a request that comes during a cycle with a cycle of its own', async () => {
    const stage = aStage();
    const job = stage.add('a', 10);
    stage.at(5, () => {
      job.over = { isRequested: true };
    });
    await stage.runUntil(30);
    expect(stage.told).toEqual(['0 a begins', '10 a ends', '10 a begins', '20 a ends']);
  });

  it('starts a job that is added, and lets the cycle of a removed job finish', async () => {
    const stage = aStage();
    stage.add('a', 20);
    stage.at(5, () => void stage.jobs.splice(0));
    stage.at(6, () => void stage.add('b'));
    await stage.runUntil(60);
    expect(stage.told).toEqual([
      '0 a begins',
      '6 b begins',
      '7 b ends',
      '20 a ends',
      '46 b begins',
      '47 b ends',
    ]);
  });

  it('begins nothing after it was stopped, and waits for what is under way', async () => {
    const stage = aStage();
    stage.add('a', 100);
    stage.add('b', 1);
    await stage.runUntil(39);
    expect(stage.told).toEqual(['0 a begins', '0 b begins', '1 b ends', '39 a ends early']);
  });

  it('does not begin again and again what fails before it leaves a record', async () => {
    let minute = 0;
    let attempts = 0;
    const end = new AbortController();
    const jobs = [{ id: 'a', facts: async () => FACTS, runCycle: async () => void attempts++ }];
    const scheduler = createScheduler({
      jobs: () => jobs,
      clock: {
        now: () => instantAt(minute),
        wait: async (until) => {
          await new Promise((resolve) => setImmediate(resolve));
          if (until === instantAt(40)) end.abort();
          minute += 1;
        },
      },
    });
    await scheduler.run(end.signal);
    expect(attempts).toBe(1);
  });

  it('ends with the error of a cycle that threw, once the others have ended', async () => {
    const told: string[] = [];
    let endOther = (): void => {};
    const jobs: readonly ScheduledJob[] = [
      {
        id: 'a',
        facts: async () => FACTS,
        runCycle: () =>
          new Promise((resolve) => {
            endOther = resolve;
          }),
      },
      { id: 'b', facts: async () => FACTS, runCycle: () => Promise.reject(new Error('a bug')) },
    ];
    const scheduler = createScheduler({
      jobs: () => jobs,
      clock: {
        now: () => BEGIN,
        wait: (_until, _isBusy, signal) =>
          new Promise((resolve) => {
            if (signal.aborted) resolve();
            signal.addEventListener('abort', () => resolve());
          }),
      },
    });
    const run = scheduler.run(new AbortController().signal).catch((error: Error) => told.push(error.message));
    await new Promise((resolve) => setImmediate(resolve));
    told.push('a goes on');
    endOther();
    await run;
    expect(told).toEqual(['a goes on', 'a bug']);
  });

  it('begins no cycle once it is stopped, also where the facts of a job come later', async () => {
    const end = new AbortController();
    let began = 0;
    const facts = async () => {
      end.abort();
      await new Promise(setImmediate);
      return FACTS;
    };
    const jobs = [{ id: 'a', facts, runCycle: async () => void began++ }];
    const scheduler = createScheduler({
      jobs: () => jobs,
      clock: { now: () => BEGIN, wait: async () => undefined },
    });
    await scheduler.run(end.signal);
    expect(began).toBe(0);
  });

  it('never runs two cycles of a job at once, whatever they take and however often it is woken', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({ lasts: fc.integer({ min: 0, max: 90 }), interval: fc.integer({ min: 1, max: 60 }) }),
          {
            minLength: 1,
            maxLength: 4,
          },
        ),
        fc.array(fc.record({ at: fc.integer({ min: 0, max: 300 }), job: fc.nat(3) }), { maxLength: 10 }),
        async (jobs, requests) => {
          const stage = aStage();
          const staged = jobs.map(({ lasts, interval }, index) =>
            stage.add(`job${index}`, lasts, { intervalMs: interval * 60_000 }),
          );
          for (const { at, job } of requests)
            stage.at(at, () => {
              const one = staged[job];
              if (one !== undefined) one.over = { ...one.over, isRequested: true };
            });
          await stage.runUntil(300);
          for (const { id } of staged) {
            const own = stage.told
              .filter((line) => line.includes(` ${id} `))
              .map((line) => line.split(' ')[2]);
            expect(own.filter((_, index) => index % 2 === 0).every((word) => word === 'begins')).toBe(true);
            expect(own.filter((_, index) => index % 2 === 1).every((word) => word === 'ends')).toBe(true);
            expect(own.length % 2).toBe(0);
          }
        },
      ),
      { numRuns: 30 },
    ));
});

describe('when a job of the daemon is due', () => {
  it('is counted from the later of the start on record and the one seen here', () => {
    expect(dueAt({ ...FACTS, lastStartedAt: instantAt(10) }, instantAt(0), instantAt(20))).toBe(
      instantAt(50),
    );
    expect(dueAt({ ...FACTS, lastStartedAt: instantAt(0) }, instantAt(10), instantAt(20))).toBe(
      instantAt(50),
    );
  });

  it('is at once when the clock was set back behind the last start', () => {
    expect(dueAt({ ...FACTS, lastStartedAt: instantAt(100_000) }, null, instantAt(20))).toBe(instantAt(20));
  });

  it('is at once for a request, also in quarantine, but never while the job is paused or off', () => {
    const asked = { ...FACTS, isRequested: true, lastStartedAt: instantAt(10) };
    expect(dueAt({ ...asked, ...quarantinedUntil(instantAt(360)) }, null, instantAt(20))).toBe(instantAt(20));
    expect(dueAt({ ...asked, ...PAUSED }, null, instantAt(20))).toBeNull();
    expect(dueAt({ ...asked, isEnabled: false }, null, instantAt(20))).toBeNull();
  });
});
