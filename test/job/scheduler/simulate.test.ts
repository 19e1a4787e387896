import { describe, expect, it } from 'vitest';
import type { DaemonFacts, ScheduledJob } from '../../../src/job/scheduler/scheduler.ts';
import { type SimulatedEvent, simulate } from '../../../src/job/scheduler/simulate.ts';
import { createVirtualTime } from '../../../src/job/scheduler/virtual-time.ts';
import { INITIAL_CONTROL } from '../../../src/model/control.ts';

const START = Date.parse('2026-01-01T00:00:00.000Z');
const MINUTE = 60_000;
const instant = (minutes: number): string => new Date(START + minutes * MINUTE).toISOString();

interface Told {
  readonly events?: (tell: (what: string) => void) => readonly SimulatedEvent[];
  readonly facts?: (now: string) => Partial<DaemonFacts>;
  /** Minutes that a cycle takes. */
  readonly cycleMinutes?: number;
  readonly fails?: boolean;
  readonly untilMinutes: number;
  readonly signal?: AbortSignal;
}

/** Runs a simulation, and returns what happened: `<minutes> <what>`. */
async function story({ events, facts, cycleMinutes = 0, fails = false, untilMinutes, signal }: Told) {
  const time = createVirtualTime(instant(0));
  const told: string[] = [];
  const tell = (what: string): void => {
    told.push(`${(time.nowMs() - START) / MINUTE} ${what}`);
  };
  let lastStartedAt: string | null = null;
  const job: ScheduledJob = {
    id: 'job',
    facts: async () => ({
      isEnabled: true,
      isRequested: false,
      intervalMs: 40 * MINUTE,
      control: INITIAL_CONTROL,
      lastStartedAt,
      ...facts?.(time.now()),
    }),
    runCycle: async () => {
      lastStartedAt = time.now();
      tell('cycle');
      await time.sleep(cycleMinutes * MINUTE);
      if (fails) throw new Error('the cycle broke');
    },
  };
  await simulate({
    time,
    jobs: () => [job],
    events: events?.(tell) ?? [],
    endsAt: instant(untilMinutes),
    signal: signal ?? new AbortController().signal,
  });
  return told;
}

describe('a simulation', () => {
  it('runs a cycle at its beginning, at every interval, and one that is due at its very end', async () => {
    expect(await story({ untilMinutes: 120 })).toEqual(['0 cycle', '40 cycle', '80 cycle', '120 cycle']);
  });

  it('lets events happen before the cycle of the same instant, and checks them when it has ended', async () => {
    const events = (tell: (what: string) => void): readonly SimulatedEvent[] => [
      { at: instant(0), happen: () => tell('first'), check: () => tell('first checked') },
      { at: instant(50), happen: () => tell('between'), check: () => tell('between checked') },
      { at: instant(80), happen: () => tell('with'), check: () => tell('with checked') },
    ];
    expect(await story({ events, untilMinutes: 100 })).toEqual([
      '0 first',
      '0 cycle',
      '0 first checked',
      '40 cycle',
      '50 between',
      '50 between checked',
      '80 with',
      '80 cycle',
      '80 with checked',
    ]);
  });

  it('begins the next cycle at once when one overran its interval, and lets what happened meanwhile come first', async () => {
    const events = (tell: (what: string) => void) => [{ at: instant(30), happen: () => tell('late') }];
    expect(await story({ events, cycleMinutes: 50, untilMinutes: 120 })).toEqual([
      '0 cycle',
      '50 late',
      '50 cycle',
      '100 cycle',
    ]);
  });

  it('does not run a job in quarantine before its next attempt, and not at all one that is paused', async () => {
    const quarantine = {
      reason: 'Unknown',
      error: { code: '', message: '' },
      seriesBegan: instant(0),
      currentBegan: instant(0),
      nextAttempt: instant(360),
      seriesCount: 1,
    } as const;
    const facts = (now: string) => ({
      control: {
        ...INITIAL_CONTROL,
        quarantine: now < instant(360) ? quarantine : null,
        isPaused: now >= instant(400),
      },
    });
    expect(await story({ facts, untilMinutes: 10_000 })).toEqual(['360 cycle']);
  });

  it('ends with what an event threw, and nothing happens after it', async () => {
    const events = (tell: (what: string) => void) => [
      {
        at: instant(10),
        happen: () => {
          throw new Error('there is no alice');
        },
      },
      { at: instant(20), happen: () => tell('never') },
    ];
    await expect(story({ events, untilMinutes: 100 })).rejects.toThrow('there is no alice');
  });

  it('ends with what a check or a cycle threw', async () => {
    const check = () => {
      throw new Error('not as expected');
    };
    const events = () => [{ at: instant(0), happen: () => {}, check }];
    await expect(story({ events, untilMinutes: 100 })).rejects.toThrow('not as expected');
    await expect(story({ fails: true, untilMinutes: 100 })).rejects.toThrow('the cycle broke');
  });

  it('stops when it is aborted', async () => {
    const stop = new AbortController();
    const events = () => [{ at: instant(50), happen: () => stop.abort() }];
    expect(await story({ events, untilMinutes: 1_000, signal: stop.signal })).toEqual([
      '0 cycle',
      '40 cycle',
    ]);
  });

  it('takes events one by one, so that there may be more than fit', async () => {
    let taken = 0;
    const endless: SimulatedEvent[] & Iterable<SimulatedEvent> = Object.assign([], {
      *[Symbol.iterator]() {
        for (;;) {
          taken += 1;
          yield { at: instant(taken), happen: () => {} };
        }
      },
    });
    await story({ events: () => endless, untilMinutes: 100 });
    expect(taken).toBe(101);
  });
});
