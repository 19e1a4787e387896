import { describe, expect, test } from 'vitest';
import { typeOf } from '../../src/job/compile.ts';
import { aClause, aFilter, aJob, groupMapping, userMapping } from '../support/builders.ts';

describe('a compiled job', () => {
  test('handles users before groups', () => {
    expect(aJob().types.map(({ objectType }) => objectType)).toEqual(['User', 'Group']);
  });

  test('knows nothing of a type that is switched off or not mapped', () => {
    const job = aJob({ user: null, group: groupMapping({ enabled: false }) });
    expect([job.types, typeOf(job, 'User'), typeOf(job, 'Group')]).toEqual([[], undefined, undefined]);
  });

  test('has the filter of a type compiled, and none where there is none', () => {
    const scope = aFilter({ F: [aClause('department', 'EQUALS', 'Sales')] });
    const job = aJob({ user: userMapping({ scope }) });
    expect(typeOf(job, 'User')?.filter?.({ department: 'Sales' }).passes).toBe(true);
    expect(typeOf(job, 'Group')?.filter).toBeNull();
  });

  test('does not compile with a filter that cannot be', () => {
    const scope = aFilter({ F: [aClause('department', 'LIKE', 'S%')] });
    expect(() => aJob({ user: userMapping({ scope }) })).toThrow('unknown filter operator "LIKE"');
  });
});
