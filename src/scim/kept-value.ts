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
  /** Of its comparison form. */
  readonly [NAME]: string;
  readonly characters: number;
  /** The beginning of the value or of its JSON. */
  readonly beginning: string;
}

/** Tells whether a kept value stands for a longer one. */
export const isDigest = (value: Json | undefined): value is Json & Digest =>
  isJsonObject(value) && typeof value[NAME] === 'string';

/** The length of a value as it is kept, in characters. */
export const lengthOf = (value: Json): number =>
  typeof value === 'string' ? value.length : typeof value === 'object' ? JSON.stringify(value).length : 8;

/**
 * Makes what is kept of a value that is too long.
 * @param comparisonForm a text that is the same for values that count as the same
 */
export const digestOf = (value: Json, comparisonForm: string): Json & Digest => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return {
    [NAME]: hashOf(comparisonForm),
    characters: text.length,
    beginning: copyOf(text.slice(0, BEGINNING)),
  };
};

/** Tells whether a digest was made of a value with this comparison form. */
export const isDigestOf = (digest: Digest, comparisonForm: string): boolean =>
  digest[NAME] === hashOf(comparisonForm);

/** Shows a digest: how the value begins, and how long it is. */
export const showDigest = ({ beginning, characters }: Digest): string =>
  `${beginning}… (${characters} characters)`;

/** Cuts a text for the log, where it is longer than what is kept. */
export const cutText = (text: string): string =>
  text.length <= VALUE_LIMIT ? text : `${copyOf(text.slice(0, BEGINNING))}… (${text.length} characters)`;

/** A text of its own: the engine keeps the whole of a text alive for the sake of a slice of it. */
export const copyOf = (text: string): string => JSON.parse(JSON.stringify(text)) as string;

/** 106 bits of two hashes (cyrb53): differences do not go unnoticed by chance. Nobody gains from a collision but the target. */
const hashOf = (text: string): string => `${cyrb53(text, 0)}-${cyrb53(text, 0x9e3779b9)}`;

const cyrb53 = (text: string, seed: number): string => {
  let one = 0xdeadbeef ^ seed;
  let other = 0x41c6ce57 ^ seed;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    one = Math.imul(one ^ code, 2654435761);
    other = Math.imul(other ^ code, 1597334677);
  }
  one = Math.imul(one ^ (one >>> 16), 2246822507) ^ Math.imul(other ^ (other >>> 13), 3266489909);
  other = Math.imul(other ^ (other >>> 16), 2246822507) ^ Math.imul(one ^ (one >>> 13), 3266489909);
  return (4294967296 * (2097151 & other) + (one >>> 0)).toString(16);
};
