import { isJsonObject, type Json } from '../model/json.ts';

/** The longest value of a target that is kept, in characters of its JSON. */
export const VALUE_LIMIT = 64 * 1024;

/** How much is kept of one resource, in characters of the JSON of its values. */
export const OBJECT_LIMIT = 1024 * 1024;

/** How much is kept of the beginning of a longer value, for the reader of the log. */
const BEGINNING = 200;

const NAME = 'urn:entrain:digest';

/** What is kept of a value that is longer than the limit. */
export interface Digest {
  /** Of its comparison form; empty where that is not known. */
  readonly [NAME]: string;
  /** Of its comparison form as roles. */
  readonly roles: string;
  readonly characters: number;
  /** The beginning of the value or of its JSON. */
  readonly beginning: string;
  /** A mark of each key of a list, `MARK_LENGTH` characters each, in one text. Absent: its entries cannot be told apart. */
  readonly marks?: string;
}

/** What a value is compared by. */
export interface ComparisonForms {
  /** A text that is the same for values that count as the same. */
  readonly values: string;
  /** The same for values that are compared as roles. */
  readonly roles: string;
  /** A key of each entry, where entries are looked for one by one. */
  readonly keys?: ReadonlySet<string>;
}

/** Tells whether a kept value stands for a longer one. What is longer than a digest is none, whatever a target answers. */
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

/** The length of a value as it is kept, in characters. */
export function lengthOf(value: Json): number {
  return typeof value === 'string'
    ? value.length
    : typeof value === 'object'
      ? JSON.stringify(value).length
      : 8;
}

/**
 * Makes what is kept of a value that is too long.
 * @param room how many characters the marks of its entries may take; where they take more, none are kept
 */
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

/** What is kept of a list once more was added to it. What it is as a whole is not known then, its entries are. */
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

/** Tells whether a digest was made of a value with this comparison form. */
export function isDigestOf(digest: Digest, form: string, kind: 'values' | 'roles' = 'values'): boolean {
  return (kind === 'roles' ? digest.roles : digest[NAME]) === hashOf(form);
}

/** Tells of keys whether a digest has an entry with them; null: it cannot tell. */
export function keysIn({ marks }: Digest): ((key: string) => boolean) | null {
  if (marks === undefined) return null;
  const held = new Set<string>();
  for (let at = 0; at < marks.length; at += MARK_LENGTH) held.add(marks.slice(at, at + MARK_LENGTH));
  return (key) => held.has(markOf(key));
}

const MARK_LENGTH = 11;

const markOf = (key: string): string => cyrb53(key, 0).toString(36).padStart(MARK_LENGTH, '0');

const marksOf = (keys: ReadonlySet<string>): string => [...keys].map(markOf).join('');

/** Shows a digest: how the value begins, and how long it is. */
export function showDigest({ beginning, characters }: Digest): string {
  return `${beginning}… (${characters} characters)`;
}

/** Cuts a text for the log, where it is longer than what is kept. */
export function cutText(text: string): string {
  return text.length <= VALUE_LIMIT
    ? text
    : `${copyOf(text.slice(0, BEGINNING))}… (${text.length} characters)`;
}

/** A text of its own: the engine keeps the whole of a text alive for the sake of a slice of it. */
export function copyOf(text: string): string {
  return JSON.parse(JSON.stringify(text)) as string;
}

/** 106 bits of two hashes (cyrb53): differences do not go unnoticed by chance. Nobody gains from a collision but the target. */
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
