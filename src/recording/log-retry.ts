import type { ProvisioningLogEntry } from '../model/log.ts';
import type { RetryFigures } from '../model/safety.ts';
import type { Escrow } from '../model/state.ts';
import { nextAttemptAt } from './escrow.ts';

/** The entry of a failure that is kept for retry, which says how often it was tried, and when it is tried again. */
export function withRetry(
  entry: ProvisioningLogEntry,
  escrow: Escrow,
  figures: RetryFigures,
): ProvisioningLogEntry {
  const { status, errorInformation } = entry.provisioningStatusInfo;
  if (errorInformation === null) return entry;
  const additionalDetails = `Attempt ${escrow.attemptCount} since ${escrow.firstFailedAt}; ${whenAgain(escrow, figures)}.`;
  return {
    ...entry,
    provisioningStatusInfo: { status, errorInformation: { ...errorInformation, additionalDetails } },
  };
}

/** Says when a failure is tried again, as the end of a sentence. */
export function whenAgain(escrow: Escrow, figures: RetryFigures): string {
  const next = nextAttemptAt(escrow, figures);
  if (next === null) return 'it is tried again only if the object changes, or the job is restarted';
  return next === escrow.lastFailedAt
    ? 'it is tried again in the next cycle'
    : `it is tried again after ${next}`;
}
