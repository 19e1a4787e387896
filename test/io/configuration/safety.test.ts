import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseConfiguration } from '../../../src/io/configuration/read-configuration.ts';
import { formatDuration, parseDurationMs } from '../../../src/io/configuration/shapes/duration.ts';
import { DEFAULT_SAFETY } from '../../../src/model/safety.ts';
import { issuesOf } from './issues-of.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const configurationOf = (job: object, rest: object = {}): string =>
  JSON.stringify({
    jobs: [
      {
        id: 'scim',
        schema: './scim.schema.json',
        target: { tenantUrl: 'https://host/scim', auth: { type: 'bearer', secretToken: 'hush-hush' } },
        ...job,
      },
    ],
    ...rest,
  });

const read = (job: object, rest: object = {}) =>
  parseConfiguration(configurationOf(job, rest), '/srv/entrain.json', {});
const safetyOf = (job: object) => read(job).jobs[0]?.safety;
const messages = (job: object, rest: object = {}) =>
  issuesOf(() => read(job, rest)).map(({ path, message }) => `${path}: ${message}`);

describe('the safety of a job', () => {
  test('has the published figures where nothing is said', () => {
    expect(safetyOf({})).toEqual(DEFAULT_SAFETY);
  });

  test('holds deletions back above the threshold', () => {
    expect(safetyOf({ accidentalDeletions: { threshold: 500 } })?.deletionThreshold).toBe(500);
    expect(safetyOf({ accidentalDeletions: { threshold: 0 } })?.deletionThreshold).toBe(0);
  });

  test('has limits of its own, each by itself', () => {
    expect(safetyOf({ guard: { maxDisablesPercent: 30 } })?.guard).toEqual({
      minimumObjects: 3,
      maxDisablesPercent: 30,
      maxUpdatesPercent: null,
      maxMembershipsRemovedPercent: null,
      maxSourceShrinkPercent: 50,
    });
    const all = {
      minimumObjects: 0,
      maxDisablesPercent: 0,
      maxUpdatesPercent: 12.5,
      maxMembershipsRemovedPercent: 20,
      maxSourceShrinkPercent: 100,
    };
    expect(safetyOf({ guard: all })?.guard).toEqual(all);
  });

  test('takes the figures of the quarantine by name, and durations as people write them', () => {
    const figures = {
      minimumFailures: 10,
      failureRatio: 0.5,
      maximumFailures: 100,
      maximumTotalFailures: 200,
    };
    expect(
      safetyOf({
        quarantine: {
          ...figures,
          unreachableAttemptsAfter: [],
          attemptsAfter: ['30m', '1d'],
          disabledAfter: '7d',
        },
      })?.quarantine,
    ).toEqual({
      ...figures,
      unreachableAttemptsAfterMs: [],
      attemptsAfterMs: [HOUR / 2, DAY],
      disabledAfterMs: 7 * DAY,
    });
    expect(safetyOf({ quarantine: { minimumFailures: 7 } })?.quarantine).toEqual({
      ...DEFAULT_SAFETY.quarantine,
      minimumFailures: 7,
    });
  });

  test('takes the ladder of retries', () => {
    expect(safetyOf({ retry: { attemptsAfter: ['1h', '2h'], expiresAfter: '3d' } })?.retry).toEqual({
      attemptsAfterMs: [HOUR, 2 * HOUR],
      expiresAfterMs: 3 * DAY,
      requery: true,
    });
  });

  test.each([
    [{ accidentalDeletions: {} }, 'accidentalDeletions.threshold: threshold is missing: users and groups'],
    [
      { accidentalDeletions: { threshold: -1 } },
      'threshold must be a whole number from 0 to 1000000000, not -1',
    ],
    [
      { accidentalDeletions: { threshold: 1.5 } },
      'threshold must be a whole number from 0 to 1000000000, not 1.5',
    ],
    [{ accidentalDeletions: { treshold: 5 } }, 'did you mean threshold?'],
    [{ guard: { maxDisablesPercent: 101 } }, 'maxDisablesPercent must be a number from 0 to 100, not 101'],
    [{ guard: { maxDisablePercent: 3 } }, 'did you mean maxDisablesPercent?'],
    [{ quarantine: { failureRatio: 40 } }, 'failureRatio must be a number from 0 to 1, not 40'],
    [{ quarantine: { attemptsAfter: ['6h', '6h'] } }, 'the durations must ascend'],
    [{ quarantine: { attemptsAfter: [] } }, 'attemptsAfter must have at least 1 entry, not 0'],
    [{ quarantine: { disabledAfter: 28 } }, 'disabledAfter must be text, not a number: a job quarantined'],
    [{ retry: { attemptsAfter: ['soon'] } }, 'jobs[0].retry.attemptsAfter[0]: attemptsAfter[0] is "soon"'],
    [{ retry: { expiresAfter: '9999d' } }, 'the duration must be between 1m and 365d'],
    [{ notificationEmail: 'it' }, 'notificationEmail is "it", which is not well formed: who receives mail'],
    [{ notificationEmail: 'it@contoso.com\nbcc: x@y' }, 'which is not well formed'],
  ])('is refused with %j', (job, message) => {
    const said = messages(job);
    expect(said.filter((one) => one.includes(message))).not.toEqual([]);
  });

  test('spells durations so that they are read as they were', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 999_999 }), (seconds) => {
        expect(parseDurationMs(formatDuration(seconds * 1000))).toBe(seconds * 1000);
      }),
    );
    expect([6 * HOUR, 2 * DAY, 90_000].map(formatDuration)).toEqual(['6h', '2d', '90s']);
  });
});

describe('mail', () => {
  const from = 'entrain@localhost';

  test('goes to the address of the job, through the server of the configuration', () => {
    const mail = { smtpUrl: 'smtps://me:hush-hush@mail.contoso.com', from };
    const configuration = read({ notificationEmail: 'it@contoso.com' }, { mail });
    expect(configuration.mail).toEqual(mail);
    expect(configuration.jobs[0]?.notificationEmail).toBe('it@contoso.com');
  });

  test.each([
    ['http://localhost', 'smtpUrl is no smtp or smtps URL'],
    ['localhost:25', 'smtpUrl is no smtp or smtps URL'],
    ['smtp://', 'smtpUrl is no smtp or smtps URL'],
    ['smtp://me:hush-hush@host?debug=true', 'leave the rest out'],
    ['smtp://me:hush-hush@host/mail', 'leave the rest out'],
    ['smtp://hush-hush@host', 'without the other'],
    ['smtp://me:hush-hush%@host', 'write %25'],
  ])('is refused with the server %s, which is not repeated', (smtpUrl, message) => {
    const said = messages({}, { mail: { smtpUrl, from } });
    expect(said).toEqual([expect.stringContaining(message)]);
    expect(said[0]).not.toContain('hush-hush');
  });

  test.each(['me', 'a b@c', 'Me <me@host>', 'me@host\r\nX: y', '@host', 'me@'])(
    'is refused from %j',
    (sender) => {
      expect(messages({}, { mail: { smtpUrl: 'smtp://localhost:25', from: sender } })).toEqual([
        expect.stringContaining('mail.from: from is '),
      ]);
    },
  );
});
