import type { PlanEnd, PlanHead } from '../../../app/plan/output.ts';
import type { CycleCounts } from '../../../model/cycle.ts';
import type { Json, JsonObject } from '../../../model/json.ts';
import type { ReportRow } from '../row.ts';
import type { ShownRequest } from '../shared/exchange.ts';
import { secondsAtRate } from '../shared/summary.ts';
import type { PlanRow, PlanView } from './views.ts';

/** The plan as one JSON document, printed once it is complete. */
export function jsonView(print: (document: JsonObject) => void): PlanView {
  const found: Record<ReturnType<typeof typeOf>, JsonObject[]> = { change: [], skipped: [], failed: [] };
  let head: JsonObject = {};
  return {
    begin: ({ job, start, basis }) => {
      const cycle = { kind: start.kind, watermark: watermarkOf(start) };
      head = { job, cycle, plannedAt: start.now, basis: { ...basis, schema: { ...basis.schema } } };
    },
    page: (_phase, rows) => {
      for (const row of rows) found[typeOf(row)].push(rowDocument(row, row.requests));
    },
    end: (end) => {
      const { change: changes, skipped, failed } = found;
      print({ ...head, changes, skipped, failed, ...endDocument(end) });
    },
    abandon: () => undefined,
  };
}

/** The plan as one JSON document a line, each printed as soon as it is known. */
export function ndjsonView(print: (document: JsonObject) => void): PlanView {
  return {
    begin: ({ job, start, basis }) =>
      print({
        type: 'cycle',
        job,
        kind: start.kind,
        watermark: watermarkOf(start),
        plannedAt: start.now,
        basis: { ...basis, schema: { ...basis.schema } },
      }),
    page: (phase, rows) => {
      for (const row of rows) print({ type: typeOf(row), phase, ...rowDocument(row, row.requests) });
    },
    end: (end) => {
      const { warnings, summary, estimate, waitingFailures } = endDocument(end);
      for (const message of warnings) print({ type: 'warning', message });
      print({ type: 'summary', ...summary, waitingFailures, estimate });
    },
    abandon: () => undefined,
  };
}

const watermarkOf = ({ since }: PlanHead['start']): string | null => (since === null ? null : String(since));

const typeOf = ({ kind }: PlanRow): 'change' | 'skipped' | 'failed' =>
  kind === 'skip' ? 'skipped' : kind === 'failure' ? 'failed' : 'change';

/** A row of a plan as programs read it: a change with its requests, a skipped object, or a failure. */
export function rowDocument(row: ReportRow, requests: () => readonly ShownRequest[]): JsonObject {
  const { kind, action, objectType, reason } = row;
  const source = { id: row.source.id, displayName: row.source.label };
  if (kind === 'failure') {
    const waits = row.status === 'wait';
    return { objectType, source, code: row.failure?.code ?? null, waitsForNextCycle: waits, message: reason };
  }
  if (kind === 'skip')
    return { objectType, source, reason: row.skipReason, cause: row.cause, detail: reason };
  return {
    action,
    objectType,
    source,
    target: { id: row.targetId },
    reason,
    modifiedProperties: row.modifiedProperties as unknown as Json,
    requests: requests(),
  };
}

/** The summary of a plan or a run as programs read it. */
export function summaryDocument(
  counts: CycleCounts,
  requests: number,
  requestsPerSecond: number,
): JsonObject {
  const { create, update, disable, delete: deleted, stagedDelete, skipped, failed, imported } = counts;
  return {
    create,
    update,
    disable,
    delete: deleted,
    stagedDelete,
    skipped,
    failed,
    imported,
    requests,
    estimatedSeconds: secondsAtRate(requests, requestsPerSecond),
  };
}

function endDocument({
  counts,
  requestCount,
  readCount,
  requestsPerSecond,
  warnings,
  waiting,
  published,
}: PlanEnd) {
  return {
    warnings,
    waitingFailures: { ...waiting },
    summary: summaryDocument(counts, requestCount, requestsPerSecond),
    estimate: {
      writes: requestCount,
      reads: readCount,
      seconds: secondsAtRate(requestCount + readCount, requestsPerSecond),
      published: published === null ? null : { ...published },
    },
  };
}
