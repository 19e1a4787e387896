/**
 * Characters of an expression.
 * @see Entra "Known issues for provisioning": attribute-mapping expressions can have a maximum of 10,000 characters
 */
export const MAX_EXPRESSION_LENGTH = 10_000;

/** Functions inside functions; the service documents no limit, and the deepest published expression has nine. */
export const MAX_DEPTH = 200;

/** Characters of all values that one function makes: nested replacements grow without it beyond any memory. */
export const MAX_VALUE_LENGTH = 1_000_000;

/** Characters of a regular expression or a date format. */
export const MAX_PATTERN_LENGTH = 10_000;

/** Time a regular expression may take over one value, in milliseconds. */
export const PATTERN_TIME_LIMIT_MS = 250;
