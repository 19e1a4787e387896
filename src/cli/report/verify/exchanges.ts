import {
  hideInBody,
  hideInForm,
  type IsHidden,
  knownSecrets,
  terminalJson,
  visible,
} from '../../../app/rendering.ts';
import type { CheckResult } from '../../../app/verify/checks.ts';
import type { VerifiedEndpoint } from '../../../app/verify/verify.ts';
import { counted } from '../../../model/named.ts';
import { MASK } from '../../../model/scim.ts';
import type { CredentialsVariable, ReportContext } from './context.ts';

/** A request with its answer, as recorded. */
export type Exchange = VerifiedEndpoint['exchanges'][number];

/** The exchange that shows why a check did not pass: the one that decided, else its last; null: it sent nothing. */
export function decisiveExchange(
  { decisive, exchanges: numbers }: CheckResult,
  exchanges: readonly Exchange[],
): Exchange | null {
  return exchanges[decisive ?? numbers.at(-1) ?? -1] ?? null;
}

/** The address of a request, without hidden values. */
export function shownUrl({ url }: Exchange, isHidden: IsHidden): string {
  const [address = '', query] = url.split(/\?(.*)/s);
  return query === undefined ? address : `${address}?${hideInForm(query, isHidden)}`;
}

/** The body of a request without hidden values; null: it has none. */
export function shownRequestBody(
  { requestBody, requestHeaders }: Exchange,
  isHidden: IsHidden,
): string | null {
  return requestBody === null ? null : hideInBody(requestBody, mimeTypeOf(requestHeaders), isHidden);
}

/** The body of an answer without hidden values; empty: there is none. */
export function shownAnswerBody({ answer }: Exchange, isHidden: IsHidden): string {
  return answer === null ? '' : hideInBody(answer.body, mimeTypeOf(answer.headers), isHidden);
}

/** Status and content type of an answer, or why none came: `400 Bad Request, application/scim+json`. */
export function answerHead({ answer, failure }: Exchange): string {
  if (answer === null) return `no answer (${failure?.cause ?? 'unknown'}): ${failure?.message ?? ''}`;
  const status = `${answer.status} ${answer.statusText}`.trim();
  const mimeType = mimeTypeOf(answer.headers);
  return mimeType === '' ? status : `${status}, ${mimeType}`;
}

const mimeTypeOf = (headers: Exchange['requestHeaders']): string =>
  headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';

/** Cuts a long text, and says how much is left out. */
export function cut(text: string, limit: number): string {
  const rest = text.length - limit;
  return rest <= 0 ? text : `${text.slice(0, limit)}… and ${counted(rest, 'more character')}`;
}

/** Characters of a body that a report shows beside a failure; JSON and HAR have more. */
const SHOWN_BODY = 800;

/**
 * All that explains why a check did not pass, each with its name: what was found and expected, what was sent and
 * answered, why it matters, what to do, and the command that repeats the request. Texts are as the endpoint wrote them.
 */
export function failureFacts(
  result: CheckResult,
  { exchanges }: VerifiedEndpoint,
  { isHidden, credentials }: ReportContext,
): readonly (readonly [name: string, text: string])[] {
  const { criterion, why, fix } = result.check;
  const exchange = decisiveExchange(result, exchanges);
  const facts: readonly (readonly [name: string, text: string | null])[] = [
    ['Found', result.reason],
    ['Expected', criterion],
    ...(exchange === null ? [] : exchangeFacts(exchange, isHidden)),
    ['Why', why],
    ['Fix', fix],
    ['Repeat', exchange === null ? null : curlCommand(exchange, isHidden, credentials)],
  ];
  return facts.flatMap(([name, text]) => (text === null || text === '' ? [] : [[name, text] as const]));
}

const exchangeFacts = (
  exchange: Exchange,
  isHidden: IsHidden,
): readonly (readonly [name: string, text: string | null])[] => [
  ['Request', cut(`${exchange.method} ${shownUrl(exchange, isHidden)}`, SHOWN_BODY)],
  ['Sent', cut(shownRequestBody(exchange, isHidden) ?? '', SHOWN_BODY)],
  ['Answer', answerHead(exchange)],
  ['Received', cut(shownAnswerBody(exchange, isHidden), SHOWN_BODY)],
];

/** Headers that curl sets by itself. */
const OWN_HEADERS: ReadonlySet<string> = new Set([
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
]);

/**
 * A command for a POSIX shell that repeats a request. The credentials are taken from a variable of the environment; a
 * request without credentials has none.
 */
export function curlCommand(
  exchange: Exchange,
  isHidden: IsHidden,
  { scheme, name }: CredentialsVariable,
): string {
  const { method, requestHeaders } = exchange;
  const headers = requestHeaders.filter(([header]) => !OWN_HEADERS.has(header.toLowerCase()));
  const body = shownRequestBody(exchange, isHidden);
  const credentials = scheme === 'basic' ? `-u "$${name}"` : `-H "Authorization: Bearer $${name}"`;
  const options = headers.map(([header, value]) =>
    header.toLowerCase() === 'authorization' && value === MASK
      ? credentials
      : `-H ${quotedForShell(`${header}: ${value}`)}`,
  );
  const words = [
    `curl -i -g -X ${quotedForShell(method)}`,
    quotedForShell(shownUrl(exchange, isHidden)),
    ...options,
    ...(body === null ? [] : [`--data-raw ${quotedForShell(terminalJson(body))}`]),
  ];
  return visible(knownSecrets.mask(words.join(' ')));
}

/** One word of a command, on one line, in which the shell replaces nothing. */
const quotedForShell = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
