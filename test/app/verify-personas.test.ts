import { afterEach, describe, expect, it } from 'vitest';
import { type RunningTarget, startTarget, type TargetOptions } from '../../src/target/start.ts';
import { checksIn, unpassed, verifyAt } from '../support/verify-at.ts';

let target: RunningTarget | undefined;

afterEach(async () => {
  await target?.stop();
});

const verifyPersona = async (options: TargetOptions) => {
  target = await startTarget(options);
  const verified = await verifyAt({ baseUrl: target.baseUrl, token: target.token });
  expect([...target.resources('User'), ...target.resources('Group')]).toEqual([]);
  return verified.result;
};

describe('the checks of an endpoint', () => {
  it('find nothing wrong with a target that takes all that the service sends, but for groups of one name', async () => {
    const result = await verifyPersona({});
    expect(unpassed(result).filter((line) => !line.includes(' skip: '))).toEqual([
      'GRP-03 warn: The second creation of a group is answered 201; expected 409',
    ]);
    expect(result.verdict).toBe('passed');
  });

  it('find what the strict target refuses', async () => {
    const result = await verifyPersona({ persona: 'strict' });
    expect(checksIn(result, 'fail')).toEqual(['LEG-01', 'LEG-02', 'LEG-05', 'LEG-09', 'MEM-03']);
  });

  it('stop where a query for nobody is answered with 404', async () => {
    const result = await verifyPersona({ faults: ['404-on-empty'] });
    expect(result.verdict).toBe('stopped');
    expect(checksIn(result, 'fail')).toEqual(['CONN-01', 'CONN-02']);
  });
});
