import { nearestName } from '../../model/nearest-name.ts';

/** Returns `; did you mean …?` where a candidate is near the word, else an empty text. */
export function didYouMean(word: string, candidates: readonly string[]): string {
  const meant = nearestName(word, candidates);
  return meant === undefined ? '' : `; did you mean ${meant}?`;
}
