import { describe, expect, test } from 'vitest';
import type { Failure, FailureCode } from '../../src/model/failure.ts';
import { sourceId } from '../../src/model/identifiers.ts';
import { explanationOf, type ProvisioningLogEntry } from '../../src/model/log.ts';
import { DEFAULT_SAFETY } from '../../src/model/safety.ts';
import { reasonOf, retryStep, withRetry } from '../../src/recording/log-retry.ts';
import { recordedEntries } from './log-records.ts';

const REFUSED: Failure = {
  code: 'SystemForCrossDomainIdentityManagementServiceIncompatibleFiltering',
  message: 'The target answered 409; a limit; a way out',
  status: 409,
  body: '{"detail":"taken"}',
};

const entryOf = (failure: Failure): ProvisioningLogEntry => {
  const reason = reasonOf(failure);
  const additionalDetails = reason === failure.message ? null : failure.message;
  const errorInformation = { errorCode: failure.code, reason, additionalDetails };
  return {
    provisioningStatusInfo: { status: 'failure', errorInformation },
  } as unknown as ProvisioningLogEntry;
};

const escrowOf = (code: FailureCode, attemptCount: number, lastFailedAt: string) => ({
  sourceId: sourceId('u1'),
  objectType: 'User' as const,
  label: 'u1',
  isReference: false,
  failure: { code, message: '', status: null },
  firstFailedAt: '2026-01-01T00:00:00.000Z',
  lastFailedAt,
  attemptCount,
});

const informationOf = (failure: Failure, attemptCount: number, lastFailedAt: string) => {
  const escrow = escrowOf(failure.code, attemptCount, lastFailedAt);
  const { errorInformation } = withRetry(
    entryOf(failure),
    escrow,
    DEFAULT_SAFETY.retry,
  ).provisioningStatusInfo;
  if (errorInformation === null) throw new Error('the failure is lost');
  return errorInformation;
};

const CASES: readonly (readonly [FailureCode, number, string, string, string])[] = [
  ['UnprocessableEntity', 1, '2026-01-01T00:00:00.000Z', 'in the next cycle', '2026-01-01T00:00:00.0000000Z'],
  [
    'UnprocessableEntity',
    2,
    '2026-01-01T00:40:00.000Z',
    'after 2026-01-01T06:40:00.000Z',
    '2026-01-01T06:40:00.0000000Z',
  ],
  [
    'UnprocessableEntity',
    3,
    '2026-01-01T06:40:00.919Z',
    'after 2026-01-01T18:40:00.919Z',
    '2026-01-01T18:40:00.9190000Z',
  ],
  ['Timeout', 1, '2026-01-01T00:00:00.000Z', 'in the next cycle', '2026-01-01T00:00:00.0000000Z'],
  ['Timeout', 5, '2026-01-02T00:00:00.000Z', 'in the next cycle', '2026-01-02T00:00:00.0000000Z'],
];

describe.each(CASES)('%s, failed %d times until %s', (code, count, last, words, date) => {
  test(`is tried again ${words}, in words of its own`, () => {
    const { reason, additionalDetails } = informationOf(
      { code, message: 'a fact', status: null },
      count,
      last,
    );
    expect(reason).toBe('a fact');
    expect(additionalDetails).toBe(
      `Attempt ${count} since 2026-01-01T00:00:00.000Z; it is tried again ${words}.`,
    );
  });

  test('names the same time in the text of the service', () => {
    const { reason, additionalDetails } = informationOf({ ...REFUSED, code }, count, last);
    const [head, message, answer, body] = reason.split('\r\n');
    expect([head, answer]).toEqual(['StatusCode: Conflict', 'Web Response: ']);
    expect(message).toMatch(/^Message: .+\.$/);
    expect(body).toBe(
      `{"detail":"taken"}. This operation was retried ${count - 1} times. It will be retried again after this date: ${date} UTC`,
    );
    expect(additionalDetails).toContain(`${REFUSED.message}. Attempt ${count} since `);
    expect(additionalDetails).toContain(`it is tried again ${words}.`);
  });
});

test('after 28 days no next attempt is promised', () => {
  const { reason, additionalDetails } = informationOf(REFUSED, 31, '2026-01-29T00:00:00.000Z');
  expect(reason).toMatch(/This operation was retried 30 times\.$/);
  expect(additionalDetails).toContain('only if the object changes, or the job is restarted');
});

test.each([
  [400, 'BadRequest'],
  [409, 'Conflict'],
  [429, 'TooManyRequests'],
  [599, '599'],
])('the status %d is called %s', (status, name) => {
  expect(reasonOf({ ...REFUSED, status })).toMatch(new RegExp(`^StatusCode: ${name}\r\n`));
});

test('a retry says which operation it is of, and since when', () => {
  const { details, ...step } = retryStep(
    escrowOf('UnprocessableEntity', 2, '2026-03-24T07:17:42.000Z'),
    DEFAULT_SAFETY.retry,
  );
  expect(step).toMatchObject({
    name: 'EntryEscrowRetry',
    provisioningStepType: 'import',
    status: 'success',
    description: expect.stringMatching(/\r\nidentifier u1 .*\r\nobject type User\r\n/),
  });
  expect(details).toEqual({
    CountProcessed: '0',
    CreationTime: '2026-01-01T00:00:00.0000000Z',
    Identifier: 'u1',
    ModificationType: 'Add',
    NextAttempt: '',
    Origin: 'Source',
    TypeName: 'EscrowedEntryDefault',
  });
});

test.each([
  ['2026-01-01T00:05:09.000Z', '1/1/2026 6:05:09 AM'],
  ['2026-01-01T06:17:42.000Z', '1/1/2026 12:17:42 PM'],
  ['2026-01-01T18:00:00.000Z', '1/2/2026 12:00:00 AM'],
])('an operation that failed twice, last at %s, was due at %s', (last, due) => {
  expect(retryStep(escrowOf('UnprocessableEntity', 2, last), DEFAULT_SAFETY.retry).details.NextAttempt).toBe(
    due,
  );
});

test('what failed says when it is tried again, in words as in the log, and what did not says nothing', async () => {
  for (const { provisioningStatusInfo } of await recordedEntries()) {
    const { status, errorInformation } = provisioningStatusInfo;
    expect(errorInformation === null).toBe(status !== 'failure');
    if (errorInformation === null) continue;
    expect(errorInformation.additionalDetails).toMatch(/Attempt \d+ since .*\.$/);
    expect(explanationOf(errorInformation)).toMatch(/.+; .+\. Attempt \d+ since .*\.$/);
  }
});
