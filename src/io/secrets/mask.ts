import { MASK } from '../../model/scim.ts';
import { unescaped, unescapedWithPlaces } from './escapes.ts';
import { lowerCase, type Needle, type Search } from './needles.ts';

/** How many layers of escape sequences are taken off in search of a secret. */
const LAYERS = 8;

/** A part of a text: its first character, and the one behind its last. */
type Span = readonly [from: number, to: number];

const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;

/** The first place of a needle at or behind `from`; -1 when there is none. */
const find = (lower: string, { text, isWord }: Needle, from: number): number => {
  for (let at = lower.indexOf(text, from); at >= 0; at = lower.indexOf(text, at + 1)) {
    if (!isWord) return at;
    const [before = '', behind = ''] = [lower[at - 1], lower[at + text.length]];
    if (!LETTER_OR_DIGIT.test(before) && !LETTER_OR_DIGIT.test(behind)) return at;
  }
  return -1;
};

const holdsAny = (text: string, { needles, pattern }: Search): boolean => {
  if (!pattern.test(text)) return false;
  const lower = lowerCase(text);
  return needles.some((needle) => find(lower, needle, 0) >= 0);
};

/** Whether a text holds a secret, in whatever case and however it is escaped. */
export const holdsSecret = (text: string, search: Search): boolean => {
  let layer = text;
  for (let depth = 0; depth < LAYERS; depth += 1) {
    if (holdsAny(layer, search)) return true;
    const next = unescaped(layer);
    if (next === layer) return false;
    layer = next;
  }
  return false;
};

const BASE64 = /[a-z0-9+/_-]/;

const widened = (lower: string, [from, to]: Span): Span => {
  let [start, end] = [from, to];
  while (start > 0 && BASE64.test(lower[start - 1] ?? '')) start -= 1;
  while (BASE64.test(lower[end] ?? '')) end += 1;
  while (lower[end] === '=') end += 1;
  return [start, end];
};

const spansIn = (text: string, search: Search): readonly Span[] => {
  const lower = lowerCase(text);
  const spans: Span[] = [];
  for (const needle of search.needles) {
    for (let at = find(lower, needle, 0); at >= 0; at = find(lower, needle, at + 1)) {
      const span: Span = [at + needle.skip, at + needle.text.length];
      spans.push(needle.isBase64 ? widened(lower, span) : span);
    }
  }
  return spans;
};

/** Where secrets stand in a text, escaped or not, in the places of the text itself. */
const placesOf = (text: string, search: Search): readonly Span[] => {
  const spans: Span[] = [];
  let layer = text;
  let toSource = (span: Span): Span => span;
  for (let depth = 0; depth < LAYERS; depth += 1) {
    for (const span of spansIn(layer, search)) if (span[1] > span[0]) spans.push(toSource(span));
    const { text: next, from, to } = unescapedWithPlaces(layer);
    if (next === layer) break;
    const before = toSource;
    toSource = ([start, end]) => before([from[start] ?? 0, to[end - 1] ?? 0]);
    layer = next;
  }
  return spans.sort(([one], [other]) => one - other);
};

const maskedOnce = (text: string, search: Search): string => {
  let clean = '';
  let done = 0;
  for (const [from, to] of placesOf(text, search)) {
    if (from >= done) clean += text.slice(done, from) + MASK;
    done = Math.max(done, to);
  }
  return clean + text.slice(done);
};

/** Puts the mask in the place of each secret in a text; a text without one is given back as it is. */
export const maskedText = (text: string, search: Search): string => {
  if (!holdsSecret(text, search)) return text;
  const clean = maskedOnce(text, search);
  // What is left once a secret is taken out must not make up another.
  return holdsSecret(clean, search) ? MASK : clean;
};
