import { isJsonObject, type Json, type JsonObject } from '../model/json.ts';
import type { ScimAnswer, WriteRequest } from '../model/scim.ts';
import { readDetail } from './quote.ts';

/** Statuses of applications that see an empty request. */
const STATUSES: ReadonlySet<number> = new Set([400, 415, 422, 500]);

/** Messages that the body is missing. */
const NOTHING_READ =
  /\b(req(uest)?\.body|request body|body)\b.{0,40}\b(undefined|null|none|empty|missing|required)\b|\b(empty|missing|no) (request )?body\b|unexpected end of (json )?input|'NoneType' object|unsupported media type/i;

/** Null-access errors of JavaScript, Python, Ruby and C#. */
const READ_OF_NOTHING =
  /cannot (read|destructure|access)|is not an object|not subscriptable|for nil|object reference/i;

const letters = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '');

const isThere = (value: Json): boolean =>
  value !== null && value !== '' && !(Array.isArray(value) && value.length === 0);

/** Top-level names with a value; no server names schema URNs. */
const namesIn = (body: JsonObject): readonly string[] =>
  Object.entries(body).flatMap(([name, value]) =>
    isThere(value) && name.length > 1 && !name.includes(':') ? [name] : [],
  );

/** A name as a whole word, also as `user_name` or "User Name", but not within a path: `emails[0].value`. */
const wordOf = (name: string): string =>
  `(?<![a-z0-9.])${name
    .split(/(?=[A-Z])/)
    .map(letters)
    .join('[ _-]?')}(?![a-z0-9]|[.\\[]\\w)`;

const PART = '(?:field|attribute|property|parameter|argument|value|key)s?';
const GIVEN = '(?:provided|present|specified|supplied|given|set)';
const IS_MISSING = `(?:required(?! to\\b)|missing|mandatory|undefined|null|none|not ${GIVEN}|must be ${GIVEN}|(?:can(?:no|'|’)?t|can not|may not|must not|should not) be (?:null|undefined|empty|blank)|(?:is|was) (?:empty|blank))`;

/** Tells whether a message calls a name missing: "userName is required", "missing attribute: userName". */
const isMissing = (name: string, said: string): boolean => {
  const word = wordOf(name);
  const after = `${word}["'\`]?(?: ${PART})?[\\s:=]*(?:(?:is|was|are) )?(?:an? )?${IS_MISSING}\\b`;
  const before = `\\b(?:missing|required|mandatory)(?: ${PART})?[\\s:]*["'\`]?${word}`;
  return new RegExp(`${after}|${before}`, 'i').test(said);
};

const WAY_OUT =
  "perhaps its body parser does not know application/scim+json, which SCIM asks for; in Express: app.use(express.json({ type: ['application/json', 'application/scim+json'] }))";

/**
 * Detects that a target did not read a request body: it calls an attribute missing that was sent.
 * @returns likely cause and way out; null: no sign of it
 * @see RFC 7644 §3.1
 */
export function hintOnUnreadBody({ body }: Pick<WriteRequest, 'body'>, answer: ScimAnswer): string | null {
  if (!STATUSES.has(answer.status) || !isJsonObject(body)) return null;
  const said = readDetail(answer);
  if (answer.status === 415) return `the target does not take the content type; ${WAY_OUT}`;
  if (said === null) return null;
  const readsNothing = READ_OF_NOTHING.test(said);
  const named = namesIn(body).find((name) =>
    readsNothing ? new RegExp(wordOf(name), 'i').test(said) : isMissing(name, said),
  );
  if (named !== undefined) return `the request did hold ${named}; ${WAY_OUT}`;
  return NOTHING_READ.test(said) ? `the request did have a body; ${WAY_OUT}` : null;
}
