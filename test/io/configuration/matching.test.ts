import { describe, expect, test } from 'vitest';
import { parseConfiguration } from '../../../src/io/configuration/read-configuration.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { issuesOf } from './issues-of.ts';

const read = (job: JsonObject, dialect: JsonObject = {}) => {
  const target = { tenantUrl: 'https://host', auth: { type: 'bearer', secretToken: 'hush-hush' }, dialect };
  const text = JSON.stringify({ jobs: [{ id: 'a', schema: 's.json', target, ...job }] });
  return parseConfiguration(text, '/srv/entrain/entrain.json', {});
};

describe('how counterparts are matched', () => {
  test('is confirmed unless told otherwise, and a value with a quotation mark fails', () => {
    const [job] = read({}).jobs;
    expect(job?.matching).toEqual({ confirm: 'strict' });
    expect(job?.target.dialect.filterQuotes).toBe('fail');
  });

  test.each([
    ['strict', 'fail'],
    ['strict', 'escape'],
    ['strict', 'raw'],
    ['off', 'fail'],
    ['off', 'escape'],
  ])('may be %s with quotation marks that %s', (confirm, filterQuotes) => {
    const [job] = read({ matching: { confirm } }, { filterQuotes }).jobs;
    expect(job?.matching).toEqual({ confirm });
    expect(job?.target.dialect.filterQuotes).toBe(filterQuotes);
  });

  test('is confirmed where a value may end its filter early', () => {
    const said = issuesOf(() => read({ matching: { confirm: 'off' } }, { filterQuotes: 'raw' }));
    expect(said).toMatchObject([
      {
        path: 'jobs[0].target.dialect.filterQuotes',
        message: expect.stringContaining('write filterQuotes: escape or fail, or matching.confirm: strict'),
      },
    ]);
  });

  test.each([
    [{ matching: { confirm: 'loose' } }, 'confirm'],
    [{ matching: { confrim: 'strict' } }, 'did you mean confirm?'],
    [{ matching: 'off' }, 'matching'],
  ])('is refused with %j', (job, message) => {
    expect(issuesOf(() => read(job)).map((one) => one.message)).toEqual([expect.stringContaining(message)]);
  });
});
