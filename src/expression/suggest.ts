/** Edits between two short texts: letters added, taken away or exchanged. */
const distance = (from: string, to: string): number => {
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [row, letter] of [...from].entries()) {
    const current = [row + 1];
    for (let column = 1; column <= to.length; column += 1) {
      const exchanged = (previous[column - 1] ?? 0) + (letter === to.charAt(column - 1) ? 0 : 1);
      current.push(Math.min(exchanged, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[to.length] ?? 0;
};

/** Names longer than this are not compared letter by letter. */
const MAX_COMPARED = 60;

/** The name that was probably meant: the same in another case, or one or two letters away; undefined when none is near. */
export const suggestName = (written: string, known: Iterable<string>): string | undefined => {
  const names = [...known];
  const lower = written.toLowerCase();
  const sameLetters = names.find((name) => name.toLowerCase() === lower);
  if (sameLetters !== undefined || written.length > MAX_COMPARED) return sameLetters;
  const allowed = written.length < 5 ? 1 : 2;
  const near = names
    .filter((name) => Math.abs(name.length - written.length) <= allowed)
    .map((name) => ({ name, edits: distance(lower, name.toLowerCase()) }))
    .filter(({ edits }) => edits <= allowed)
    .sort((a, b) => a.edits - b.edits);
  return near[0]?.name;
};

/** The words for a name that was probably meant, to follow the sentence on the one that was written. */
export const suggestionFor = (written: string, meant: string): string =>
  meant.toLowerCase() === written.toLowerCase()
    ? ` Did you mean ${meant}? Names are case-sensitive.`
    : ` Did you mean ${meant}?`;
