import { isJsonObject, isTooDeep, type Json, type JsonObject, MAX_DEPTH } from '../model/json.ts';
import { MASK } from '../model/scim.ts';

/** Tells by its name whether a value is hidden. */
export type IsHidden = (name: string) => boolean;

/** Words that end the names of secrets: SCIM's `password`, OAuth's `access_token`, an application's `apiKey`. */
const SECRET =
  '(?:passw(?:or)?d|pwd|passphrase|secret|token|assertion|credentials?|api[-_]?key|private[-_]?key)';

const SECRET_NAME = new RegExp(`${SECRET}$`);

/** Tells by its name whether an attribute or member is always secret. */
export function isSecret(path: string): boolean {
  return SECRET_NAME.test(rootOf(path)) || SECRET_NAME.test(path.toLowerCase());
}

/** The root attribute of a path, without its schema URN: `name` of `name.givenName`. */
const rootOf = (path: string): string => {
  const name = path.replace(/[[.](?![\d.]+:).*$/s, '');
  return name.slice(name.lastIndexOf(':') + 1).toLowerCase();
};

/**
 * Hides secrets by their usual names, and the attributes that the provisioning log redacts, with all below them.
 * @param redacted attribute paths of the target
 */
export function hiddenNames(redacted: readonly string[]): IsHidden {
  const names = new Set(redacted.map(rootOf));
  const known = new Map<string, boolean>();
  return (name) => {
    const answer = known.get(name) ?? (isSecret(name) || names.has(rootOf(name)));
    if (known.size < REMEMBERED) known.set(name, answer);
    return answer;
  };
}

/** Names cached: documents repeat the few names of their schema. */
const REMEMBERED = 1_000;

/**
 * Hides members by name, and values of PATCH operations by path.
 * @returns the value itself where nothing is hidden
 */
export function hideInJson(value: Json, isHidden: IsHidden): Json {
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
}

/** Hides values in a JSON document; one nested too deeply is replaced as a whole. */
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

/** Hides values in a form or a query; the rest stays byte for byte. */
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

/** A member with a string value, also in invalid or truncated JSON. */
const MEMBER = /"([^"\\]{1,200})"(\s{0,20}:\s{0,20})"(?:[^"\\]|\\.)*"?/gs;

/** The text that a PATCH operation writes to its path, also in invalid or truncated JSON. */
const WRITTEN =
  /("path"\s{0,20}:\s{0,20}"([^"\\]{1,200})"\s{0,20},\s{0,20}"value"\s{0,20}:\s{0,20})"(?:[^"\\]|\\.)*"?/gis;

const hideInScrap = (text: string, isHidden: IsHidden): string =>
  text
    .replace(MEMBER, (member, name: string, colon: string) =>
      isHidden(name) ? `"${name}"${colon}"${MASK}"` : member,
    )
    .replace(WRITTEN, (written, before: string, path: string) =>
      isHidden(path) ? `${before}"${MASK}"` : written,
    );

/** Hides values in a body; JSON without such values stays as it is. */
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

/** A secret in words: `password=p`. */
const PAIR = new RegExp(`([\\w.-]{0,100}${SECRET})(\\s{0,5}=\\s{0,5})("[^"]*"?|'[^']*'?|[^\\s&,;"']+)`, 'gi');

/** Credentials are longer than words that follow these two. */
const CREDENTIALS = /\b(Bearer|Basic)\s+[\w.~+/=-]{16,}/gi;

/** Hides secrets in a text of any form: members of JSON and pairs by their names, and credentials. */
export function withoutSecrets(text: string): string {
  return hideInScrap(text, isSecret).replace(PAIR, `$1$2${MASK}`).replace(CREDENTIALS, `$1 ${MASK}`);
}
