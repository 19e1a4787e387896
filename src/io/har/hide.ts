import { isJsonObject, type Json, type JsonObject } from '../../model/json.ts';
import { MASK } from '../../model/scim.ts';
import { isTooDeep, MAX_DEPTH } from '../json-depth.ts';

/** Tells by its name whether a value is not to be shown. */
export type IsHidden = (name: string) => boolean;

/** What is a secret whoever sends it: SCIM's password, and what OAuth 2.0 hands out and takes. */
const SECRETS: readonly string[] = [
  'password',
  'access_token',
  'refresh_token',
  'id_token',
  'client_secret',
  'client_assertion',
  'assertion',
];

/** The attribute that a path begins with, without the URN of its schema: `name` of `name.givenName`. */
const rootOf = (path: string): string => {
  const name = path.replace(/[[.](?![\d.]+:).*$/s, '');
  return name.slice(name.lastIndexOf(':') + 1).toLowerCase();
};

/**
 * Makes the test of what is hidden: secrets by their usual names, and attributes whose values the provisioning log
 * does not show either, as a whole.
 *
 * @param redacted paths of attributes of the target
 */
export function hiddenNames(redacted: readonly string[]): IsHidden {
  const names = new Set([...SECRETS, ...redacted.map(rootOf)]);
  const known = new Map<string, boolean>();
  return (name) => {
    const answer = known.get(name) ?? names.has(rootOf(name));
    if (known.size < REMEMBERED) known.set(name, answer);
    return answer;
  };
}

/** Names whose answer is remembered: documents repeat the few names of their schema. */
const REMEMBERED = 1_000;

/**
 * Hides members by their name, and the values of PATCH operations by their path.
 * @returns the value itself where there was nothing to hide
 */
const hideInJson = (value: Json, isHidden: IsHidden): Json => {
  if (Array.isArray(value)) {
    const items = value.map((item: Json) => hideInJson(item, isHidden));
    return items.every((item, index) => item === value[index]) ? value : items;
  }
  if (!isJsonObject(value)) return value;
  const isHiddenPatch = typeof value.path === 'string' && isHidden(value.path);
  const members = Object.entries(value).map(([name, member]): [string, Json] => [
    name,
    isHidden(name) || (isHiddenPatch && name === 'value') ? MASK : hideInJson(member, isHidden),
  ]);
  return members.every(([name, member]) => member === value[name]) ? value : Object.fromEntries(members);
};

/** Hides values in a JSON document. A document that is nested too deep is replaced as a whole. */
export function hideInDocument(document: JsonObject, isHidden: IsHidden): JsonObject {
  return isDeeper(document, MAX_DEPTH)
    ? { hidden: TOO_DEEP }
    : (hideInJson(document, isHidden) as JsonObject);
}

const isDeeper = (value: Json, levels: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((member) => isDeeper(member, levels - 1)));

const TOO_DEEP = '(a body nested too deep to be looked through for secrets)';

/** Hides values in a form or a query, and leaves the rest of it byte for byte. */
export function hideInForm(form: string, isHidden: IsHidden): string {
  return form
    .split('&')
    .map((pair) => {
      const [name = '', value = ''] = [...new URLSearchParams(pair)][0] ?? [];
      const attribute = name === 'filter' ? (value.split(' ')[0] ?? '') : name;
      return isHidden(attribute) ? `${pair.split('=')[0]}=${MASK}` : pair;
    })
    .join('&');
}

/** A member of an object with a text for a value, in what need not be a whole document. */
const MEMBER = /"([^"\\]{1,200})"(\s{0,20}:\s{0,20})"(?:[^"\\]|\\.)*"?/gs;

const hideInScrap = (text: string, isHidden: IsHidden): string =>
  text.replace(MEMBER, (member, name: string, colon: string) =>
    isHidden(name) ? `"${name}"${colon}"${MASK}"` : member,
  );

/** Hides values in a body. JSON is written anew where there was something to hide, and otherwise left as it is. */
export function hideInBody(text: string, mimeType: string, isHidden: IsHidden): string {
  if (/^application\/x-www-form-urlencoded/i.test(mimeType)) return hideInForm(text, isHidden);
  if (isTooDeep(text)) return TOO_DEEP;
  try {
    const before = JSON.parse(text) as Json;
    const after = hideInJson(before, isHidden);
    return after === before ? text : JSON.stringify(after);
  } catch {
    return hideInScrap(text, isHidden);
  }
}
