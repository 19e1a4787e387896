import { ConfigurationError, issueOf } from '../model/errors.ts';
import type { Configuration, JobSettings, TargetSettings } from '../model/job.ts';

/**
 * The settings of a job.
 * @param source what names the job, for the message: an option, or the file of the configuration
 * @throws {ConfigurationError} when the configuration has no such job
 */
export function jobOf({ file, jobs }: Configuration, id: string, source = file): JobSettings {
  const job = jobs.find((one) => one.id === id);
  if (job !== undefined) return job;
  const ids = jobs.map((one) => one.id).join(', ');
  throw new ConfigurationError([issueOf(source, `there is no job ${id}; the configuration has ${ids}`)]);
}

/** Scheme, host and port of the proxy that requests of a target go through, without credentials; null: none. */
export function proxyOf({ proxy }: TargetSettings): string | null {
  return proxy === undefined ? null : new URL(proxy).origin;
}
