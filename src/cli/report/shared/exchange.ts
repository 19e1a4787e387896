import {
  hasWords,
  hideInBody,
  hideInDocument,
  hideInForm,
  type IsHidden,
  visible,
} from '../../../app/rendering.ts';
import type { JsonObject } from '../../../model/json.ts';
import { counted } from '../../../model/named.ts';
import { REDACTED, type ScimAnswer, type ScimRequest, type ScimResponse } from '../../../model/scim.ts';

/** A request without the values that are not to be shown; JSON. */
export type ShownRequest = ScimRequest & JsonObject;

/** Hides secrets and redacted values of a request. A body that is nested too deep is left out as a whole. */
export function shownRequest({ method, path, query, body }: ScimRequest, isHidden: IsHidden): ShownRequest {
  return {
    method,
    path,
    query: hideInForm(query, isHidden),
    body: body === null ? null : hideInDocument(body, isHidden),
  };
}

/** The method and the address of a request. */
export function requestLine({ method, path, query }: ShownRequest): string {
  return `${method} ${path}${query === '' ? '' : `?${query}`}`;
}

/** A request in text: its address, and its body where it has one; that of a PUT is known once the resource was read. */
export function requestLines(request: ShownRequest): readonly string[] {
  const { method, body } = request;
  const unknown = method === 'PUT' ? ['what the target holds, with the change in it'] : [];
  return [requestLine(request), ...(body === null ? unknown : [JSON.stringify(body)])].map(visible);
}

/** The body of an answer, without the values that are not to be shown; empty: it has none. */
export function shownBody(answer: ScimAnswer, isHidden: IsHidden): string {
  const { body, text } = answer;
  if (body === null) return '';
  if (answer.isRedacted && hasWords(answer)) return REDACTED;
  return hideInBody(text ?? (body === undefined ? '' : JSON.stringify(body)), 'application/json', isHidden);
}

/** Characters of an answer that are shown. */
const SHOWN_CHARACTERS = 2_000;

/** An answer in one line, without the values that are not to be shown. */
export function answerLine(response: ScimResponse, isHidden: IsHidden): string {
  if (response.kind === 'noAnswer') return `→ no answer (${response.cause}): ${visible(response.message)}`;
  const body = shownBody(response, isHidden);
  const rest = body.length - SHOWN_CHARACTERS;
  const more = rest > 0 ? `… and ${counted(rest, 'more character')}` : '';
  return `→ ${response.status} ${visible(body.slice(0, SHOWN_CHARACTERS))}${more}`.trimEnd();
}
