import type { JobControl } from '../../model/control.ts';
import { ConfigurationError, issueOf, QuarantineError } from '../../model/errors.ts';

/**
 * Lets a job begin a cycle, unless it was stopped.
 * @throws {ConfigurationError} when it is paused
 * @throws {QuarantineError} when it was disabled, after too long a quarantine
 * @see Entra "How provisioning works", Quarantine
 */
export function admitCycle(job: string, control: JobControl): void {
  if (control.isDisabled) {
    const { quarantine } = control;
    const since = quarantine === null ? '' : ` since ${quarantine.seriesBegan} (${quarantine.error.message})`;
    throw new QuarantineError(
      quarantine?.reason ?? 'Unknown',
      'JobDisabled',
      `job ${job} has been in quarantine for too long${since} and is disabled; correct the cause, then "entrain restart --job ${job}"`,
    );
  }
  if (!control.isPaused) return;
  const why = control.escrowsPruned
    ? ' after an initial cycle in which too many objects failed, and whose failures were discarded'
    : '';
  throw new ConfigurationError([
    issueOf(
      job,
      `the job is paused${why}; continue with "entrain resume --job ${job}", or look with "entrain plan"`,
    ),
  ]);
}
