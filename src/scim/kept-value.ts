import { isJsonObject, type Json } from '../model/json.ts';

/** The longest kept value, in characters of its JSON. */
export const VALUE_LIMIT = 64 * 1024;

/** The most kept of one resource, in characters of JSON. */
export const OBJECT_LIMIT = 1024 * 1024;

/** Characters kept of a longer value, for the log. */
const BEGINNING = 200;

const NAME = 'urn:entrain:digest';

/** The digest of a value beyond the limit. */
export interface Digest {
  /** Hash of its comparison form; empty: unknown. */
  readonly [NAME]: string;
  /** Hash of its comparison form as roles. */
  readonly roles: string;
  readonly characters: number;
  /** The beginning of the value or of its JSON. */
  readonly beginning: string;
  /** Marks of the keys of a list, `MARK_LENGTH` characters each. Absent: entries are unknown. */
  readonly marks?: string;
}

/** The comparison forms of a value. */
export interface ComparisonForms {
  /** Equal for equal values. */
  readonly values: string;
  /** Equal for equal roles. */
  readonly roles: string;
  /** Keys of entries, where they are compared one by one. */
  readonly keys?: ReadonlySet<string>;
}

/** Tells whether a kept value is a digest. Anything longer than a digest is not, whatever a target answers. */
export function isDigest(value: Json | undefined): value is Json & Digest {
  return (
    isJsonObject(value) &&
    isTextUpTo(HASH_LIMIT, value[NAME]) &&
    isTextUpTo(HASH_LIMIT, value.roles) &&
    typeof value.characters === 'number' &&
    isTextUpTo(BEGINNING, value.beginning) &&
    (value.marks === undefined || isTextUpTo(OBJECT_LIMIT, value.marks)) &&
    Object.keys(value).length === (value.marks === undefined ? 4 : 5)
  );
}

const HASH_LIMIT = 40;

const isTextUpTo = (limit: number, value: Json | undefined): boolean =>
  typeof value === 'string' && value.length <= limit;

/** The length of a kept value in characters. */
export function lengthOf(value: Json): number {
  return typeof value === 'string'
    ? value.length
    : typeof value === 'object'
      ? JSON.stringify(value).length
      : 8;
}

/** Makes the digest of a value. @param room characters available for marks; without enough, none are kept */
export function digestOf(value: Json, forms: ComparisonForms, room = 0): Json & Digest {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const { values, roles, keys } = forms;
  return {
    [NAME]: hashOf(values),
    roles: hashOf(roles),
    characters: text.length,
    beginning: copyOf(text.slice(0, BEGINNING)),
    ...(keys !== undefined && keys.size * MARK_LENGTH <= room ? { marks: marksOf(keys) } : {}),
  };
}

/** The digest of a list after additions: of unknown total, with known entries. */
export function digestWith(digest: Json & Digest, added: Json, { keys }: ComparisonForms): Json & Digest {
  const { marks, characters, beginning } = digest;
  const joined = marks === undefined || keys === undefined ? undefined : marks + marksOf(keys);
  return {
    [NAME]: '',
    roles: '',
    characters: characters + JSON.stringify(added).length,
    beginning,
    ...(joined !== undefined && joined.length <= OBJECT_LIMIT ? { marks: joined } : {}),
  };
}

/** Tells whether a digest has a comparison form. */
export function isDigestOf(digest: Digest, form: string, kind: 'values' | 'roles' = 'values'): boolean {
  return (kind === 'roles' ? digest.roles : digest[NAME]) === hashOf(form);
}

/** Makes the test for keys in a digest; null: it has no marks. */
export function keysIn({ marks }: Digest): ((key: string) => boolean) | null {
  if (marks === undefined) return null;
  const held = new Set<string>();
  for (let at = 0; at < marks.length; at += MARK_LENGTH) held.add(marks.slice(at, at + MARK_LENGTH));
  return (key) => held.has(markOf(key));
}

const MARK_LENGTH = 11;

const markOf = (key: string): string => cyrb53(key, 0).toString(36).padStart(MARK_LENGTH, '0');

const marksOf = (keys: ReadonlySet<string>): string => [...keys].map(markOf).join('');

/** Formats a digest: beginning and length. */
export function showDigest({ beginning, characters }: Digest): string {
  return `${beginning}… (${characters} characters)`;
}

/** Shortens a text beyond the limit, for the log. */
export function cutText(text: string): string {
  return text.length <= VALUE_LIMIT
    ? text
    : `${copyOf(text.slice(0, BEGINNING))}… (${text.length} characters)`;
}

/** Copies a text: a slice keeps its whole source in memory. */
export function copyOf(text: string): string {
  return JSON.parse(JSON.stringify(text)) as string;
}

/** 106 bits (two cyrb53): no chance collisions. Only the target could profit from a forged one. */
const hashOf = (text: string): string =>
  `${cyrb53(text, 0).toString(16)}-${cyrb53(text, 0x9e3779b9).toString(16)}`;

const cyrb53 = (text: string, seed: number): number => {
  let one = 0xdeadbeef ^ seed;
  let other = 0x41c6ce57 ^ seed;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    one = Math.imul(one ^ code, 2654435761);
    other = Math.imul(other ^ code, 1597334677);
  }
  one = Math.imul(one ^ (one >>> 16), 2246822507) ^ Math.imul(other ^ (other >>> 13), 3266489909);
  other = Math.imul(other ^ (other >>> 16), 2246822507) ^ Math.imul(one ^ (one >>> 13), 3266489909);
  return 4294967296 * (2097151 & other) + (one >>> 0);
};
