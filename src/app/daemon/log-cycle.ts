import { environmentErrorOf } from '../../io/environment-error.ts';
import { remarkOnUnverified, type VerifyingJob, warnOfUntaken } from '../../job/warnings/verification.ts';
import type { CycleRecord } from '../../model/cycle.ts';
import { ConfigurationError, QuarantineError } from '../../model/errors.ts';
import type { Instant } from '../../model/identifiers.ts';
import { reasonText, stackOf } from '../errors.ts';
import type { Log } from './log.ts';

/** Tells how a cycle ended, and what of it the target did not take or show. */
export function logCycle(
  log: Log,
  settings: VerifyingJob,
  { kind, state, startedAt, endedAt, counts, until }: CycleRecord,
): void {
  const { id: job } = settings;
  const changed = Object.entries(counts).filter(([, count]) => count > 0);
  const warning = warnOfUntaken(counts, settings);
  const remark = remarkOnUnverified(counts, settings);
  if (warning !== null) log.warn({ job }, warning);
  if (remark !== null) log.info({ job }, remark);
  const facts = { job, kind, ...Object.fromEntries(changed) };
  if (endedAt === null) {
    log.info(facts, 'the cycle was interrupted: the next one continues from here');
    return;
  }
  const durationMs = Date.parse(endedAt) - Date.parse(startedAt);
  log.info({ ...facts, state, durationMs, watermark: until }, 'the cycle ended');
}

/** Tells why a cycle came to no good end. @param nextAttempt when a job in quarantine is tried again */
export function logFailedCycle(log: Log, job: string, error: unknown, nextAttempt: Instant | null): void {
  if (error instanceof QuarantineError) {
    const { reason, code, message } = error;
    log.warn({ job, reason, code, nextAttempt }, `the job is in quarantine: ${message}`);
    return;
  }
  const trouble = environmentErrorOf(error);
  if (trouble !== null) {
    const { code, message } = trouble;
    log.error({ job, code }, `the cycle ended early: ${message}; it is tried again at the next interval`);
  } else if (error instanceof ConfigurationError) {
    log.error({ job }, `the cycle cannot run:\n${reasonText(error)}`);
  } else {
    log.error({ job }, `the cycle failed, which is a bug in entrain; please report it:\n${stackOf(error)}`);
  }
}
