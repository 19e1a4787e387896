import { knownSecrets } from '../io/secrets/secrets.ts';
import { terminalJson, terminalText } from '../io/terminal-text.ts';

/**
 * Text as it leaves the program: no secret is in it, and nothing that moves the cursor of a terminal.
 * @param isStyled whether it has the colours of the program
 */
export const textOut = (text: string, isStyled: boolean): string =>
  terminalText(knownSecrets.mask(text), isStyled);

/** A JSON document as it leaves the program. @param indent spaces for each level; 0: one line */
export const jsonOut = (document: unknown, indent: number): string => {
  const text = JSON.stringify(document, null, indent);
  const clean = knownSecrets.mask(text);
  return terminalJson(clean === text ? text : indented(clean, indent));
};

/** Masked text, laid out as it was; it is no document any more only where the secret spelled its structure. */
const indented = (text: string, indent: number): string => {
  try {
    return JSON.stringify(JSON.parse(text), null, indent);
  } catch {
    return text;
  }
};
