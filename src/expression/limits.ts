/**
 * Characters of an expression.
 * @see Entra "Known issues for provisioning": attribute-mapping expressions can have a maximum of 10,000 characters
 */
export const MAX_EXPRESSION_LENGTH = 10_000;

/** Nesting of functions. The service documents no limit; published expressions have at most nine levels. */
export const MAX_DEPTH = 200;

/** Characters of all results of one function: nested replacements would exhaust memory. */
export const MAX_VALUE_LENGTH = 1_000_000;

/** Characters of a regular expression or a date format. */
export const MAX_PATTERN_LENGTH = 10_000;

/** Time limit of a regular expression for one value, in milliseconds. */
export const PATTERN_TIME_LIMIT_MS = 250;
