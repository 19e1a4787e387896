import { isJsonObject, isTooDeep, type Json, type JsonObject, MAX_DEPTH } from '../model/json.ts';
import { MASK } from '../model/scim.ts';
import { memberOf } from './path.ts';

/** Tells by its name whether a value is hidden. */
export type IsHidden = (name: string) => boolean;

/** What the names of secrets end with: SCIM's `password`, OAuth's `access_token`, an application's `apiKey`. */
const SECRET_NAME =
  /(?:passw(?:or)?ds?|pwd|passphrase|secrets?|tokens?|assertion|credentials?|(?:api|private|secret|access)[-_]?keys?)(?:[-_]?hash(?:es)?)?$/;

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
 * Hides members by name, values of PATCH operations by path, and what texts hold of both.
 * @returns the value itself where nothing is hidden
 */
export function hideInJson(value: Json, isHidden: IsHidden): Json {
  if (Array.isArray(value)) {
    const items = value.map((item: Json) => hideInJson(item, isHidden));
    return items.every((item, index) => item === value[index]) ? value : items;
  }
  if (typeof value === 'string') return hideInText(value, isHidden);
  if (!isJsonObject(value)) return value;
  const path = memberOf(value, 'path');
  const isHiddenPatch = typeof path === 'string' && isHidden(path);
  const members = Object.entries(value).map(([name, member]): [string, Json] => [
    name,
    isHidden(name) || (isHiddenPatch && name.toLowerCase() === 'value') ? MASK : hideInJson(member, isHidden),
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
      const names = name.toLowerCase() === 'filter' ? namesInFilter(value) : [name];
      return names.some(isHidden) ? `${pair.split('=')[0]}=${MASK}` : pair;
    })
    .join('&');
}

/** The attributes and operators of a filter, without its texts. @see RFC 7644 §3.4.2.2 */
const namesInFilter = (filter: string): readonly string[] =>
  filter.replace(/"(?:[^"\\]|\\.)*"?/gs, '').match(/[\w.:$-]+/g) ?? [];

/** How a text names a value: an element of XML; a member, escaped or not, a pair, a header. The value follows. */
const NAMED =
  /<([\w.:-]{1,200})(?=((?:\s[^<>]{0,200})?>))|(?<![\w.:$-])([\w.:$-]{1,200})\\*["'`]?\s{0,20}(?::=?|=>?)\s{0,20}/g;

/** How a value is written: quoted, in quotes that are escaped, as a list or an object, or bare. */
const VALUE = {
  inElement: /[^<]+/y,
  inText:
    /"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|(\\+["'])(?:(?!(?<!\\)\1).)*(?:\1)?|\[[^\]]*\]?|\{[^}]*\}?|[^\s&,;"']+/sy,
} as const;

/** Words after a colon that say something of a value: `password: must have 8 characters`. */
const SAYS =
  /^(?:an?|are|can(?:not)?|does|expected|field|has|invalid|is|may|missing|must|needs|no|none|not|null|only|required|should|the|this|too|undefined|value|was)$/i;

/** The path of a PATCH operation, up to the texts of its filter. */
const PATH = /\\*["']([^"'\\]{1,200})/y;

/** A name in a text, and where its value begins. */
interface NamedValue {
  readonly name: string;
  readonly from: number;
  readonly form: keyof typeof VALUE;
  readonly followsColon: boolean;
}

function namedIn(text: string): readonly NamedValue[] {
  return [...text.matchAll(NAMED)]
    .map(
      ({ 0: whole, 1: element, 2: attributes = '', 3: name = '', index }): NamedValue => ({
        name: element ?? name,
        from: index + whole.length + attributes.length,
        form: element === undefined ? 'inText' : 'inElement',
        followsColon: whole.trimEnd().endsWith(':'),
      }),
    )
    .sort((a, b) => a.from - b.from);
}

const matchAt = (pattern: RegExp, text: string, at: number): RegExpExecArray | null => {
  pattern.lastIndex = at;
  return pattern.exec(text);
};

/** Where the value that a PATCH operation writes to a path may stand, as seen from the path. */
const BESIDE_PATH = [-2, -1, 1, 2];

/** The values that hidden paths are written with. */
function writtenIn(text: string, named: readonly NamedValue[], isHidden: IsHidden): ReadonlySet<NamedValue> {
  const written = named.flatMap(({ name, from }, at) => {
    const path = name.toLowerCase() === 'path' ? matchAt(PATH, text, from)?.[1] : undefined;
    if (path === undefined || !isHidden(path)) return [];
    return BESIDE_PATH.flatMap((place) => named[at + place] ?? []);
  });
  return new Set(written.filter(({ name }) => name.toLowerCase() === 'value'));
}

/** Hides values in a text of any form, also in JSON that is invalid, truncated, or escaped within other JSON. */
function hideInText(text: string, isHidden: IsHidden): string {
  const named = namedIn(text);
  const written = writtenIn(text, named, isHidden);
  let shown = '';
  let end = 0;
  for (const one of named) {
    const { name, from, form, followsColon } = one;
    if (from < end || !(written.has(one) || isHidden(name))) continue;
    const value = matchAt(VALUE[form], text, from)?.[0] ?? '';
    if (value === '' || (followsColon && SAYS.test(value))) continue;
    const quote = /^\\*["']/.exec(value)?.[0] ?? '';
    shown += `${text.slice(end, from)}${quote}${MASK}${quote}`;
    end = from + value.length;
  }
  return end === 0 ? text : shown + text.slice(end);
}

/** Hides values in a body; JSON without such values stays as it is. */
export function hideInBody(text: string, mimeType: string, isHidden: IsHidden): string {
  if (/^application\/x-www-form-urlencoded/i.test(mimeType)) return hideInForm(text, isHidden);
  if (isTooDeep(text)) return TOO_DEEP;
  try {
    const before = JSON.parse(text) as Json;
    const after = hideInJson(before, isHidden);
    return after === before ? text : JSON.stringify(after);
  } catch {
    return hideInText(text, isHidden);
  }
}

/** Credentials are longer than words that follow these two. */
const CREDENTIALS = /\b(Bearer|Basic)\s+[\w.~+/=-]{16,}/gi;

/** Hides secrets in a text of any form: values by their names, and credentials. */
export function withoutSecrets(text: string): string {
  return hideInText(text, isSecret).replace(CREDENTIALS, `$1 ${MASK}`);
}
