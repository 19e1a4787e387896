import { isJsonObject, type JsonObject } from '../../../model/json.ts';
import type { ScimAnswer } from '../../../model/scim.ts';

/** A token as it was issued. */
export interface AccessToken {
  readonly value: string;
  /** Null: the endpoint named no lifetime. */
  readonly lifetimeMs: number | null;
}

/** Characters that an HTTP header can carry. */
const HEADER_SAFE = /^[\x21-\x7e]+$/;

const textOf = (body: JsonObject, name: string): string | null => {
  const value = body[name];
  return typeof value === 'string' && value.trim() !== '' ? value : null;
};

/** Accepts seconds as a number or, as some endpoints write them, as text. */
const lifetimeOf = ({ expires_in: seconds }: JsonObject): number | null => {
  const number = typeof seconds === 'string' && /^\d+$/.test(seconds) ? Number(seconds) : seconds;
  return typeof number === 'number' && number >= 0 ? number * 1_000 : null;
};

/** @see RFC 6749 §5.2 */
const refusalOf = ({ status, body, text }: ScimAnswer): string => {
  const error = isJsonObject(body)
    ? [textOf(body, 'error'), textOf(body, 'error_description')].filter((part) => part !== null).join(', ')
    : (text ?? '');
  return `answered ${status}${error === '' ? '' : `: ${error}`}`;
};

/**
 * Reads the answer of a token endpoint.
 * @returns the token, or what the endpoint did instead, in words
 * @see RFC 6749 §5.1
 */
export function readTokenAnswer(answer: ScimAnswer): AccessToken | string {
  const { status, body, redirectHost } = answer;
  if (redirectHost !== undefined)
    return `answered ${status}, a redirect to ${redirectHost}, which credentials do not follow`;
  if (status < 200 || status >= 300) return refusalOf(answer);
  if (!isJsonObject(body)) return `answered ${status} without a JSON object`;
  const value = textOf(body, 'access_token');
  if (value === null) return `answered ${status} without an access_token`;
  if (!HEADER_SAFE.test(value))
    return `answered ${status} with an access_token that does not fit into a header`;
  const type = textOf(body, 'token_type');
  if (type !== null && type.toLowerCase() !== 'bearer')
    return `answered ${status} with a token_type other than Bearer, which SCIM targets are not asked with`;
  return { value, lifetimeMs: lifetimeOf(body) };
}
