import { hideInBody, hideInForm, type IsHidden } from '../../../io/har/hide.ts';
import { visible } from '../../../io/terminal-text.ts';
import { counted } from '../../../job/warnings/named.ts';
import type { Json, JsonObject } from '../../../model/json.ts';
import type { ScimRequest, ScimResponse } from '../../../model/scim.ts';

/** How much of an answer is shown. */
const SHOWN_CHARACTERS = 2_000;

/** A request as people read it: its line, and its body where it has one; values that are not to be shown are hidden. */
export function requestLines(request: ScimRequest, isHidden: IsHidden): readonly string[] {
  const { method, path, query, body } = withoutSecrets(request, isHidden);
  const line = `${method} ${path}${query === '' ? '' : `?${query}`}`;
  return (body === null ? [line] : [line, JSON.stringify(body)]).map(visible);
}

/** What was answered, in one line. */
export function answerLine(response: ScimResponse, isHidden: IsHidden): string {
  if (response.kind === 'noAnswer') return `→ no answer (${response.cause}): ${visible(response.message)}`;
  const text = response.text ?? (response.body === undefined ? '' : JSON.stringify(response.body));
  const body = text === 'null' ? '' : hideInBody(text, 'application/json', isHidden);
  const rest = body.length - SHOWN_CHARACTERS;
  const more = rest > 0 ? `… and ${counted(rest, 'more character')}` : '';
  return `→ ${response.status} ${visible(body.slice(0, SHOWN_CHARACTERS))}${more}`.trimEnd();
}

/** A request in the documents of `--json`, without the values that are not to be shown. */
export function withoutSecrets(request: ScimRequest, isHidden: IsHidden): ScimRequest & JsonObject {
  const { method, path, query, body } = request;
  return {
    method,
    path,
    query: hideInForm(query, isHidden),
    body: body === null ? null : hiddenBody(body, isHidden),
  };
}

/** What is nested too deep to be looked through is left out as a whole. */
function hiddenBody(body: JsonObject, isHidden: IsHidden): JsonObject {
  const text = hideInBody(JSON.stringify(body), 'application/json', isHidden);
  return text.startsWith('{') ? (JSON.parse(text) as JsonObject) : { hidden: text as Json };
}
