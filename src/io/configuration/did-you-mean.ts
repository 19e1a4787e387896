import { nearestName } from '../../model/nearest-name.ts';

/** Writes `; did you mean …?` where a word is near one of the candidates, else nothing. */
export function didYouMean(word: string, candidates: readonly string[]): string {
  const meant = nearestName(word, candidates);
  return meant === undefined ? '' : `; did you mean ${meant}?`;
}
