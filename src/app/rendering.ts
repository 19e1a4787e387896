/**
 * What every rendering of values needs of the floors below: text that is safe in a terminal, texts without secrets, and
 * counts in words.
 */
export { environmentErrorOf } from '../io/environment-error.ts';
export { knownSecrets } from '../io/secrets/secrets.ts';
export { terminalJson, terminalText, visible, visibleLines } from '../io/terminal-text.ts';
export { counted } from '../job/warnings/named.ts';
