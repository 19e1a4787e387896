import { basename } from 'node:path';
import { spellMinutes } from '../../../app/plan/estimate.ts';
import type { PlanEnd, PlanHead } from '../../../app/plan/output.ts';
import { visible } from '../../../app/rendering.ts';
import type { CycleCounts } from '../../../model/cycle.ts';
import { counted } from '../../../model/named.ts';
import type { WaitingFailures } from '../../../model/state.ts';
import { spellCauses } from './left-alone.ts';
import type { Colors } from './text.ts';

/** The first line of a plan. */
export function titleOf({ job, start }: Pick<PlanHead, 'job' | 'start'>): string {
  const cycle =
    start.since === null ? `initial cycle (${start.why})` : `incremental cycle from watermark ${start.since}`;
  return `Plan for job ${job} · ${cycle}`;
}

/** What a plan is made of and when, by names. */
export function basisFacts({ start, basis }: PlanHead): readonly (readonly [name: string, value: string])[] {
  const { target, schema, directory, isOffline } = basis;
  return [
    ['target', `${target}${isOffline ? ' (offline: it was not asked)' : ''}`],
    ['schema', `${basename(schema.file)} (${schema.name}, ${schema.fingerprint.slice(0, 8)})`],
    ['directory', `${basename(directory)} (up to change ${start.until})`],
    ['planned', start.now],
  ];
}

/** The same in lines of text. */
export function basisLines(head: PlanHead): readonly string[] {
  const [target = '', ...rest] = basisFacts(head).map(([name, value]) => `${name} ${value}`);
  return [target, rest.join(' · ')];
}

/** The warnings of a plan or a run after an empty line; empty: there are none. */
export function warningLines(warnings: readonly string[], colors: Colors): readonly string[] {
  return warnings.length === 0
    ? []
    : ['', ...warnings.map((warning) => colors.yellow(`  warning: ${visible(warning)}`))];
}

/** The seconds that requests take at a configured rate, rounded up; null: no rate is configured. */
export function secondsAtRate(requests: number, requestsPerSecond: number): number | null {
  return requestsPerSecond > 0 ? Math.ceil(requests / requestsPerSecond) : null;
}

/** The summary line of a plan. Staged deletions are counted where there are any. */
export function planSummary(counts: CycleCounts, requests: number, requestsPerSecond: number): string {
  const seconds = secondsAtRate(requests, requestsPerSecond);
  const estimate = seconds === null ? '' : `, about ${spellSeconds(seconds)} at ${requestsPerSecond}/s`;
  const verbs = [
    `${counts.create} to create`,
    `${counts.update} to update`,
    `${counts.disable} to disable`,
    `${counts.delete} to delete`,
  ].join(', ');
  const heldBack = counts.stagedDelete > 0 ? ` · ${counts.stagedDelete} held back` : '';
  return `${verbs}${heldBack} · ${counts.skipped} skipped · ${counts.failed} failed · ${counted(requests, 'request')}${estimate}`;
}

/** Why objects are skipped, and how many; empty: none is. */
export function skipLine({ skips }: Pick<PlanEnd, 'skips'>): string {
  const causes = spellCauses(skips);
  return causes === '' ? '' : `skipped: ${causes}`;
}

/** How long a run takes with its reads, and what Entra publishes for such a cycle. */
export function estimateLine({
  requestCount,
  readCount,
  requestsPerSecond,
  published,
}: Pick<PlanEnd, 'requestCount' | 'readCount' | 'requestsPerSecond' | 'published'>): string {
  const seconds = secondsAtRate(requestCount + readCount, requestsPerSecond);
  const own = `${counted(requestCount, 'write')} and ${counted(readCount, 'read')}${seconds === null ? '' : `: about ${spellSeconds(seconds)} at ${requestsPerSecond}/s`}`;
  if (published === null) return own;
  const { minimumMinutes, maximumMinutes, basis } = published;
  const range =
    minimumMinutes === 0
      ? `up to ${spellMinutes(maximumMinutes)}`
      : `${spellMinutes(minimumMinutes)} to ${spellMinutes(maximumMinutes)}`;
  return `${own}; Entra publishes ${range} (${basis})`;
}

/**
 * The summary line of a run. Values that the target did not take or that were not verified are counted where there are
 * any.
 * @param durationMs null: the time is virtual, and left out
 */
export function runSummary(counts: CycleCounts, durationMs: number | null): string {
  const verbs = [
    `${counts.create} created`,
    `${counts.update} updated`,
    `${counts.disable} disabled`,
    `${counts.delete} deleted`,
  ].join(', ');
  const untaken = counts.untaken > 0 ? ` · ${counts.untaken} not taken by the target` : '';
  const unverified = counts.unverified > 0 ? ` · ${counts.unverified} not verified` : '';
  return `${verbs} · ${counts.skipped} skipped · ${counts.failed} failed${untaken}${unverified} · ${counted(counts.imported, 'object')} read · ${counted(counts.requests, 'request')}${durationMs === null ? '' : spellRate(counts.requests, durationMs)}`;
}

function spellRate(requests: number, durationMs: number): string {
  const rate = durationMs > 0 ? Math.round((requests * 1000) / durationMs) : requests;
  return ` in ${(durationMs / 1000).toFixed(1)} s (${rate}/s)`;
}

function spellSeconds(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

/** How many failures wait, and when the first of them is tried again. */
export function waitingText({ count, nextAttempt, isInNextCycle }: WaitingFailures): string {
  const waiting = `${counted(count, 'failure')} ${count === 1 ? 'waits' : 'wait'}`;
  if (nextAttempt === null)
    return `${waiting}, and none is tried again until its object changes or the job is restarted; "entrain run --retry-all" tries them now`;
  const when = isInNextCycle ? 'in the next cycle' : `after ${nextAttempt}`;
  return `${waiting}; the next is tried again ${when}; "entrain run --retry-all" tries them now`;
}
