/**
 * Characters that control a terminal or mislead a reader: C0, C1 and escape, line and paragraph separators,
 * bidirectional controls, zero-width characters, tags, fillers, lone surrogates. Joiners and variation selectors
 * stay: names contain them.
 * @see Unicode Technical Report 36 §3, Unicode Standard Annex 44 (Default_Ignorable_Code_Point), and ECMA-48
 */
const UNSAFE =
  /(?![\p{Join_Control}\p{Variation_Selector}])[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/gu;

/** Colours and weights that the program writes. */
const STYLE = /^\[(?:[0-9]|[2-4][0-9]|9[0-7])m/;

const MARK = '\ufffd';

/** Makes external text safe on one line: unsafe characters become a mark. */
export function visible(text: string): string {
  return text.replace(UNSAFE, MARK);
}

/** The same for several lines: line ends stay, or other characters in `kept`. */
export function visibleLines(text: string, kept = '\n'): string {
  return text.replace(UNSAFE, (one) => (kept.includes(one) ? one : MARK));
}

/**
 * The final filter before a terminal, for text that was not filtered before.
 * @param isStyled keeps the program's colours
 */
export function terminalText(text: string, isStyled: boolean): string {
  return text.replace(UNSAFE, (one, at: number) => {
    if (one === '\n' || one === '\t') return one;
    return isStyled && one === '\u001b' && STYLE.test(text.slice(at + 1, at + 5)) ? one : MARK;
  });
}

/** Escapes such characters in JSON, which keeps its value. @see RFC 8259 §7 */
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
