/** What came of reading a date: an instant as Graph writes it, or what is wrong. */
export type ReadDate = { readonly value: string } | { readonly problem: string };

/** The letters of date patterns, and the digits that stand for them. */
const PARTS: Readonly<Record<string, string>> = {
  yyyy: '(?<year>\\d{4})',
  MMM: '(?<monthName>\\p{L}+)\\.?',
  MM: '(?<month>\\d{2})',
  M: '(?<month>\\d{1,2})',
  dd: '(?<day>\\d{2})',
  d: '(?<day>\\d{1,2})',
  HH: '(?<hour>\\d{2})',
  H: '(?<hour>\\d{1,2})',
  mm: '(?<minute>\\d{2})',
  ss: '(?<second>\\d{2})',
};

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** A text in quotation marks, a run of one letter, or anything else. */
const TOKEN = /'([^']*)'|([A-Za-z])\2*|[^A-Za-z]/g;

/**
 * Says what is wrong with a date pattern such as `dd.MM.yyyy`; null when nothing is. Two-digit years are refused: their
 * century would be guessed.
 */
export function patternProblem(pattern: string): string | null {
  const letters = [...pattern.matchAll(TOKEN)].map(([token]) => token).filter((one) => /^[A-Za-z]/.test(one));
  const unknown = letters.find((token) => !Object.hasOwn(PARTS, token) && token !== 'T' && token !== 'Z');
  if (unknown !== undefined)
    return `${JSON.stringify(unknown)} is no part of a date: write yyyy, MM, M, MMM, dd, d, HH, H, mm, ss, and other letters in single quotation marks`;
  const once = (parts: readonly string[]): boolean =>
    letters.filter((one) => parts.includes(one)).length === 1;
  return once(['yyyy']) && once(['MMM', 'MM', 'M']) && once(['dd', 'd'])
    ? null
    : 'a date has one year (yyyy), one month (MM, M or MMM) and one day (dd or d)';
}

/**
 * Makes a reader of dates of some forms. One without a time is the start of that day in UTC. A text that two forms read
 * as different dates is a problem: it is never guessed which is meant.
 */
export function dateReader(patterns: readonly string[]): (text: string) => ReadDate {
  const forms = patterns.map((pattern) => new RegExp(`^${sourceOf(pattern)}$`, 'iu'));
  return (text) => {
    const found = new Set(
      forms
        .map((form) => form.exec(text)?.groups)
        .filter((groups) => groups !== undefined)
        .map(instantOf)
        .filter((instant) => instant !== null),
    );
    const [value, other] = found;
    if (value === undefined)
      return { problem: `is no date of the form ${patterns.join(' or ')}${serialHint(text)}` };
    return other === undefined
      ? { value }
      : { problem: `may be ${value.slice(0, 10)} or ${other.slice(0, 10)}; name one form only` };
  };
}

function sourceOf(pattern: string): string {
  return pattern.replace(
    TOKEN,
    (token, literal: string | undefined) => PARTS[token] ?? escaped(literal ?? token),
  );
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

/** Null: there is no such day or time. */
function instantOf(groups: Readonly<Record<string, string | undefined>>): string | null {
  const number = (name: string): number => Number(groups[name] ?? 0);
  const month =
    groups.monthName === undefined
      ? number('month')
      : MONTHS.indexOf(groups.monthName.toLowerCase().slice(0, 3)) + 1;
  const date = new Date(
    Date.UTC(number('year'), month - 1, number('day'), number('hour'), number('minute'), number('second')),
  );
  date.setUTCFullYear(number('year'));
  const isReal =
    date.getUTCMonth() === month - 1 &&
    date.getUTCDate() === number('day') &&
    date.getUTCHours() === number('hour') &&
    date.getUTCMinutes() === number('minute') &&
    date.getUTCSeconds() === number('second');
  return isReal ? `${date.toISOString().slice(0, 19)}Z` : null;
}

/** Excel writes a date that is formatted as a number as the days since 1900. */
const serialHint = (text: string): string =>
  /^\d{5}(\.\d+)?$/.test(text)
    ? '; it looks like the number by which Excel keeps a date: format the column as a date, and save the file again'
    : '';

/** Dates of the service that an unambiguous text may be taken for. */
const ISO = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/;

/** Reads a date whose form nothing tells: as it is where it is that of ISO 8601, else it is a problem. */
export function plainDate(text: string): ReadDate {
  if (ISO.test(text) && !Number.isNaN(Date.parse(text))) return { value: text };
  return {
    problem: `is no date of the form yyyy-MM-dd${serialHint(text) || '; say how the column writes dates, as in date: dd.MM.yyyy'}`,
  };
}
