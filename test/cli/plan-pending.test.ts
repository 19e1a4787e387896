import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ConfigurationError } from '../../src/model/errors.ts';
import type { SourceId } from '../../src/model/identifiers.ts';
import { aRecording } from '../io/stores/recordings.ts';
import { allOf } from '../support/all-of.ts';
import { schemaLockingBy } from '../support/locking-schema.ts';
import { openPlanBench, type PlanBench } from './plan-files.ts';

let bench: PlanBench;
afterEach(async () => await bench.close());

const put = async (
  type: 'User' | 'Group',
  name: string,
  more: Record<string, string> = {},
): Promise<SourceId> => {
  const { lab, clock } = bench;
  const named: Record<string, string> = type === 'User' ? { userPrincipalName: `${name}@contoso.com` } : {};
  const id = await lab.directory.put(
    { type, attributes: { ...named, displayName: name, ...more } },
    clock.now(),
  );
  await lab.directory.assign(id, null, null, clock.now());
  return id;
};

const creations = () => bench.target.requests().filter(({ method }) => method === 'POST');

describe('a creation whose answer was lost', () => {
  beforeEach(async () => {
    bench = await openPlanBench();
  });

  test('is not sent again by the same saved plan; the next cycle finds the object', async () => {
    const crew = await put('Group', 'Crew');
    const plan = await bench.keep();
    bench.target.fault('500-after-write=1');
    await bench.apply(plan);
    bench.target.fault(null);
    const again = await bench.apply(plan, { skipChanged: true });
    expect([again.sent, again.notes]).toEqual([[], [expect.stringContaining('is left out: Crew')]]);
    await bench.lab.run();
    expect([creations().length, bench.target.resources('Group').length]).toEqual([1, 1]);
    expect((await bench.lab.state.links([crew])).size).toBe(1);
  });

  test('is asked for again where the plan was made after it', async () => {
    await put('Group', 'Crew');
    bench.target.fault('500-after-write=1');
    await bench.apply(await bench.keep());
    bench.target.fault(null);
    const [made] = bench.target.resources('Group');
    bench.target.remove('Group', String(made?.id));
    const plan = await bench.keep();
    expect(plan.requests.map(({ method }) => method)).toEqual(['POST']);
    bench.target.seed('Group', { displayName: 'Crew' });
    const error = await bench.apply(plan).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConfigurationError);
    expect((error as Error).message).toContain('or the target changed: the plan of 1 object (Crew)');
    expect([creations().length, bench.target.resources('Group').length]).toEqual([1, 1]);
  });

  test('is sent by the plan that was made after it, where the target still lacks the object', async () => {
    await put('Group', 'Crew');
    bench.target.fault('500-after-write=1');
    await bench.apply(await bench.keep());
    bench.target.fault(null);
    bench.target.remove('Group', String(bench.target.resources('Group')[0]?.id));
    const plan = await bench.keep();
    expect((await bench.apply(plan)).sent).toEqual(plan.requests);
    expect(bench.target.resources('Group')).toHaveLength(1);
  });
});

test('a failure that came after the plan was made leaves its object to the next cycle', async () => {
  bench = await openPlanBench();
  const ada = await put('User', 'ada');
  const plan = await bench.keep();
  await bench.lab.state.apply(
    [
      aRecording({
        escrow: {
          sourceId: ada,
          objectType: 'User',
          label: 'ada',
          isReference: false,
          failure: { code: 'Conflict', message: 'it is there', status: 409 },
          firstFailedAt: bench.clock.now(),
          lastFailedAt: bench.clock.now(),
          attemptCount: 1,
        },
      }),
    ].flat(),
  );
  await expect(bench.apply(plan)).rejects.toThrow('failures: 0 then, 1 now');
  expect((await bench.apply(plan, { skipChanged: true })).sent).toEqual([]);
});

describe('an account that is disabled as it is taken over', () => {
  const SALES_ARE_OFF = 'Switch([department], "True", "Sales", "False")';

  beforeEach(async () => {
    bench = await openPlanBench({ schema: schemaLockingBy(SALES_ARE_OFF, 'active') });
    bench.target.seed('User', { userName: 'eve@contoso.com', active: true });
  });

  /** Links another user to the account, as provisioning on demand does. */
  const linkToAnother = async (): Promise<SourceId> => {
    const ada = await bench.lab.directory.put(
      { type: 'User', attributes: { userPrincipalName: 'ada@contoso.com' } },
      bench.clock.now(),
    );
    const targetId = bench.target.resources('User')[0]?.id as never;
    const link = {
      sourceId: ada,
      targetId,
      objectType: 'User',
      isManaged: true,
      hasMemberships: false,
    } as const;
    await bench.lab.state.apply(aRecording({ link, state: {} }));
    return ada;
  };

  test('is disabled by the saved plan', async () => {
    await put('User', 'eve', { department: 'Sales' });
    const plan = await bench.keep();
    expect(plan.end.counts).toMatchObject({ disable: 1 });
    const { record } = await bench.apply(plan);
    expect(record.counts).toMatchObject({ disable: 1, failed: 0 });
    expect(bench.target.resources('User')).toMatchObject([{ active: false }]);
  });

  test('is left alone where it was linked to another user since the plan was made', async () => {
    const eve = await put('User', 'eve', { department: 'Sales' });
    const plan = await bench.keep();
    await linkToAnother();
    const { record, sent } = await bench.apply(plan, { skipChanged: true });
    expect([sent, bench.target.resources('User')]).toMatchObject([[], [{ active: true }]]);
    expect(record).toMatchObject({ state: 'EntryLevelErrors', counts: { disable: 0, failed: 1 } });
    expect(await bench.lab.state.escrowsOf([eve])).toMatchObject([
      { failure: { code: 'DuplicateSourceEntries' } },
    ]);
  });
});

test('two users who match one account: the first is disabled, and the second fails, as planned', async () => {
  const schema = JSON.parse(
    JSON.stringify(schemaLockingBy('Switch([jobTitle], "True", "Sales", "False")', 'active')).replaceAll(
      '"expression":"[userPrincipalName]"',
      '"expression":"[department]"',
    ),
  );
  bench = await openPlanBench({ schema });
  const { lab, clock, target } = bench;
  target.seed('User', { userName: 'eve', active: true });
  await put('User', 'ada', { department: 'eve' });
  await put('User', 'bob', { department: 'eve' });
  const [first] = (await allOf(lab.directory.objects('User', { job: 'lab', now: clock.now() }, 10))).flat();
  if (first === undefined) throw new Error('there is no user');
  await lab.directory.change(first.id, { attributes: { jobTitle: 'Sales' } }, clock.now());
  const plan = await bench.keep();
  expect(plan.end.counts).toMatchObject({ disable: 1, failed: 1 });
  const { record } = await bench.apply(plan);
  expect(record.counts).toMatchObject({ disable: 1, failed: 1 });
  expect((await lab.state.links([first.id])).size).toBe(1);
});
