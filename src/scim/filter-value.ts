import type { Dialect } from '../model/dialect.ts';
import type { Failure } from '../model/failure.ts';
import type { MatchingValue } from '../model/pipeline.ts';
import { encodeFilterText } from './encoding.ts';

const QUOTE_OR_BACKSLASH = /["\\]/g;
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Tells whether a value contains `"` or `\`, which end or escape a quoted filter value. */
export function holdsQuotes(value: string): boolean {
  return value.search(QUOTE_OR_BACKSLASH) >= 0;
}

/** Tells whether a text is well-formed Unicode, which UTF-8 can encode. @see Unicode 3.9, D84 */
export function isWellFormed(text: string): boolean {
  return !LONE_SURROGATE.test(text);
}

/**
 * Encodes a quoted filter value.
 * @param quotes `raw`: does not escape `"` and `\`, so that the value may end the filter early
 * @see RFC 7644 §3.4.2.2: a value is a JSON string
 */
export function filterLiteral(value: string, quotes: 'escape' | 'raw' = 'escape'): string {
  return `%22${encodeFilterText(quotes === 'escape' ? value.replace(QUOTE_OR_BACKSLASH, '\\$&') : value)}%22`;
}

/**
 * The failure of a matching value that cannot be put into a filter; null: it can.
 * @param show how messages show the value
 */
export function failureOfFilterValue(
  { attribute, value }: Pick<MatchingValue, 'attribute' | 'value'>,
  quotes: Dialect['filterQuotes'],
  show: (value: string) => string,
): Failure | null {
  if (!isWellFormed(value))
    return {
      code: 'AttributeValidationFailed',
      message: `The matching value of ${attribute}, ${show(value)}, is not well-formed Unicode: it holds half of a surrogate pair, which has no encoding in a URL, so the target is not asked for it; correct the value in the source, or the expression that cuts it`,
      status: null,
    };
  if (quotes !== 'fail' || !holdsQuotes(value)) return null;
  return {
    code: 'SystemForCrossDomainIdentityManagementServiceIncompatibleFiltering',
    message: `The matching value of ${attribute}, ${show(value)}, holds a quotation mark or a backslash, which the service does not escape in a filter, so the target is not asked for it; correct the value in the source, or set target.dialect.filterQuotes: escape, where the target understands \\" and \\\\ (RFC 7644 §3.4.2.2)`,
    status: null,
  };
}
