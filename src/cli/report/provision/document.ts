import type { IsHidden } from '../../../io/har/hide.ts';
import type { OnDemandPlan } from '../../../job/on-demand/plan.ts';
import type { OnDemandObject, OnDemandResult } from '../../../job/on-demand/result.ts';
import type { Json, JsonObject } from '../../../model/json.ts';
import type { ScimExchange, WriteRequest } from '../../../model/scim.ts';
import { EXIT } from '../../exit-codes.ts';
import { changeDocument, otherDocument } from '../plan/document.ts';
import { answerLine, withoutSecrets } from './exchange.ts';

/** `provision --dry-run --json`: every object with its steps, what would be done about it, and the verdict. */
export function verdictDocument(job: string, plan: OnDemandPlan, isHidden: IsHidden): JsonObject {
  const { verdict, notes, connection, objects } = plan;
  return {
    job,
    verdict,
    notes,
    connection: connection === null ? null : connectionDocument(connection, isHidden),
    objects: objects.map((object) => objectDocument(object, isHidden)),
  };
}

/** A connection that fails, in the form of Graph's errors. */
export function connectionError(
  connection: NonNullable<OnDemandResult['connection']>,
  isHidden: IsHidden,
): JsonObject {
  return { error: { ...connectionDocument(connection, isHidden), exitCode: EXIT.quarantined } };
}

const connectionDocument = (
  { failure, exchange }: NonNullable<OnDemandResult['connection']>,
  isHidden: IsHidden,
): JsonObject => ({
  code: failure.code,
  message: failure.message,
  ...(exchange === null ? {} : exchangeDocument(exchange, isHidden)),
});

function objectDocument(object: OnDemandObject, isHidden: IsHidden): JsonObject {
  const { id, label, objectType, steps, reads, actions } = object;
  return {
    objectType,
    source: { id, displayName: label },
    provisioningSteps: steps as unknown as Json,
    reads: reads.map((exchange) => exchangeDocument(exchange, isHidden)),
    actions: actions.map(({ planned, requests }) =>
      planned.kind === 'change'
        ? changeDocument(
            planned.change,
            requests.map((request) => withoutSecrets(request, isHidden) as unknown as WriteRequest),
          )
        : { action: planned.kind, ...otherDocument(planned) },
    ),
  };
}

const exchangeDocument = ({ request, response }: ScimExchange, isHidden: IsHidden): JsonObject => ({
  request: withoutSecrets(request, isHidden),
  answer: answerLine(response, isHidden),
});
