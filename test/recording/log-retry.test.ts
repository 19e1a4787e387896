import { expect, test } from 'vitest';
import type { FailureCode } from '../../src/model/failure.ts';
import { sourceId } from '../../src/model/identifiers.ts';
import type { ProvisioningLogEntry } from '../../src/model/log.ts';
import { DEFAULT_SAFETY } from '../../src/model/safety.ts';
import { withRetry } from '../../src/recording/log-retry.ts';
import { recordedEntries } from './log-records.ts';

const FAILED = {
  provisioningStatusInfo: {
    status: 'failure',
    errorInformation: { errorCode: 'Conflict', additionalDetails: null },
  },
} as unknown as ProvisioningLogEntry;

const detailsOf = (code: FailureCode, attemptCount: number, lastFailedAt: string) =>
  withRetry(
    FAILED,
    {
      sourceId: sourceId('u1'),
      objectType: 'User',
      label: 'u1',
      isReference: false,
      failure: { code, message: '', status: null },
      firstFailedAt: '2026-01-01T00:00:00.000Z',
      lastFailedAt,
      attemptCount,
    },
    DEFAULT_SAFETY.retry,
  ).provisioningStatusInfo.errorInformation?.additionalDetails;

test.each<[FailureCode, number, string, string]>([
  ['Conflict', 1, '2026-01-01T00:00:00.000Z', 'it is tried again in the next cycle'],
  ['Conflict', 2, '2026-01-01T00:40:00.000Z', 'it is tried again after 2026-01-01T06:40:00.000Z'],
  ['Conflict', 3, '2026-01-01T06:40:00.000Z', 'it is tried again after 2026-01-01T18:40:00.000Z'],
  ['Timeout', 1, '2026-01-01T00:00:00.000Z', 'it is tried again in the next cycle'],
  [
    'Conflict',
    31,
    '2026-01-29T00:00:00.000Z',
    'tried again only if the object changes, or the job is restarted',
  ],
])('%s, failed %d times until %s, says when it is tried again', (code, count, last, words) => {
  const details = detailsOf(code, count, last);
  expect(details).toContain(`Attempt ${count} since 2026-01-01T00:00:00.000Z; `);
  expect(details).toContain(words);
});

test('what did not fail says nothing of it', async () => {
  for (const { provisioningStatusInfo } of await recordedEntries()) {
    const details = provisioningStatusInfo.errorInformation?.additionalDetails;
    if (provisioningStatusInfo.status === 'failure') expect(details).toMatch(/^Attempt \d+ since .*\.$/);
    else expect(provisioningStatusInfo.errorInformation).toBeNull();
  }
});
