import { afterEach, describe, expect, it } from 'vitest';
import { type RunningTarget, startTarget, type TargetOptions } from '../../../src/target/start.ts';
import { resultOf } from '../../../src/verify/result.ts';
import { unpassed, type VerifyOptions, verifyAt } from '../../support/verify-at.ts';

let target: RunningTarget | undefined;

afterEach(async () => {
  await target?.stop();
});

const verifyMembers = async (options: TargetOptions, more: Omit<VerifyOptions, 'baseUrl'> = {}) => {
  target = await startTarget(options);
  const { result, ledger } = await verifyAt({
    baseUrl: target.baseUrl,
    token: target.token,
    ...more,
    request: { only: ['MEM'], skip: ['MEM-06'], ...more.request },
  });
  expect([...target.resources('User'), ...target.resources('Group')]).toEqual([]);
  expect(ledger).toBeNull();
  return result;
};

describe('the checks of members', () => {
  it('pass where members are added and removed in the default dialect', async () => {
    expect(unpassed(await verifyMembers({}, { request: { skip: [] } }))).toEqual([]);
  });

  it('pass in the dialect of the flag', async () => {
    expect(unpassed(await verifyMembers({}, { dialect: { patch: 'aadOptscim062020' } }))).toEqual([]);
  });

  it('pass where the validator adds members by replacing them', async () => {
    const dialect = {
      patch: 'aadOptscim062020',
      quirkReplaceMembers: true,
      memberRemoval: 'filter',
    } as const;
    expect(unpassed(await verifyMembers({}, { dialect }))).toEqual([]);
  });

  it('find a removal by value that empties the group, though empty members are left out', async () => {
    const result = await verifyMembers({ persona: 'remove-all-on-legacy-remove' });
    expect(unpassed(result)).toEqual([
      'MEM-03 fail: accepted with 204, and other members are gone with it: 0 of 2 are left',
      'MEM-04 skip: MEM-03 failed',
    ]);
    expect(resultOf(result.results, 'MEM-03')?.miss).toBe('wrong');
  });

  it('find nothing wrong with the same server where the job removes by a filter', async () => {
    const persona = 'remove-all-on-legacy-remove';
    expect(unpassed(await verifyMembers({ persona }, { dialect: { memberRemoval: 'filter' } }))).toEqual([]);
  });

  it('find an operation that is dropped for its capital letter, and send later ones without', async () => {
    const result = await verifyMembers({ persona: 'silent-dropper' });
    expect(unpassed(result)).toEqual([
      'MEM-01 fail: accepted, and not done; with the operation in lower case it is',
    ]);
    expect(resultOf(result.results, 'MEM-01')?.miss).toBe('dropped');
  });

  it('create the hundred users once, and only for the checks that need them', async () => {
    const crowd = () =>
      target
        ?.requests()
        .filter(
          ({ method, requestBody }) => method === 'POST' && /-member\d/.test(JSON.stringify(requestBody)),
        ).length;
    await verifyMembers({}, { request: { only: ['MEM-01', 'MEM-03'] } });
    expect(crowd()).toBe(3);
  });
});
