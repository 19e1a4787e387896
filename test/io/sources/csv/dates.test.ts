import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dateReader, patternProblem, plainDate } from '../../../../src/io/sources/csv/dates.ts';

const read = (text: string, ...patterns: string[]) => dateReader(patterns)(text);

describe('a date', () => {
  it.each([
    ['31.01.2026', 'dd.MM.yyyy', '2026-01-31T00:00:00Z'],
    ['1/2/2026', 'd/M/yyyy', '2026-02-01T00:00:00Z'],
    ['1/2/2026', 'M/d/yyyy', '2026-01-02T00:00:00Z'],
    ['2026-02-28 17:05', 'yyyy-MM-dd HH:mm', '2026-02-28T17:05:00Z'],
    ['5 March 2026', 'd MMM yyyy', '2026-03-05T00:00:00Z'],
    ['05-MAR-2026', 'dd-MMM-yyyy', '2026-03-05T00:00:00Z'],
    ['20260305', 'yyyyMMdd', '2026-03-05T00:00:00Z'],
    ['2026-03-05T01:02:03Z', 'yyyy-MM-ddTHH:mm:ssZ', '2026-03-05T01:02:03Z'],
    ['1. im 3. 2026', "d. 'im' M. yyyy", '2026-03-01T00:00:00Z'],
  ])('%s of the form %s is read', (text, pattern, value) => {
    expect(patternProblem(pattern)).toBeNull();
    expect(read(text, pattern)).toEqual({ value });
  });

  it('that no calendar has, or that is of another form, is a problem', () => {
    for (const text of ['31.02.2026', '1.1.2026', '01.13.2026', '01.01.26', '', '01.01.2026 '])
      expect(read(text, 'dd.MM.yyyy'), text).toEqual({ problem: 'is no date of the form dd.MM.yyyy' });
  });

  it('of two forms is never guessed', () => {
    expect(read('03/04/2026', 'dd/MM/yyyy', 'MM/dd/yyyy')).toEqual({
      problem: 'may be 2026-04-03 or 2026-03-04; name one form only',
    });
    expect(read('03/13/2026', 'dd/MM/yyyy', 'MM/dd/yyyy')).toEqual({ value: '2026-03-13T00:00:00Z' });
    expect(read('04/04/2026', 'dd/MM/yyyy', 'MM/dd/yyyy')).toEqual({ value: '2026-04-04T00:00:00Z' });
  });

  it('that Excel shows as a number is named as such', () => {
    for (const problem of [read('45231', 'dd.MM.yyyy'), plainDate('45231')])
      expect(problem).toEqual({ problem: expect.stringContaining('the number by which Excel keeps a date') });
  });

  it('without a form is read only where it is that of ISO 8601', () => {
    expect(plainDate('2026-03-05')).toEqual({ value: '2026-03-05' });
    expect(plainDate('2026-03-05T00:00:00Z')).toEqual({ value: '2026-03-05T00:00:00Z' });
    for (const text of ['05.03.2026', '03/04/2026', '2026-13-01'])
      expect(plainDate(text)).toEqual({
        problem: expect.stringContaining('is no date of the form yyyy-MM-dd'),
      });
  });

  it('of any day is read back from any form', () => {
    const day = fc.date({ min: new Date('0100-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(day, (date) => {
        const [year = '', month = '', dayOfMonth = ''] = date.toISOString().slice(0, 10).split('-');
        const value = `${year}-${month}-${dayOfMonth}T00:00:00Z`;
        expect(read(`${dayOfMonth}.${month}.${year}`, 'dd.MM.yyyy')).toEqual({ value });
        expect(read(`${month}/${dayOfMonth}/${year}`, 'MM/dd/yyyy')).toEqual({ value });
        expect(read(`${Number(dayOfMonth)}-${Number(month)}-${year}`, 'd-M-yyyy')).toEqual({ value });
      }),
    );
  });
});

describe('a form of dates', () => {
  it.each(['dd.MM.yy', 'MM.yyyy', 'dd.MM.YYYY', 'dd.MM.yyyy tt'])('%s is refused', (pattern) => {
    expect(patternProblem(pattern)).not.toBeNull();
  });
});
