import type { Failure, FailureCode, Step } from '../model/failure.ts';
import { type TargetId, targetId } from '../model/identifiers.ts';
import { isJsonObject, type Json, type JsonObject } from '../model/json.ts';
import type { TargetState } from '../model/pipeline.ts';
import type { AttributeMapping } from '../model/schema.ts';
import type { ScimAnswer, ScimRequest, ScimResponse } from '../model/scim.ts';
import { codeOfAnswer, codeOfNoAnswer } from './failure-code.ts';
import { messageOfAnswer, messageOfNoAnswer, STEP_NAMES } from './failure-message.ts';
import { memberOf } from './path.ts';
import { bodyText, exactly, isHtml, isPage, quoteDetail, WORDS } from './quote.ts';
import { noUsableId, readId, readTargetState } from './read.ts';

/** The resources of a list. */
interface ResourceList {
  readonly resources: readonly JsonObject[];
}

/** A resource with a usable id. */
export interface Resource {
  readonly resource: JsonObject;
  readonly id: TargetId;
  /** Status of the answer. */
  readonly status: number;
}

/** Tells whether an answer is 2xx. */
export function isSuccess(response: ScimResponse): boolean {
  return response.kind === 'answer' && response.status >= 200 && response.status < 300;
}

/**
 * Makes the failure of a response, with Entra's code. To a filter, a 404 or 400 means an incompatible service, never
 * something about the object.
 * @see Entra "Analyze Microsoft Entra provisioning logs", Error codes
 */
export function failureOf(response: ScimResponse, during: Step): Failure {
  if (response.kind === 'answer' && isSuccess(response) && isErrorBody(response.body))
    return incompatible(response, during, errorInSuccess(response));
  if (response.kind === 'noAnswer')
    return { code: codeOfNoAnswer(response), message: messageOfNoAnswer(response, during), status: null };
  const code = codeOfAnswer(response, during);
  const message = messageOfAnswer(response, during, code);
  return { code, message, status: response.status, body: bodyText(response) };
}

/**
 * Reads the answer to a filter. `Resources` may be absent in an empty list. Any other shape is a failure, so that a
 * wrong answer is never read as "no such object".
 * @see RFC 7644 §3.4.2
 */
export function readList(response: ScimResponse, during: 'probe' | 'find' = 'find'): ResourceList | Failure {
  const answer = readObject(response, during);
  if ('code' in answer) return answer;
  const fail = (fact: string): Failure => incompatible(answer.response, during, fact);
  const resources = memberOf(answer.body, 'Resources') ?? null;
  if (resources === null)
    return memberOf(answer.body, 'totalResults') === 0
      ? { resources: [] }
      : fail('its body is no list; answer a filter with a ListResponse, also when it finds one or nothing');
  if (!Array.isArray(resources)) return fail('Resources is not a list; put the resources in one');
  const entries = resources as readonly Json[];
  return entries.every(isJsonObject)
    ? { resources: entries }
    : fail('Resources holds an entry that is no resource; put only JSON objects there');
}

/**
 * Checks the answer to a probe, which must be an empty list: a target that answers otherwise would produce false
 * matches.
 * @returns null: correct
 */
export function failureOfProbe(response: ScimResponse): Failure | null {
  const list = readList(response, 'probe');
  if ('code' in list) return list;
  const count = list.resources.length;
  if (count === 0 || response.kind === 'noAnswer') return null;
  return incompatible(
    response,
    'probe',
    `with ${count} of its resources, although no resource has the random value asked for: it does not honour the filter; make it answer an empty list`,
    'SystemForCrossDomainIdentityManagementServiceIncompatibleFiltering',
  );
}

/** Reads the resource of a read or creation, and its id. @see RFC 7643 §3.1 */
export function readResource(response: ScimResponse, during: 'read' | 'create' = 'read'): Resource | Failure {
  const answer = readObject(response, during);
  if ('code' in answer) return answer;
  const id = readId(answer.body);
  if (id !== null) return { resource: answer.body, id: targetId(id), status: answer.response.status };
  if (Array.isArray(memberOf(answer.body, 'Resources')))
    return incompatible(
      answer.response,
      during,
      'with a list where one resource belongs; answer with the resource itself',
      'SystemForCrossDomainIdentityManagementMultipleEntriesInResponse',
    );
  return incompatible(answer.response, during, noUsableId(answer.body));
}

/**
 * Reads the resource that was asked for by its id. Another one is a failure: a cache or a proxy may answer with somebody
 * else's.
 */
export function readResourceOf(response: ScimResponse, asked: TargetId): Resource | Failure {
  const read = readResource(response);
  if ('code' in read || read.id === asked) return read;
  return {
    code: 'SystemForCrossDomainIdentityManagementServiceIncompatible',
    message: `The target was asked for the resource ${exactly(asked)} and answered with ${exactly(read.id)}; nothing is decided by another resource: make the target answer with the one that it is asked for`,
    status: read.status,
  };
}

/** Reads the mapped attributes of the resource that was asked for by its id. */
export function readStateOf(
  response: ScimResponse,
  asked: TargetId,
  mappings: readonly AttributeMapping[],
): TargetState | Failure {
  const read = readResourceOf(response, asked);
  return 'code' in read ? read : readTargetState(read.resource, mappings);
}

const ERROR_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:error';

/** Tells whether a body is a SCIM error, regardless of status. @see RFC 7644 §3.12 */
export function isErrorBody(body: Json | undefined): boolean {
  const schemas = isJsonObject(body) ? memberOf(body, 'schemas') : undefined;
  return Array.isArray(schemas) && schemas.some((one) => String(one).toLowerCase() === ERROR_SCHEMA);
}

/**
 * Tells whether a write succeeded. A web page (of a sign-in or gateway, with 200) or a SCIM error in the body means
 * that nothing was done.
 */
export function isDone(response: ScimResponse): boolean {
  return (
    isSuccess(response) && !(response.kind === 'answer' && (isHtml(response) || isErrorBody(response.body)))
  );
}

/**
 * Tells whether an answer says something in words, which no names of attributes hide: an error, a body that is neither a
 * resource with an id nor a list, or one with a message beside.
 */
export function hasWords(answer: ScimAnswer): boolean {
  const { body } = answer;
  if (body === null) return false;
  if (!isSuccess(answer) || !isJsonObject(body) || isErrorBody(body)) return true;
  const isList = Array.isArray(memberOf(body, 'Resources')) || memberOf(body, 'totalResults') === 0;
  return !(isList || readId(body) !== null) || WORDS.some((name) => typeof memberOf(body, name) === 'string');
}

/**
 * Tells whether a response is plausible for its request: for a filter, a list of at most one; for a probe, an empty
 * one; for a read or creation, a resource with an id; else a success without a web page.
 */
export function isFit(
  { method, path }: Pick<ScimRequest, 'method' | 'path'>,
  response: ScimResponse,
  isProbe: boolean,
): boolean {
  if (method === 'POST') return !('code' in readResource(response, 'create'));
  if (method === 'GET')
    return isCollection(path) ? isFitList(response, isProbe) : !('code' in readResource(response));
  return isDone(response);
}

function isFitList(response: ScimResponse, isProbe: boolean): boolean {
  if (isProbe) return failureOfProbe(response) === null;
  const list = readList(response);
  return !('code' in list) && list.resources.length <= 1;
}

/** `/Users`, and not `/Users/u-7f31`. */
const isCollection = (path: string): boolean => path.lastIndexOf('/') === 0;

function readObject(
  response: ScimResponse,
  during: Step,
): { readonly response: ScimAnswer; readonly body: JsonObject } | Failure {
  if (response.kind === 'noAnswer' || !isSuccess(response)) return failureOf(response, during);
  const { body } = response;
  if (isErrorBody(body)) return incompatible(response, during, errorInSuccess(response));
  return isJsonObject(body) ? { response, body } : incompatible(response, during, notJsonObject(response));
}

function errorInSuccess(answer: ScimAnswer): string {
  const said = quoteDetail(answer);
  return `with a SCIM error in the body${said === null ? '' : ` (${said})`}; nothing was done: answer an error with its own status`;
}

function notJsonObject(answer: ScimAnswer): string {
  if (answer.body === null) return 'without a body; answer with JSON';
  if (isPage(answer))
    return 'with an HTML page, which cannot be deserialized; check the tenant URL (a login page or a proxy?)';
  const said = quoteDetail(answer);
  return `its body${said === null ? '' : ` ${said}`} cannot be deserialized as a JSON object; check the tenant URL`;
}

/** The failure of an unusable successful answer. */
const incompatible = (
  answer: ScimAnswer,
  during: Step,
  fact: string,
  code: FailureCode = 'SystemForCrossDomainIdentityManagementServiceIncompatible',
): Failure => ({
  code,
  message: `The target answered ${answer.status} to ${STEP_NAMES[during]}, but ${fact}`,
  status: answer.status,
  body: bodyText(answer),
});
