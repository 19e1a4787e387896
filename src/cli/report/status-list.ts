import type { JobStatus } from '../../app/control/status.ts';
import { issueText } from '../../app/errors.ts';
import type { ConfigurationError } from '../../model/errors.ts';
import type { JsonObject } from '../../model/json.ts';
import { textTable } from '../directory/table.ts';
import { EXIT, worstExit } from '../exit-codes.ts';
import { lastCycleText } from './shared/status-text.ts';

/** A job in the list of all jobs: how it is, or why that cannot be read. */
export type ListedJob =
  | { readonly id: string; readonly status: JobStatus; readonly error: null }
  | { readonly id: string; readonly status: null; readonly error: ConfigurationError };

const HEADER = ['job', 'status', 'last cycle', 'next cycle', 'failing', 'quarantine'];

/** The status of all jobs, a line each; below, why one cannot be read and what is wrong with the source. */
export function statusListLines(jobs: readonly ListedJob[]): readonly string[] {
  const unreadable = jobs.flatMap(({ id, error }) =>
    error === null ? [] : [`${id}: the status cannot be read`, ...error.issues.map(issueText)],
  );
  const refused = jobs.find(({ status }) => status?.extras.refusedImport)?.status?.extras.refusedImport;
  return [
    textTable(HEADER, jobs.map(rowOf)),
    ...(unreadable.length === 0 ? [] : ['', ...unreadable]),
    ...(refused
      ? ['', `The source was not imported at ${refused.at}; the directory stays as it was:`, refused.reason]
      : []),
  ];
}

function rowOf({ id, status }: ListedJob): readonly string[] {
  if (status === null) return [id, 'unreadable'];
  const { code, schedule, facts, extras } = status;
  const { quarantine } = facts.control;
  return [
    id,
    schedule === 'Disabled' ? schedule : code,
    lastCycleText(facts.cycles),
    nextText(status),
    String(extras.failingCount + extras.failingReferenceCount),
    quarantine === null ? '' : quarantine.reason,
  ];
}

/** Where no daemon has the job, no time is promised. */
function nextText({ nextAt, extras: { holder } }: JobStatus): string {
  if (nextAt === null) return '-';
  if (holder === null || holder === 'unknown' || holder.command !== 'start') return 'no daemon runs';
  return Date.parse(nextAt) <= Date.now() ? 'now' : `${nextAt.slice(0, 19)}Z`;
}

/** The status of all jobs as one document; an unreadable one has an `error` in the form of Graph's errors. */
export function statusListDocument(jobs: readonly ListedJob[]): JsonObject {
  return {
    value: jobs.map(({ id, status, error }) =>
      status === null ? { id, error: { code: error.name, message: error.message } } : status.document,
    ),
  };
}

/** Quarantine, failures, and what cannot be read; a job that is switched off needs nobody. */
export function statusListExit(jobs: readonly ListedJob[]): number {
  return worstExit(
    jobs.map(({ status }) => {
      if (status === null) return EXIT.usage;
      const { code, facts, extras } = status;
      if (!facts.settings.enabled) return EXIT.done;
      if (code === 'Quarantine') return EXIT.quarantined;
      return extras.failingCount + extras.failingReferenceCount > 0 ? EXIT.escrowed : EXIT.done;
    }),
  );
}
