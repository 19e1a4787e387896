import { describe, expect, it } from 'vitest';
import { errorOf, resultOf } from '../support.ts';

/** What FormatDateTime makes of 7 March 2025, 14:05:09.1200000. */
const written = (format: string) =>
  resultOf(`FormatDateTime("2025-03-07 14:05:09.12", , "yyyy-MM-dd HH:mm:ss.ff", "${format}")`);

const read = (text: string, format: string, styles = '') =>
  resultOf(`FormatDateTime([d], ${styles}, "${format}", "yyyy-MM-ddTHH:mm:ss.fffK")`, { d: text });

describe('a date is written', () => {
  it.each([
    ['d dd ddd dddd', '7 07 Fri Friday'],
    ['M MM MMM MMMM', '3 03 Mar March'],
    ['%y yy yyy yyyy yyyyy', '25 25 2025 2025 02025'],
    ['h hh H HH m mm s ss', '2 02 14 14 5 05 9 09'],
    ['%f ff fff fffffff', '1 12 120 1200000'],
    ['ss.FFF ss.FF', '09.12 09.12'],
    ['t tt', 'P PM'],
    ['z zz zzz', '+0 +00 +00:00'],
    ['yyyy K', '2025 '],
    ['gg', 'A.D.'],
    ["'d''M' \\\\y", 'dM y'],
    ['o', '2025-03-07T14:05:09.1200000'],
    ['R', 'Fri, 07 Mar 2025 14:05:09 GMT'],
    ['u', '2025-03-07 14:05:09Z'],
    ['Y', '2025 March'],
  ])('in the format %s', (format, text) => {
    expect(written(format)).toBe(text);
  });

  it('without a point where the fraction has no digits', () => {
    expect(resultOf('FormatDateTime("2025", , "yyyy", "HH:mm:ss.FFF")')).toBe('00:00:00');
  });

  it.each([
    ['q', 'q alone is no standard date format; %q makes it a custom one.'],
    ["yyyy'x", 'A quotation in the date format is not closed.'],
    ['yyyy%', 'In a date format, % precedes a specifier.'],
    ['ffffffff', 'A fraction has at most 7 digits; the date format asks for 8.'],
    ['', 'The date format is empty.'],
  ])('in no format that .NET refuses: %s', (format, summary) => {
    expect(errorOf(`FormatDateTime("2025", , "yyyy", "${format}")`)).toMatchObject({
      code: 'invalidFormat',
      summary,
    });
  });
});

describe('a date is read exactly', () => {
  it.each([
    ['2025-3-7', 'yyyy-M-d', '2025-03-07T00:00:00.000'],
    ['20250307', 'yyyyMMdd', '2025-03-07T00:00:00.000'],
    ['fri 7 MARCH 2025', 'ddd d MMMM yyyy', '2025-03-07T00:00:00.000'],
    ['7/3/2025 12 am', 'd/M/yyyy h tt', '2025-03-07T00:00:00.000'],
    ['2025-03-07T01:02:03Z', 'yyyy-MM-ddTHH:mm:ssK', '2025-03-07T01:02:03.000Z'],
    ['2025-03-07T01:02:03Z', "yyyy-MM-ddTHH:mm:ss'Z'", '2025-03-07T01:02:03.000'],
    ['2025-03-07T01:02:03Z', 'yyyy-MM-ddTHH:mm:ssZ', '2025-03-07T01:02:03.000Z'],
    ['2025-03-07 -0130', 'yyyy-MM-dd zzz', '2025-03-07T01:30:00.000+00:00'],
    ['2025-03-07 +2', 'yyyy-MM-dd z', '2025-03-06T22:00:00.000+00:00'],
    ['2025-03-07 1.5', 'yyyy-MM-dd s.FFF', '2025-03-07T00:00:01.500'],
    ['2025-03-07 1', 'yyyy-MM-dd s.FFF', '2025-03-07T00:00:01.000'],
    ['03', 'MM', '2025-03-01T00:00:00.000'],
    ['11:30', 'HH:mm', '2025-07-30T11:30:00.000'],
  ])('%s as %s', (text, format, date) => {
    expect(read(text, format)).toBe(date);
  });

  it.each([
    ['2025-3-07', 'yyyy-MM-dd', 'two letters are two digits'],
    ['2025-03-07x', 'yyyy-MM-dd', 'nothing is left over'],
    ['2025-02-30', 'yyyy-MM-dd', 'the month has the day'],
    ['2025-03-07 13 AM', 'yyyy-MM-dd h tt', 'an hour of twelve'],
    ['2025-03-07 13:00 AM', 'yyyy-MM-dd HH:mm tt', 'the half of the day agrees'],
    ['2025-03-07 Z', 'yyyy-MM-dd zzz', 'an offset has a sign'],
    ['2025-03-07 03', 'yyyy-MM-dd dd', 'a field has one value'],
    ['2025 03', 'yyyy.MM', 'literals match'],
    ['0001-01-01 +02:00', 'yyyy-MM-dd zzz', 'it lies in the calendar'],
    ['Sat 2025-03-07', 'ddd yyyy-MM-dd', 'the weekday agrees'],
  ])('%s is not read as %s: %s', (d, format) => {
    expect(errorOf('FormatDateTime([d], , [f], "yyyy")', { d, f: format }).code).toBe('invalidDate');
  });
});

describe('date styles', () => {
  it('are named as in .NET', () => {
    expect(errorOf('FormatDateTime("2025", "Strict", "yyyy", "yyyy")').summary).toContain(
      'There is no date style "Strict"',
    );
    expect(errorOf('FormatDateTime("2025", "RoundtripKind, AssumeLocal", "yyyy", "yyyy")').summary).toContain(
      'excludes AssumeLocal',
    );
  });

  it('say what white space is allowed', () => {
    expect(errorOf('FormatDateTime(" 2025", "None", "yyyy", "yyyy")').code).toBe('invalidDate');
    expect(read(' 2025 -03', 'yyyy-MM', '"AllowWhiteSpaces"')).toBe('2025-03-01T00:00:00.000');
  });

  it('say what is assumed of the zone and of the date', () => {
    expect(read('2025-03', 'yyyy-MM', '"AssumeUniversal, AdjustToUniversal"')).toBe(
      '2025-03-01T00:00:00.000Z',
    );
    expect(read('11:30', 'HH:mm', '"NoCurrentDateDefault"')).toBe('0001-01-01T11:30:00.000');
  });
});

it('two digits of a year mean the hundred years up to the option’s', () => {
  const year = (text: string, twoDigitYear: 2029 | 2049) =>
    resultOf('FormatDateTime([d], , "yy", "yyyy")', { d: text }, { twoDigitYear });
  expect([year('29', 2029), year('30', 2029), year('30', 2049), year('50', 2049)]).toEqual([
    '2029',
    '1930',
    '2030',
    '1950',
  ]);
});
