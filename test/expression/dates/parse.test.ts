import { describe, expect, it } from 'vitest';
import { errorOf, resultOf } from '../support.ts';

const date = (text: string) => resultOf('CDate([d])', { d: text });

describe('a date without a format', () => {
  it.each([
    ['2021-8-4', '8/4/2021 12:00:00 AM'],
    ['2021-08', '8/1/2021 12:00:00 AM'],
    ['2021-08-24 7:05', '8/24/2021 7:05:00 AM'],
    ['2021-08-24T23:59:59.9999999Z', '8/24/2021 11:59:59 PM'],
    ['2021-08-24T10:00:00+0530', '8/24/2021 4:30:00 AM'],
    ['2021-08-24-7', '8/24/2021 7:00:00 AM'],
    ['8/24/2021 12:00:00 AM', '8/24/2021 12:00:00 AM'],
    ['8/24/2021 12:00:00 pm', '8/24/2021 12:00:00 PM'],
    ['Aug 24, 2021', '8/24/2021 12:00:00 AM'],
    ['24 August 2021', '8/24/2021 12:00:00 AM'],
    [' 2021-08-24 ', '8/24/2021 12:00:00 AM'],
  ])('is read: %s', (text, expected) => {
    expect(date(text)).toBe(expected);
  });

  it.each([
    '20210824',
    '25/12/2020',
    '2021-02-30',
    '2021-08-24T25:00',
    '8/24/2021 13:00 PM',
    'tomorrow',
    '2021-08-24 x',
    '9999-12-31T23:59:59-04:00',
    ' '.repeat(500),
  ])('is refused: %s', (text) => {
    expect(errorOf('CDate([d])', { d: text }).code).toBe('invalidDate');
  });
});

it('a missing date is named in the error', () => {
  expect(errorOf('CDate([d])').summary).toBe('CDate has no date to read: the value is null or empty.');
});
