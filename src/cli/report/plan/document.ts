import type { PlanEnd } from '../../../app/plan/output.ts';
import type { CycleCounts } from '../../../model/cycle.ts';
import type { Json, JsonObject } from '../../../model/json.ts';
import type { Change, MatchedObject, Planned } from '../../../model/pipeline.ts';
import type { ScimRequest } from '../../../model/scim.ts';
import { secondsAtRate } from '../shared/summary.ts';

/** One change of a plan as `plan --json` shows it. */
export function changeDocument(change: Change, requests: readonly ScimRequest[]): JsonObject {
  return {
    action: change.action,
    objectType: change.objectType,
    source: { id: change.source.id, displayName: change.source.label },
    target: { id: 'targetId' in change ? change.targetId : null },
    reason: change.reason,
    modifiedProperties: change.modifiedProperties as unknown as Json,
    requests: requests.map(({ method, path, query, body }) => ({ method, path, query, body })),
  };
}

/** An object that is left alone, or that failed, as `plan --json` shows it. */
export function otherDocument(planned: Exclude<Planned, { kind: 'change' }>): JsonObject {
  if (planned.kind === 'failure') {
    const { objectType, source, failure } = planned.failed;
    return {
      objectType,
      source: { id: source.id, displayName: source.label },
      code: failure.code,
      message: failure.message,
    };
  }
  const { matched, reason, detail } = planned.skip;
  return { objectType: objectOf(matched).objectType, source: sourceOf(matched), reason, detail };
}

const objectOf = (matched: MatchedObject) => matched.desired.scoped.object;

const sourceOf = (matched: MatchedObject): JsonObject => ({
  id: objectOf(matched).id,
  displayName: objectOf(matched).label,
});

/** The summary as plans and runs show it in JSON. */
export function summaryDocument(
  counts: CycleCounts,
  requests: number,
  requestsPerSecond: number,
): JsonObject {
  return {
    create: counts.create,
    update: counts.update,
    disable: counts.disable,
    delete: counts.delete,
    stagedDelete: counts.stagedDelete,
    skipped: counts.skipped,
    failed: counts.failed,
    imported: counts.imported,
    requests,
    estimatedSeconds: secondsAtRate(requests, requestsPerSecond),
  };
}

/** What a plan in JSON ends with. */
export function endDocument(end: PlanEnd): {
  readonly warnings: readonly string[];
  readonly summary: JsonObject;
  readonly estimate: JsonObject;
} {
  const { counts, requestCount, readCount, requestsPerSecond, warnings, published } = end;
  return {
    warnings,
    summary: summaryDocument(counts, requestCount, requestsPerSecond),
    estimate: {
      writes: requestCount,
      reads: readCount,
      seconds: secondsAtRate(requestCount + readCount, requestsPerSecond),
      published: published === null ? null : { ...published },
    },
  };
}
