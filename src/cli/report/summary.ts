import type { CycleCounts } from '../../model/cycle.ts';

/** How many seconds some requests take at a configured rate, rounded up; null: there is no rate to tell it by. */
export const secondsAtRate = (requests: number, requestsPerSecond: number): number | null =>
  requestsPerSecond > 0 ? Math.ceil(requests / requestsPerSecond) : null;

/** The summary line of a plan. */
export function planSummary(counts: CycleCounts, requests: number, requestsPerSecond: number): string {
  const seconds = secondsAtRate(requests, requestsPerSecond);
  const estimate = seconds === null ? '' : `, about ${spellSeconds(seconds)} at ${requestsPerSecond}/s`;
  const verbs = [
    `${counts.create} to create`,
    `${counts.update} to update`,
    `${counts.disable} to disable`,
    `${counts.delete} to delete`,
  ].join(', ');
  return `${verbs} · ${counts.skipped} skipped · ${counts.failed} failed · ${requests} requests${estimate}`;
}

/**
 * The summary line of a run.
 * @param untakenCount values that were written with success and did not take; said where there are any
 */
export function runSummary(counts: CycleCounts, durationMs: number, untakenCount = 0): string {
  const verbs = [
    `${counts.create} created`,
    `${counts.update} updated`,
    `${counts.disable} disabled`,
    `${counts.delete} deleted`,
  ].join(', ');
  const untaken = untakenCount > 0 ? ` · ${untakenCount} not taken by the target` : '';
  const rate = durationMs > 0 ? Math.round((counts.requests * 1000) / durationMs) : counts.requests;
  return `${verbs} · ${counts.skipped} skipped · ${counts.failed} failed${untaken} · ${counts.imported} objects read · ${counts.requests} requests in ${(durationMs / 1000).toFixed(1)} s (${rate}/s)`;
}

function spellSeconds(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
