import { MASK } from '../../model/scim.ts';
import { placesIn, unescaped } from './escapes.ts';
import { lowerCase, type Needle, type Search } from './needles.ts';

/** Layers of escape sequences that are removed. */
const LAYERS = 8;

/** A range of a text: its first offset, and the one after its last. */
type Span = readonly [from: number, to: number];

const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;

/** The first offset of a needle at or after `from`; -1: none. */
const find = (lower: string, { text, isWord }: Needle, from: number): number => {
  for (let at = lower.indexOf(text, from); at >= 0; at = lower.indexOf(text, at + 1)) {
    if (!isWord) return at;
    const [before = '', behind = ''] = [lower[at - 1], lower[at + text.length]];
    if (!LETTER_OR_DIGIT.test(before) && !LETTER_OR_DIGIT.test(behind)) return at;
  }
  return -1;
};

const holdsAny = (text: string, { needles, pattern }: Search): boolean => {
  const lower = lowerCase(text);
  return pattern.test(lower) && needles.some((needle) => find(lower, needle, 0) >= 0);
};

/** Whether a text holds a secret, in any case and escaped up to the limit of layers. */
export function holdsSecret(text: string, search: Search): boolean {
  let layer = text;
  for (let depth = 0; depth < LAYERS; depth += 1) {
    if (holdsAny(layer, search)) return true;
    const next = unescaped(layer);
    if (next === layer) return false;
    layer = next;
  }
  return false;
}

const BASE64 = /[a-z0-9+/_-]/;

/** Extends a range to its run of base64, not before `least`, which belongs to the run before. */
const widened = (lower: string, [from, to]: Span, least: number): Span => {
  let [start, end] = [from, to];
  while (start > least && BASE64.test(lower[start - 1] ?? '')) start -= 1;
  while (BASE64.test(lower[end] ?? '')) end += 1;
  while (lower[end] === '=') end += 1;
  return [start, end];
};

/** The ranges of one needle in order, overlapping ones joined. */
const spansOf = (lower: string, needle: Needle): readonly Span[] => {
  const spans: Span[] = [];
  let end = 0;
  for (let at = find(lower, needle, 0); at >= 0; ) {
    const hit: Span = [at + needle.skip, at + needle.text.length];
    const span = needle.isBase64 ? widened(lower, hit, end) : hit;
    const last = spans.at(-1);
    if (last !== undefined && span[0] < end) spans[spans.length - 1] = [last[0], span[1]];
    else spans.push(span);
    end = span[1];
    // The rest of a run of base64 is masked with it.
    at = find(lower, needle, needle.isBase64 ? end : at + 1);
  }
  return spans;
};

const spansIn = (text: string, { needles, pattern }: Search): readonly Span[] => {
  const lower = lowerCase(text);
  return pattern.test(lower) ? needles.flatMap((needle) => spansOf(lower, needle)) : [];
};

/** The ranges of secrets in a text, escaped or not. */
const placesOf = (text: string, search: Search): readonly Span[] => {
  const spans: Span[] = [];
  const { from, to } = placesIn(text);
  let layer = text;
  for (let depth = 0; depth < LAYERS; depth += 1) {
    for (const [start, end] of spansIn(layer, search))
      if (end > start) spans.push([from[start] ?? 0, to[end - 1] ?? 0]);
    const next = unescaped(layer, { from, to });
    if (next === layer) break;
    layer = next;
  }
  return spans.sort(([one], [other]) => one - other);
};

const maskedOnce = (text: string, search: Search): string => {
  const parts: string[] = [];
  let done = 0;
  for (const [from, to] of placesOf(text, search)) {
    if (from >= done) parts.push(text.slice(done, from), MASK);
    done = Math.max(done, to);
  }
  return parts.join('') + text.slice(done);
};

/** Replaces each secret in a text by the mask. */
export function maskedText(text: string, search: Search): string {
  const clean = maskedOnce(text, search);
  if (clean === text) return text;
  // The rest must not form another secret.
  return holdsSecret(clean, search) ? MASK : clean;
}
