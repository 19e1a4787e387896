import { isNonZero, isNumber } from './number.ts';

/**
 * Reads text as a boolean: True, False, or a number that is zero or not.
 *
 * @param isSensitive whether only .NET's spelling with a capital counts
 * @returns null when the text is none of these
 */
export function truthOf(text: string, isSensitive: boolean): boolean | null {
  if (isNumber(text)) return isNonZero(text);
  const spelled = isSensitive ? text : text.trim().toLowerCase();
  if (spelled === (isSensitive ? 'True' : 'true')) return true;
  return spelled === (isSensitive ? 'False' : 'false') ? false : null;
}
