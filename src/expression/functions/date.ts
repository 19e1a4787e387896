import { lowerInvariant } from '../casing.ts';
import { FILETIME_EPOCH, isInRange, ticksOfInstant } from '../dates/date-time.ts';
import { dateText, formatDate } from '../dates/format.ts';
import { addInterval, countIntervals, INTERVALS, type Interval } from '../dates/interval.ts';
import { DATE_FORMS, parseDate } from '../dates/parse.ts';
import { type ExactReading, parseExact } from '../dates/parse-exact.ts';
import { DEFAULT_STYLES, parseStyles } from '../dates/styles.ts';
import {
  type Arguments,
  type ArgumentsCheck,
  type Call,
  define,
  eager,
  type FunctionDefinition,
  overText,
  textAt,
} from '../definition.ts';
import { bigNumberAt } from '../number.ts';
import { type EvaluationContext, isNullOrEmpty, type Plain } from '../value.ts';

const date = define('date');

/** The result of date functions: `8/25/2021 5:41:18 PM`. */
const DATE_TEXT = /^[0-9]{1,2}\/[0-9]{1,2}\/[0-9]{4} [0-9]{1,2}:[0-9]{2}:[0-9]{2} [AP]M$/;

/** Quotes a date for messages. */
const shown = (text: string): string => `"${text.slice(0, 60)}"`;

/** The instant of a date in text. @throws {ExpressionError} */
const instantOf = (text: string, index: number, call: Call): bigint => {
  const ticks = parseDate(text);
  if (ticks !== null) return ticks;
  throw call.fail(
    'invalidDate',
    `${shown(text)} is no date that ${call.node.name} can read: ${DATE_FORMS}.`,
    index,
  );
};

/** A date argument of DateAdd or DateDiff; null: no value, where the options allow it. */
const dateAt = (args: Arguments, index: number, call: Call): bigint | null => {
  const text = textAt(args, index, call);
  if (isNullOrEmpty(text)) return nullDate(index, call);
  if (call.options.rawDateString === 'reject' && !DATE_TEXT.test(text ?? ''))
    throw call.fail('invalidDate', `${call.node.name} takes a date: put CDate around the text.`, index);
  return instantOf(text ?? '', index, call);
};

/** The result of a date function without a value. @throws {ExpressionError} */
const nullDate = (index: number, call: Call): null => {
  if (call.options.nullDate === 'null') return null;
  throw call.fail('invalidDate', `${call.node.name} has no date to read: the value is null or empty.`, index);
};

/** Builds a function of one date that maps over several values. */
const ofDate = (apply: (text: string, call: Call) => string): FunctionDefinition['build'] =>
  eager((args, call): Plain => {
    const source = args[0] ?? null;
    if (isNullOrEmpty(source)) return nullDate(0, call);
    return overText(source, call, (text) => apply(text, call));
  });

const intervalAt = (args: Arguments, call: Call): Interval => {
  const text = textAt(args, 0, call) ?? '';
  const wanted = call.options.intervalCase === 'insensitive' ? lowerInvariant(text) : text;
  const interval = INTERVALS.find((each) => each === wanted);
  if (interval !== undefined) return interval;
  throw call.fail(
    'invalidValue',
    `There is no interval ${shown(text)}; there are ${INTERVALS.join(', ')}.`,
    0,
  );
};

const add = eager((args, call) => {
  const interval = intervalAt(args, call);
  const count = bigNumberAt(args, 1, call);
  const from = dateAt(args, 2, call);
  if (from === null) return null;
  const ticks = addInterval(from, interval, count);
  if (isInRange(ticks)) return dateText(ticks);
  throw call.fail('outOfRange', 'The date would lie outside of the years 1 to 9999.', 1);
});

const difference = eager((args, call) => {
  const interval = intervalAt(args, call);
  const [from, to] = [dateAt(args, 1, call), dateAt(args, 2, call)];
  if (from === null || to === null) return null;
  return countIntervals(from, to, interval, {
    elapsedCalendar: call.options.dateDiffCalendar === 'elapsed',
    midnights: call.options.dateDiffDay === 'midnights',
  }).toString();
});

/** FILETIME counts 100 ns since 1601, in UTC. */
const fromFileTime = eager((args, call) => {
  if (isNullOrEmpty(textAt(args, 0, call))) return nullDate(0, call);
  const ticks = bigNumberAt(args, 0, call) + FILETIME_EPOCH;
  if (ticks >= FILETIME_EPOCH && isInRange(ticks)) return dateText(ticks);
  throw call.fail('outOfRange', 'The number is no FILETIME of the years 1601 to 9999.', 0);
});

const toFileTime = ofDate((text, call) => {
  const fileTime = instantOf(text, 0, call) - FILETIME_EPOCH;
  if (fileTime >= 0n) return fileTime.toString();
  throw call.fail('outOfRange', 'FILETIME has no dates before 1601.', 0);
});

const format = eager((args, call, context) => {
  const source = args[0] ?? null;
  if (isNullOrEmpty(source) && call.options.nullDate === 'rejectExceptFormat') return null;
  if (isNullOrEmpty(source)) return nullDate(0, call);
  // The former signature lacks the styles.
  const shift = args.length === 3 ? 1 : 0;
  const reading = readingOf(shift === 1 ? [source, undefined, ...args.slice(1)] : args, call, context);
  const outputFormat = textAt(args, 3 - shift, call) ?? '';
  return overText(source, call, (text) => {
    const read = parseExact(text, reading);
    if (read === null)
      throw call.fail(
        'invalidDate',
        `${shown(text)} does not fit the input format ${shown(reading.format)}.`,
        0,
      );
    if ('problem' in read) throw call.fail('invalidFormat', read.problem, 2 - shift);
    const written = formatDate(read, outputFormat);
    if (typeof written === 'string') return written;
    throw call.fail('invalidFormat', written.problem, 3 - shift);
  });
});

const readingOf = (args: Arguments, call: Call, context: EvaluationContext): ExactReading => {
  const named = textAt(args, 1, call);
  const styles = isNullOrEmpty(named) ? DEFAULT_STYLES : parseStyles(named ?? '');
  if ('problem' in styles) throw call.fail('invalidValue', styles.problem, 1);
  return {
    format: textAt(args, 2, call) ?? '',
    styles,
    twoDigitYear: call.options.twoDigitYear,
    convertsOffset: call.options.offsetConversion === 'utc',
    nowTicks: ticksOfInstant(context.now),
  };
};

const checkFormatCount: ArgumentsCheck = ({ length: count }, options) => {
  if (count !== 3) return undefined;
  return options.formatDateTimeThreeArguments === 'accept'
    ? null
    : 'FormatDateTime takes 4 arguments: after the source come the date styles, which may be blank: FormatDateTime(source, , inputFormat, outputFormat).';
};

/** Date functions. */
export const DATE_FUNCTIONS: readonly FunctionDefinition[] = [
  date(
    'CDate(expression)',
    'The date of a text, in UTC.',
    ofDate((text, call) => dateText(instantOf(text, 0, call))),
  ),
  date('DateAdd(interval, value, dateTime)', 'The date so many intervals later.', add),
  date('DateDiff(interval, date1, date2)', 'The intervals from the first date to the second.', difference),
  date('DateFromNum(value)', 'The date of a FILETIME number.', fromFileTime),
  date(
    'FormatDateTime(source, dateTimeStyles?, inputFormat, outputFormat)',
    'A date in another format; formats are those of .NET.',
    format,
    { checkArguments: checkFormatCount },
  ),
  date(
    'Now()',
    'The current date and time, in UTC.',
    eager((_args, _call, context) => dateText(ticksOfInstant(context.now))),
  ),
  date('NumFromDate(value)', 'The FILETIME number of a date in ISO 8601.', toFileTime),
];
