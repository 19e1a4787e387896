import { isJsonObject, type Json, type JsonObject } from '../model/json.ts';
import type { ScimAnswer, WriteRequest } from '../model/scim.ts';
import { quoteDetail } from './quote.ts';

/** The statuses with which applications answer what they take for an empty request. */
const STATUSES: ReadonlySet<number> = new Set([400, 415, 422, 500]);

/** Says that something is not there. */
const MISSING =
  /\b(required|missing|undefined|null|none(type)?|empty|blank|absent|expected|not (provided|present|specified|supplied|given|set|found in)|must (be (provided|present|specified|supplied|given|set)|have|contain|include)|mandatory)\b/i;

/** Says that there is nothing at all, whatever was to be read from it. */
const NOTHING_READ =
  /\b(req(uest)?\.body|request body|body)\b.{0,40}\b(undefined|null|none|empty|missing|required)\b|\b(empty|missing|no) (request )?body\b|unexpected end of (json )?input|'NoneType' object|unsupported media type/i;

/** Reads an attribute of nothing, in the words of JavaScript, Python, Ruby and C#. */
const READ_OF_NOTHING =
  /cannot (read|destructure|access)|is not an object|not subscriptable|for nil|object reference/i;

const letters = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '');

const isThere = (value: Json): boolean =>
  value !== null && value !== '' && !(Array.isArray(value) && value.length === 0);

/** The names that stand at the top of a body with a value; the long ones of schema extensions are told by nobody. */
const namesIn = (body: JsonObject): readonly string[] =>
  Object.entries(body).flatMap(([name, value]) =>
    isThere(value) && name.length > 1 && !name.includes(':') ? [name] : [],
  );

/** A name as a word of its own, also as `user_name` or "User Name", but not as part of a path: `emails[0].value`. */
const wordOf = (name: string): RegExp => {
  const parts = name.split(/(?=[A-Z])/).map(letters);
  return new RegExp(`(?<![a-z0-9.])${parts.join('[ _-]?')}(?![a-z0-9]|[.\\[]\\w)`, 'i');
};

const WAY_OUT =
  "perhaps its body parser does not know application/scim+json, which SCIM asks for; in Express: app.use(express.json({ type: ['application/json', 'application/scim+json'] }))";

/**
 * Tells whether a target has probably not read the body of a request: it says that an attribute is missing that was sent.
 * @returns the likely cause and the way out; null where nothing speaks for it
 * @see RFC 7644 §3.1
 */
export function hintOnUnreadBody({ body }: Pick<WriteRequest, 'body'>, answer: ScimAnswer): string | null {
  if (!STATUSES.has(answer.status) || !isJsonObject(body)) return null;
  const said = quoteDetail(answer);
  if (answer.status === 415) return `the target does not take the content type; ${WAY_OUT}`;
  if (said === null) return null;
  const named = namesIn(body).find((name) => wordOf(name).test(said));
  if (named !== undefined && (MISSING.test(said) || READ_OF_NOTHING.test(said)))
    return `the request did hold ${named}; ${WAY_OUT}`;
  return NOTHING_READ.test(said) ? `the request did have a body; ${WAY_OUT}` : null;
}
