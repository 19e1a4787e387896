import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  imposeQuarantine,
  judgeFailures,
  paused,
  quarantined,
  recovered,
  remapped,
  restarted,
  started,
} from '../../../src/job/control/quarantine.ts';
import { INITIAL_CONTROL, type JobControl, type Quarantine } from '../../../src/model/control.ts';
import { QuarantineError } from '../../../src/model/errors.ts';
import { DEFAULT_SAFETY } from '../../../src/model/safety.ts';

const FIGURES = DEFAULT_SAFETY.quarantine;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const BEGAN = '2026-01-01T00:00:00.000Z';
const REFUSED = new QuarantineError('EncounteredQuarantineException', 'Unauthorized', 'refused');

const later = (ms: number): string => new Date(Date.parse(BEGAN) + ms).toISOString();
const hoursSince = (instant: string): number => (Date.parse(instant) - Date.parse(BEGAN)) / HOUR;

describe('the published checks of the failures of a job', () => {
  test.each([
    { failures: 4_000, referenceFailures: 0, successes: 0, reason: null },
    { failures: 4_999, referenceFailures: 0, successes: 1, reason: null },
    { failures: 5_000, referenceFailures: 0, successes: 0, reason: 'EncounteredEscrowProportionThreshold' },
    { failures: 5_000, referenceFailures: 0, successes: 7_500, reason: null },
    {
      failures: 5_000,
      referenceFailures: 0,
      successes: 7_499,
      reason: 'EncounteredEscrowProportionThreshold',
    },
    { failures: 20_000, referenceFailures: 0, successes: 100_000, reason: null },
    {
      failures: 30_000,
      referenceFailures: 0,
      successes: 5_000,
      reason: 'EncounteredEscrowProportionThreshold',
    },
    { failures: 40_000, referenceFailures: 0, successes: 1_000_000, reason: null },
    {
      failures: 40_001,
      referenceFailures: 0,
      successes: 1_000_000,
      reason: 'EncounteredBaseEscrowThreshold',
    },
    {
      failures: 45_000,
      referenceFailures: 0,
      successes: 1_000_000,
      reason: 'EncounteredBaseEscrowThreshold',
    },
    { failures: 40_000, referenceFailures: 20_000, successes: 1_000_000, reason: null },
    {
      failures: 40_000,
      referenceFailures: 21_000,
      successes: 1_000_000,
      reason: 'EncounteredTotalEscrowThreshold',
    },
    { failures: 0, referenceFailures: 60_000, successes: 0, reason: null },
    { failures: 0, referenceFailures: 60_001, successes: 0, reason: 'EncounteredTotalEscrowThreshold' },
    { failures: 0, referenceFailures: 0, successes: 0, reason: null },
  ])(
    '$failures failures, $referenceFailures of references, $successes successes: $reason',
    ({ reason, ...counts }) => {
      expect(judgeFailures(counts, FIGURES)?.reason ?? null).toBe(reason);
    },
  );

  test('say what there is, what the limit is, and what to do', () => {
    const error = judgeFailures({ failures: 6_000, referenceFailures: 0, successes: 4_000 }, FIGURES);
    expect(error?.message).toBe(
      '6000 of 10000 objects fail, more than 40 %; see "entrain logs --status failure" for why, correct it, then "entrain restart"',
    );
  });

  test('get no better with more failures, and no worse with more successes', () => {
    const count = fc.nat({ max: 80_000 });
    fc.assert(
      fc.property(
        count,
        count,
        count,
        fc.nat({ max: 10_000 }),
        (failures, referenceFailures, successes, more) => {
          const counts = { failures, referenceFailures, successes };
          const isBad = judgeFailures(counts, FIGURES) !== null;
          const withFailures = judgeFailures({ ...counts, failures: failures + more }, FIGURES) !== null;
          const withSuccesses = judgeFailures({ ...counts, successes: successes + more }, FIGURES) !== null;
          expect([!isBad || withFailures, isBad || !withSuccesses]).toEqual([true, true]);
        },
      ),
    );
  });
});

describe('the attempts of a job in quarantine', () => {
  const attempts = (count: number): readonly Quarantine[] => {
    const series: Quarantine[] = [];
    let now = BEGAN;
    for (let n = 0; n < count; n++) {
      const next = imposeQuarantine(series.at(-1) ?? null, REFUSED, now, FIGURES);
      series.push(next);
      now = next.nextAttempt;
    }
    return series;
  };

  test('follow after minutes first where the target gave no answer, and as ever once it answers', () => {
    const unreachable = new QuarantineError('EncounteredQuarantineException', 'Timeout', 'away', {
      isUnreachable: true,
    });
    const waits: number[] = [];
    let now = BEGAN;
    let before: Quarantine | null = null;
    for (let n = 0; n < 7; n++) {
      before = imposeQuarantine(before, unreachable, now, FIGURES);
      now = before.nextAttempt;
      waits.push((Date.parse(now) - Date.parse(BEGAN)) / 60_000);
    }
    expect(waits).toEqual([1, 5, 15, 30, 360, 720, 1440]);
    const first = imposeQuarantine(null, unreachable, BEGAN, FIGURES);
    const answered = imposeQuarantine(first, REFUSED, first.nextAttempt, FIGURES);
    expect(hoursSince(answered.nextAttempt)).toBe(6);
    expect(answered.isUnreachable).toBeUndefined();
    expect(
      imposeQuarantine(null, unreachable, BEGAN, { ...FIGURES, unreachableAttemptsAfterMs: [] }),
    ).toMatchObject({
      nextAttempt: later(6 * HOUR),
    });
  });

  test('follow 6, 12 and 24 hours after the first one, and then daily', () => {
    expect(attempts(8).map(({ nextAttempt }) => hoursSince(nextAttempt))).toEqual([
      6, 12, 24, 48, 72, 96, 120, 144,
    ]);
  });

  test('belong to one series, with the reason of the last one', () => {
    const [, second] = attempts(2);
    const third = imposeQuarantine(
      second ?? null,
      new QuarantineError('TooManyDeletes', 'TooManyDeletes', 'many'),
      later(12 * HOUR),
      FIGURES,
    );
    expect(third).toEqual({
      reason: 'TooManyDeletes',
      error: { code: 'TooManyDeletes', message: 'many' },
      seriesBegan: BEGAN,
      currentBegan: later(12 * HOUR),
      nextAttempt: later(24 * HOUR),
      seriesCount: 3,
    });
  });

  test('that come late continue with the next rung', () => {
    const first = imposeQuarantine(null, REFUSED, BEGAN, FIGURES);
    const late = imposeQuarantine(first, REFUSED, later(30 * HOUR), FIGURES);
    expect(hoursSince(late.nextAttempt)).toBe(48);
  });

  test('always lie ahead, at most a day', () => {
    const first = imposeQuarantine(null, REFUSED, BEGAN, FIGURES);
    fc.assert(
      fc.property(fc.nat({ max: 60 * 24 * 60 }), (minutes) => {
        const now = later(minutes * 60_000);
        const wait = Date.parse(imposeQuarantine(first, REFUSED, now, FIGURES).nextAttempt) - Date.parse(now);
        expect(wait > 0 && wait <= DAY).toBe(true);
      }),
    );
  });

  test('end after 28 days: the job is disabled', () => {
    const first = quarantined(INITIAL_CONTROL, REFUSED, BEGAN, FIGURES);
    const before = quarantined(first, REFUSED, later(27 * DAY), FIGURES);
    const last = quarantined(before, REFUSED, later(28 * DAY), FIGURES);
    expect([first, before, last].map(({ isDisabled }) => isDisabled)).toEqual([false, false, true]);
    expect(last.quarantine?.seriesCount).toBe(3);
  });
});

describe('a job in quarantine', () => {
  const control: JobControl = {
    ...quarantined(INITIAL_CONTROL, REFUSED, BEGAN, FIGURES),
    isPaused: true,
    isDisabled: true,
    escrowsPruned: true,
    successCount: 7,
    notifiedReason: 'EncounteredQuarantineException',
  };
  const lifted = { isDisabled: false, quarantine: null, notifiedReason: null };

  test('leaves it by a successful cycle, and stays paused if a user paused it meanwhile', () => {
    expect(recovered(control)).toEqual({ ...control, ...lifted });
  });

  test.each([
    { scopes: ['Watermark'], change: { resendsMembers: true } },
    { scopes: ['ConnectorDataStore'], change: {} },
    { scopes: ['Escrows'], change: { escrowsPruned: false, successCount: 0 } },
    { scopes: ['QuarantineState'], change: lifted },
    { scopes: ['None'], change: lifted },
    { scopes: ['ForceDeletes'], change: { ...lifted, forceDeletes: true } },
    { scopes: ['Full'], change: { ...lifted, escrowsPruned: false, successCount: 0 } },
    {
      scopes: ['QuarantineState', 'Watermark', 'Escrows'],
      change: { ...lifted, escrowsPruned: false, successCount: 0, resendsMembers: true },
    },
  ] as const)('runs again after a restart with $scopes, and forgets just that', ({ scopes, change }) => {
    expect(restarted(control, scopes)).toEqual({ ...control, isPaused: false, ...change });
  });

  test.each([
    [['QuarantineState', 'Watermark', 'Escrows'], { membersShown: { read: true } }],
    [['ConnectorDataStore'], {}],
    [['Full'], {}],
  ] as const)(
    'keeps through a restart with %j whether the target shows members, as its links',
    (scopes, kept) => {
      const { membersShown, ...others } = restarted({ ...control, membersShown: { read: true } }, scopes);
      expect([membersShown, 'membersShown' in others]).toEqual([
        (kept as typeof control).membersShown,
        false,
      ]);
    },
  );

  test('is not allowed its deletions by Full', () => {
    expect(restarted(control, ['Full']).forceDeletes).toBe(false);
  });

  test('keeps what was allowed until it is used', () => {
    expect(restarted({ ...control, forceDeletes: true }, ['Watermark']).forceDeletes).toBe(true);
  });

  test('leaves it when its mappings change, with its failures forgotten, and stays paused', () => {
    const forgotten = { escrowsPruned: false, successCount: 0, resendsMembers: true };
    expect(remapped(control)).toEqual({ ...control, ...lifted, ...forgotten });
  });

  test('leaves it when it is started, with everything else kept', () => {
    expect(started(control)).toEqual({ ...control, ...lifted, isPaused: false, escrowsPruned: false });
  });

  test('keeps everything when it is paused', () => {
    expect(paused({ ...control, isPaused: false })).toEqual(control);
  });
});
