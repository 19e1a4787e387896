/** The words for a name that was probably meant, to follow the sentence on the one that was written. */
export function suggestionFor(written: string, meant: string): string {
  return meant.toLowerCase() === written.toLowerCase()
    ? ` Did you mean ${meant}? Names are case-sensitive.`
    : ` Did you mean ${meant}?`;
}
