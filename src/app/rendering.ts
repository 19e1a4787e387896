/**
 * What every rendering of values needs of the floors below: text that is safe in a terminal, texts and bodies without
 * secrets, durations, and the name that was probably meant.
 */
export { didYouMean } from '../io/configuration/did-you-mean.ts';
export { parseDurationMs } from '../io/configuration/shapes/duration.ts';
export { environmentErrorOf } from '../io/environment-error.ts';
export { knownSecrets } from '../io/secrets/secrets.ts';
export { terminalJson, terminalText, visible, visibleLines } from '../io/terminal-text.ts';
export { sayDoubled, sayUntaken } from '../recording/log-verification.ts';
export { hasWords } from '../scim/answer.ts';
export { sayMatching } from '../scim/compare.ts';
export { hideInBody, hideInDocument, hideInForm, type IsHidden } from '../scim/hide.ts';
export { hiddenIn, type RedactedAttributes } from './session/hidden.ts';
