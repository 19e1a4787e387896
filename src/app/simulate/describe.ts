import type { Line } from '../../io/scenario-file/expectation-shape.ts';
import { isJsonObject, type Json, type JsonObject } from '../../model/json.ts';
import type { ProvisioningLogEntry } from '../../model/log.ts';
import type { ScimRequest } from '../../model/scim.ts';

const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/** A request in a line, with its body; of a PATCH only the operations when its envelope is as it must be. */
export function describeRequest({ method, path, query, body }: ScimRequest): Line {
  const line = `${method} ${path}${query === '' ? '' : `?${query}`}`;
  return body === null ? line : { [line]: operationsOf(body) ?? body };
}

function operationsOf({ schemas, Operations, ...rest }: JsonObject): Json | null {
  const isEnvelope = Array.isArray(schemas) && schemas.length === 1 && schemas[0] === PATCH_OP;
  return isEnvelope && Operations !== undefined && Object.keys(rest).length === 0 ? Operations : null;
}

/** A log entry in a line, with the names of its steps. */
export function describeEntry(entry: ProvisioningLogEntry, label: string): Line {
  const { status, errorInformation } = entry.provisioningStatusInfo;
  const skipReason = entry.provisioningSteps.find((step) => 'SkipReason' in step.details)?.details.SkipReason;
  const why = errorInformation?.errorCode ?? skipReason;
  const line = [entry.provisioningAction, label, status, ...(why === undefined ? [] : [why])].join(' ');
  return { [line]: entry.provisioningSteps.map(({ name }) => name) };
}

/** What happened, without what the expected lines do not speak of: a line alone says nothing of what belongs to it. */
export function asExpected(actual: readonly Line[], expected: readonly Line[]): readonly Line[] {
  return actual.map((one, index) =>
    typeof expected[index] === 'string' && typeof one !== 'string' ? (Object.keys(one)[0] ?? '') : one,
  );
}

/** Entries with a value, such as members, are a set (RFC 7643 §2.4): in the order of their values. */
function inOrder(list: readonly Json[]): readonly Json[] {
  const key = (entry: Json): string => (isJsonObject(entry) ? String(entry.value) : '');
  return list.toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}

/**
 * The part of a value that an expectation speaks of; null where there is nothing, as an empty list is.
 * @see RFC 7643 §2.5
 */
export function partOf(actual: Json | undefined, expected: Json): Json {
  if (isJsonObject(expected) && isJsonObject(actual))
    return Object.fromEntries(
      Object.entries(expected).map(([key, value]) => [key, partOf(actual[key], value)]),
    );
  if (Array.isArray(expected) && Array.isArray(actual)) {
    const parts = inOrder(expected as readonly Json[]);
    return inOrder(actual as readonly Json[]).map((one, index) => partOf(one, parts[index] ?? null));
  }
  return Array.isArray(actual) && actual.length === 0 ? null : (actual ?? null);
}
