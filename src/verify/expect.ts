import { isJsonObject, type Json, type JsonObject } from '../model/json.ts';
import type { AttributeChange } from '../model/pipeline.ts';
import type { Answered, ScimAnswer } from '../model/scim.ts';
import { isErrorBody, readList } from '../scim/answer.ts';
import { sameValue, showCurrent, showDesired } from '../scim/compare.ts';
import { memberOf, parsePath } from '../scim/path.ts';
import { bodyText, isHtml, quoteDetail } from '../scim/quote.ts';
import { readPath } from '../scim/read.ts';
import { QUOTED, quoted, quotedValue } from './quoted.ts';
import type { Trial } from './trial.ts';
import { Unmet } from './verdict.ts';

/** Requires one of some statuses. @throws {Unmet} with the status and what the answer says */
export function requireStatus(answered: Answered, expected: readonly number[], what: string): void {
  const { response, request } = answered;
  if (expected.includes(response.status)) return;
  const said = saidIn(answered);
  throw new Unmet(
    `${what} is answered ${response.status}${said === '' ? '' : ` (${said})`}; expected ${spellStatuses(expected)}`,
    {
      decisive: answered,
      miss: request.method === 'GET' ? 'wrong' : 'refused',
      symptom: isHtml(response) ? 'page' : null,
    },
  );
}

/** Requires that a write was accepted: 200 with or without a body, 202 or 204. */
export function requireAccepted(answered: Answered, what: string): void {
  requireStatus(answered, [200, 202, 204], what);
}

const spellStatuses = (statuses: readonly number[]): string =>
  statuses.length < 2 ? String(statuses[0]) : `${statuses.slice(0, -1).join(', ')} or ${statuses.at(-1)}`;

/** What an answer says of its refusal, quoted: `scimType` and `detail`, or the beginning of its text. */
export function saidIn({ response }: Answered): string {
  if (response.status < 300) return '';
  const { body } = response;
  const parts = isJsonObject(body)
    ? [memberOf(body, 'scimType'), memberOf(body, 'detail')]
    : [bodyText(response)];
  return parts
    .filter((part) => typeof part === 'string' && part !== '')
    .map((part) => quoted(String(part).slice(0, QUOTED)))
    .join(': ');
}

/** The URN of a list. @see RFC 7644 §3.4.2 */
export const LIST_RESPONSE = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';

/** The resources of a list. @throws {Unmet} where the answer is none */
export function requireList(answered: Answered, what: string): readonly JsonObject[] {
  requireStatus(answered, [200], what);
  const list = readList(answered.response);
  if (!('code' in list)) return list.resources;
  const said = quoteDetail(answered.response);
  const message = said === null ? list.message : list.message.replace(said, () => quoted(said));
  throw new Unmet(`${what}: ${message}`, { decisive: answered });
}

/** Requires a list with a number of entries. */
export function requireCount(answered: Answered, count: number, what: string): readonly JsonObject[] {
  const resources = requireList(answered, what);
  if (resources.length !== count)
    throw new Unmet(`${what} finds ${resources.length} instead of ${count}`, {
      decisive: answered,
      symptom: resources.length > count ? 'unfiltered' : null,
    });
  return resources;
}

/** The resource of an answer. @throws {Unmet} where it is none */
export function requireResource(answered: Answered, what: string): JsonObject {
  const { body } = answered.response;
  if (isJsonObject(body)) return body;
  throw new Unmet(`${what} is answered without a JSON object`, { decisive: answered });
}

/** Requires the answer to a creation: 201, and a resource with an id. */
export function requireCreated({ subject }: Pick<Trial, 'subject'>, answered: Answered, what: string): void {
  requireStatus(answered, [200, 201], what);
  const { id } = requireResource(answered, what);
  if (typeof id !== 'string' || id === '')
    throw new Unmet(`${what} is answered with ${JSON.stringify(id) ?? 'no'} id; expected a text`, {
      decisive: answered,
    });
  if (answered.response.status === 200 && !subject.profile.acceptsCreated200)
    throw lesser(`${what} is answered 200 instead of 201`, answered);
}

/** Requires a SCIM error whose status is the text of that of the answer. @see RFC 7644 §3.12 */
export function requireScimError(answered: Answered, what: string): void {
  const { response } = answered;
  const fact = noScimError(response);
  if (fact !== null)
    throw new Unmet(`${what} is answered ${response.status} ${fact}`, {
      decisive: answered,
      symptom: isHtml(response) ? 'page' : null,
    });
}

function noScimError(response: ScimAnswer): string | null {
  const { status, body } = response;
  if (isHtml(response)) return 'with an HTML page instead of a SCIM error';
  if (!isJsonObject(body) || !isErrorBody(body)) return 'without the schema of SCIM errors';
  const said = memberOf(body, 'status');
  return said === String(status)
    ? null
    : `with status ${quotedValue(said)} in the body instead of "${status}"`;
}

/** How values are compared: as the attribute says, or to the letter. */
export type Exactness = 'asDefined' | 'exact';

/**
 * Requires that a resource shows what was written.
 * @param written the answer to the write, which was accepted
 */
export function requireTaken(
  resource: JsonObject,
  changes: readonly AttributeChange[],
  written: Answered,
  exactness: Exactness = 'asDefined',
): void {
  const missed = missedIn(resource, changes, exactness);
  if (missed.length === 0) return;
  const facts = missed.map((change) => {
    const found = showCurrent(readPath(resource, parsePath(change.mapping.targetAttributeName)));
    return `${change.mapping.targetAttributeName} is ${found ?? 'absent'} instead of ${showDesired(change.value)}`;
  });
  const more = facts.length > NAMED ? ` and ${facts.length - NAMED} more` : '';
  const isKept = missed.every((change) => isTaken(resource, change, 'asDefined'));
  throw new Unmet(
    `accepted with ${written.response.status}, and ${isKept ? 'kept otherwise' : 'not done'}: ${facts.slice(0, NAMED).join('; ')}${more}`,
    {
      decisive: written,
      miss: isKept ? 'wrong' : 'dropped',
      symptom: isKept ? 'otherCase' : null,
    },
  );
}

const NAMED = 5;

/** The changes that a resource does not show. */
export function missedIn(
  resource: JsonObject,
  changes: readonly AttributeChange[],
  exactness: Exactness = 'asDefined',
): readonly AttributeChange[] {
  return changes.filter((change) => !isTaken(resource, change, exactness));
}

function isTaken(resource: JsonObject, { mapping, value }: AttributeChange, exactness: Exactness): boolean {
  const found = readPath(resource, parsePath(mapping.targetAttributeName));
  const { target } = mapping;
  return sameValue({ ...mapping, target: { ...target, caseExact: exactness === 'exact' } }, value, found);
}

/** Requires a value at a path of a resource. @param isRight whether it is what was written */
export function requireValue(
  resource: JsonObject,
  path: string,
  isRight: (found: Json | undefined) => boolean,
  expected: string,
  written: Answered,
): void {
  const found = readPath(resource, parsePath(path));
  if (isRight(found)) return;
  throw new Unmet(
    `accepted with ${written.response.status}, and not done: ${path} is ${quotedValue(found)} instead of ${expected}`,
    { decisive: written, miss: 'dropped', symptom: typeof found === 'string' ? 'text' : null },
  );
}

/** A criterion that is nearly met: a warning, whatever the severity of the check. */
export function lesser(fact: string, decisive: Answered): Unmet {
  return new Unmet(fact, { decisive, isLesser: true });
}
