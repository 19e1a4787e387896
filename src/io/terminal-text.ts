/**
 * Characters that do something to a terminal, or to a reader, other than being seen: C0 and C1 with the escape character,
 * line and paragraph separators, those that change the direction of writing, those without width, tags, fillers, and
 * halves of surrogate pairs. Joiners and variation selectors stay: names of people have them.
 * @see Unicode Technical Report 36 §3, Unicode Standard Annex 44 (Default_Ignorable_Code_Point), and ECMA-48
 */
const UNSAFE =
  /(?![\p{Join_Control}\p{Variation_Selector}])[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/gu;

/** Colours and weights as the program writes them itself. */
const STYLE = /^\[(?:[0-9]|[2-4][0-9]|9[0-7])m/;

const MARK = '\ufffd';

/** Text from outside in one line of a terminal or of another report: what would not be seen becomes a mark. */
export function visible(text: string): string {
  return text.replace(UNSAFE, MARK);
}

/** The same for text of several lines: the line ends stay, or whatever else of such characters is `kept`. */
export function visibleLines(text: string, kept = '\n'): string {
  return text.replace(UNSAFE, (one) => (kept.includes(one) ? one : MARK));
}

/**
 * The last look at text before a terminal: whatever was not made visible where it was put together is here.
 * @param isStyled whether the colours of the program are in it, which stay
 */
export function terminalText(text: string, isStyled: boolean): string {
  return text.replace(UNSAFE, (one, at: number) => {
    if (one === '\n' || one === '\t') return one;
    return isStyled && one === '\u001b' && STYLE.test(text.slice(at + 1, at + 5)) ? one : MARK;
  });
}

/** JSON with such characters escaped, which changes nothing of what it says. @see RFC 8259 §7 */
export function terminalJson(json: string): string {
  return json.replace(UNSAFE, (one) =>
    one === '\n'
      ? one
      : Array.from(
          { length: one.length },
          (_, at) => `\\u${one.charCodeAt(at).toString(16).padStart(4, '0')}`,
        ).join(''),
  );
}
