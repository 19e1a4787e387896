import type {
  OnDemandAction,
  OnDemandObject,
  OnDemandPlan,
  OnDemandResult,
} from '../../../app/provision/provision.ts';
import type { IsHidden } from '../../../app/rendering.ts';
import type { Json, JsonObject } from '../../../model/json.ts';
import type { ScimExchange } from '../../../model/scim.ts';
import { EXIT } from '../../exit-codes.ts';
import { rowDocument } from '../plan/json.ts';
import { rowOf } from '../row.ts';
import { answerLine, shownRequest } from '../shared/exchange.ts';

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

/** A failed connection in the form of Graph's errors. */
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
  ...exchangeDocument(exchange, isHidden),
});

const objectDocument = (
  { id, label, objectType, steps, reads, actions }: OnDemandObject,
  isHidden: IsHidden,
): JsonObject => ({
  objectType,
  source: { id, displayName: label },
  provisioningSteps: steps as unknown as Json,
  reads: reads.map((exchange) => exchangeDocument(exchange, isHidden)),
  actions: actions.map((action) => actionDocument(action, isHidden)),
});

function actionDocument({ planned, requests }: OnDemandAction, isHidden: IsHidden): JsonObject {
  const row = rowOf(planned);
  const document = rowDocument(row, () => requests.map((request) => shownRequest(request, isHidden)));
  return row.kind === 'skip' || row.kind === 'failure' ? { action: row.kind, ...document } : document;
}

const exchangeDocument = ({ request, response }: ScimExchange, isHidden: IsHidden): JsonObject => ({
  request: shownRequest(request, isHidden),
  answer: answerLine(response, isHidden),
});
