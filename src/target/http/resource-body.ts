import { isJsonObject, type Json, type JsonObject } from '../../model/json.ts';
import { LIST_RESPONSE } from '../resource/urns.ts';
import type { TargetAnswer } from './message.ts';

/** Tells whether a body is a list. @see RFC 7644 §3.4.2 */
export function isList(body: JsonObject): boolean {
  return Array.isArray(body.schemas) && (body.schemas as readonly Json[]).includes(LIST_RESPONSE);
}

/** The resources of a list; empty for any other body. */
export function resourcesOf(body: JsonObject): readonly JsonObject[] {
  return isList(body) && Array.isArray(body.Resources)
    ? (body.Resources as readonly Json[]).filter((entry) => isJsonObject(entry))
    : [];
}

/** Changes the list in an answer; other answers stay. */
export function withList(
  answer: TargetAnswer,
  change: (list: JsonObject, resources: readonly JsonObject[]) => JsonObject,
): TargetAnswer {
  return answer.body !== null && isList(answer.body)
    ? { ...answer, body: change(answer.body, resourcesOf(answer.body)) }
    : answer;
}

/** Changes each resource in an answer; errors stay. */
export function withResources(
  answer: TargetAnswer,
  change: (resource: JsonObject) => JsonObject,
): TargetAnswer {
  const { body, status } = answer;
  if (body === null || status >= 400) return answer;
  if (!isList(body)) return { ...answer, body: change(body) };
  return { ...answer, body: { ...body, Resources: resourcesOf(body).map(change) } };
}
