import type { AttributeValue } from '../../../../model/directory.ts';

/** What came of reading a value: a value, null for none, or what is wrong with it. */
export type ReadValue =
  | { readonly value: AttributeValue | null; readonly problem: null }
  | { readonly value: null; readonly problem: string };

/** Attributes that are booleans by definition; text is read as one. */
const BOOLEANS: ReadonlySet<string> = new Set([
  'accountEnabled',
  'securityEnabled',
  'mailEnabled',
  'dirSyncEnabled',
  'showInAddressList',
]);

/** Attributes that an object of the directory always has: they cannot be cleared. */
export const ALWAYS_PRESENT: ReadonlySet<string> = new Set(['accountEnabled', 'securityEnabled']);

/** Reads the value of an attribute from JSON or text: numbers become text, nothing and an empty text are no value. */
export function readValue(name: string, raw: unknown): ReadValue {
  if (raw === null || raw === undefined || raw === '') return NO_VALUE;
  if (BOOLEANS.has(name)) return readBoolean(raw);
  const problem = name === 'userPrincipalName' && typeof raw === 'string' ? controlProblem(raw) : null;
  if (problem !== null) return { value: null, problem };
  if (typeof raw === 'string') return HALF_CHARACTER.test(raw) ? NOT_TEXT : { value: raw, problem: null };
  if (typeof raw === 'boolean') return { value: raw, problem: null };
  if (typeof raw === 'number') return readNumber(raw);
  if (Array.isArray(raw)) return readList(raw);
  return { value: null, problem: `${excerpt(raw)} is not ${EXPECTED}` };
}

/** A tab may stand in a text of a spreadsheet; no other control character is part of a name. */
const CONTROL = /(?!\t)\p{Cc}/u;

/** Says which control character a name holds, such as those of a file that was cut off; null when none. */
export function controlProblem(text: string): string | null {
  const [control] = CONTROL.exec(text) ?? [];
  if (control === undefined) return null;
  const code = control.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
  return `${excerpt(text)} holds the control character U+${code}, which no name has; remove it`;
}

/** Shows a value in a message, shortened. */
export function excerpt(value: unknown): string {
  const text = jsonText(value);
  return text.length > EXCERPT_LENGTH ? `${text.slice(0, EXCERPT_LENGTH - 1)}…` : text;
}

const EXCERPT_LENGTH = 80;

/** JSON can be nested so deeply that it can be read, but not be written. */
function jsonText(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return Array.isArray(value) ? 'a deeply nested list' : 'a deeply nested object';
  }
}

/** Tells whether two attribute values are the same; lists are compared in their order. */
export function sameValue(one: AttributeValue | undefined, other: AttributeValue | undefined): boolean {
  if (one === other) return true;
  if (!Array.isArray(one) || !Array.isArray(other) || one.length !== other.length) return false;
  return one.every((item, index) => item === other[index]);
}

const EXPECTED = 'a text, true, false, a number, a list of texts, or null';
const NO_VALUE: ReadValue = { value: null, problem: null };
/** JSON can write half of a surrogate pair, which no encoding can. @see RFC 8259 §8.2 */
const HALF_CHARACTER = /\p{Surrogate}/u;
const NOT_TEXT: ReadValue = {
  value: null,
  problem: 'the text holds half of a character (a lone surrogate); write the whole character',
};

function readBoolean(raw: unknown): ReadValue {
  const text = typeof raw === 'string' ? raw.toLowerCase() : raw;
  if (text === true || text === 'true') return { value: true, problem: null };
  if (text === false || text === 'false') return { value: false, problem: null };
  return { value: null, problem: `${excerpt(raw)} is neither true nor false` };
}

function readNumber(raw: number): ReadValue {
  // JSON.parse has rounded it already: 12345678901234567890 would be stored as another number.
  const isExact = Number.isInteger(raw) ? Number.isSafeInteger(raw) : Number.isFinite(raw);
  if (isExact) return { value: String(raw), problem: null };
  return { value: null, problem: `${raw} is too large for a number; write it as a text, in quotes` };
}

function readList(raw: readonly unknown[]): ReadValue {
  if (raw.length === 0) return NO_VALUE;
  const items: string[] = [];
  for (const item of raw) {
    const read = typeof item === 'number' ? readNumber(item) : null;
    if (read?.problem) return read;
    if (typeof item !== 'string' && typeof item !== 'number') {
      return { value: null, problem: `the list holds ${excerpt(item)}; only texts can be in a list` };
    }
    if (typeof item === 'string' && HALF_CHARACTER.test(item)) return NOT_TEXT;
    if (item !== '') items.push(String(item));
  }
  return items.length === 0 ? NO_VALUE : { value: items, problem: null };
}
