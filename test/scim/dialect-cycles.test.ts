import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type SourceId, sourceId } from '../../src/model/identifiers.ts';
import { isJsonObject } from '../../src/model/json.ts';
import { isChange } from '../../src/model/pipeline.ts';
import { type RunningTarget, startTarget, type TargetOptions } from '../../src/target/start.ts';
import { type FakeWorld, fakeWorld } from '../support/fake-world.ts';
import { type Lab, type LabOptions, openLab } from '../support/lab.ts';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const MANAGER = `${ENTERPRISE}:manager`;
const DAY_MS = 24 * 60 * 60_000;

let target: RunningTarget;
let clock: FakeWorld;
let lab: Lab;

async function open(options: Partial<LabOptions>, targetOptions: TargetOptions = {}): Promise<void> {
  target = await startTarget(targetOptions);
  lab = openLab({ baseUrl: target.baseUrl, token: target.token, clock, ...options });
}

beforeEach(() => {
  clock = fakeWorld();
});

afterEach(async () => {
  await lab.close();
  await target.stop();
});

async function addUser(
  n: number,
  attributes: Record<string, string> = {},
  manager?: SourceId,
): Promise<SourceId> {
  const name = `user${n}`;
  const id = await lab.directory.put(
    {
      type: 'User',
      id: sourceId(`10000000-0000-4000-8000-${String(n).padStart(12, '0')}`),
      attributes: { userPrincipalName: `${name}@contoso.com`, mailNickname: name, ...attributes },
      ...(manager === undefined ? {} : { manager }),
    },
    clock.now(),
  );
  await lab.directory.assign(id, null, null, clock.now());
  return id;
}

/** Runs a cycle and gives the writes it sent. */
async function writesOfCycle(full = false): Promise<readonly string[]> {
  clock.advance(60_000);
  await lab.run(full);
  return lab
    .exchanges()
    .filter(({ request }) => request.method !== 'GET')
    .map(({ request }) => `${request.method} /${request.path.split('/')[1]}`);
}

const accounts = () => target.resources('User').map(({ userName }) => userName);

describe('an application without soft delete', () => {
  test.each<[string, (user: SourceId) => void]>([
    ['who leaves scope', async (user) => await lab.directory.unassign(user, 'lab', clock.now())],
    ['who is deleted', async (user) => await lab.directory.delete(user, clock.now())],
    [
      'who is blocked',
      async (user) =>
        await lab.directory.change(user, { attributes: { accountEnabled: false } }, clock.now()),
    ],
  ])('deletes the account of a user %s, once', async (_, leave) => {
    await open({ dialect: { hardDeleteOnDeprovision: true } });
    const user = await addUser(1);
    await addUser(2);
    await writesOfCycle();
    leave(user);
    expect(await writesOfCycle()).toEqual(['DELETE /Users']);
    expect(accounts()).toEqual(['user2@contoso.com']);
    expect((await lab.log()).at(-1)).toMatchObject({ provisioningAction: 'delete' });
    expect([...(await writesOfCycle()), ...(await writesOfCycle(true))]).toEqual([]);
  });

  test('creates a new account for a returning user', async () => {
    await open({ dialect: { hardDeleteOnDeprovision: true } });
    const user = await addUser(1);
    await writesOfCycle();
    await lab.directory.unassign(user, 'lab', clock.now());
    await writesOfCycle();
    await lab.directory.assign(user, null, null, clock.now());
    expect(await writesOfCycle()).toEqual(['POST /Users']);
  });
});

describe('a user who is gone for good after the assignment had ended', () => {
  test.each<['hardDelete' | 'never', readonly string[]]>([
    ['hardDelete', ['DELETE /Users']],
    ['never', []],
  ])('with deleteAfterUnassignment %s', async (deleteAfterUnassignment, writes) => {
    await open({ dialect: { deleteAfterUnassignment } });
    const user = await addUser(1);
    await writesOfCycle();
    await lab.directory.unassign(user, 'lab', clock.now());
    expect(await writesOfCycle()).toEqual(['PATCH /Users']);
    await lab.directory.delete(user, clock.now());
    expect(await writesOfCycle()).toEqual([]);
    clock.advance(31 * DAY_MS);
    expect(await writesOfCycle()).toEqual(writes);
    expect(await writesOfCycle()).toEqual([]);
  });
});

describe('a manager who is removed in the source', () => {
  const managers = () =>
    target
      .resources('User')
      .map(({ [ENTERPRISE]: extension }) => isJsonObject(extension) && extension.manager);

  test.each(['remove', 'filter', 'emptyText', 'emptyObject'] as const)(
    'is removed once by %s, in either form of PATCH',
    async (managerRemoval) => {
      for (const patch of ['legacy', 'aadOptscim062020'] as const) {
        await open({ dialect: { patch, managerRemoval } });
        const user = await addUser(2, {}, await addUser(1));
        await writesOfCycle();
        expect(managers()[1]).toMatchObject({ value: expect.any(String) });
        await lab.directory.change(user, { manager: null }, clock.now());
        expect(await writesOfCycle()).toEqual(['PATCH /Users']);
        expect(managers()).toEqual([false, false]);
        expect((await lab.log()).at(-1)?.modifiedProperties).toEqual([
          { displayName: MANAGER, oldValue: expect.any(String), newValue: null },
        ]);
        expect([...(await writesOfCycle()), ...(await writesOfCycle(true))]).toEqual([]);
        if (patch === 'legacy') {
          await lab.close();
          await target.stop();
        }
      }
    },
  );

  test('stays in the target by default', async () => {
    await open({});
    const user = await addUser(2, {}, await addUser(1));
    await writesOfCycle();
    await lab.directory.change(user, { manager: null }, clock.now());
    expect([...(await writesOfCycle()), ...(await writesOfCycle(true))]).toEqual([]);
    expect(managers()[1]).toMatchObject({ value: expect.any(String) });
  });

  test('whose removal failed is removed again, and each attempt is counted', async () => {
    await open({ dialect: { managerRemoval: 'remove' } });
    const user = await addUser(2, {}, await addUser(1));
    await writesOfCycle();
    await lab.directory.change(user, { manager: null }, clock.now());
    target.fault('400');
    await writesOfCycle();
    clock.advance(DAY_MS);
    await writesOfCycle();
    expect(await lab.state.escrowsOf([user])).toMatchObject([{ isReference: true, attemptCount: 2 }]);
    target.fault(null);
    clock.advance(DAY_MS);
    await writesOfCycle();
    expect(managers()).toEqual([false, false]);
    expect(await lab.state.escrowsOf([user])).toEqual([]);
  });
});

describe('a value that the source no longer has', () => {
  const CLEARED = { jobTitle: null, mobile: null, department: null };

  describe.each(['legacy', 'aadOptscim062020'] as const)('in the form %s', (patch) => {
    describe.each(['cached', 'live'] as const)('with %s target states', (state) => {
      test.each(['remove', 'empty'] as const)('is cleared once by clearValues: %s', async (clearValues) => {
        await open({ dialect: { patch, clearValues }, state, verify: 'read' });
        const user = await addUser(1, { mobile: '+44 1', jobTitle: 'Clerk', department: 'Sales' });
        await writesOfCycle();
        await lab.directory.change(user, { attributes: CLEARED }, clock.now());
        const plan = await lab.plan();
        expect(plan.warnings.filter((text) => text.includes('was cleared'))).toEqual([]);
        const [change] = plan.items.filter(isChange);
        expect(
          change?.modifiedProperties.map(({ displayName, newValue }) => [displayName, newValue]),
        ).toEqual(
          ['title', 'phoneNumbers[type eq "mobile"].value', `${ENTERPRISE}:department`].map((path) => [
            path,
            clearValues === 'remove' ? null : '',
          ]),
        );
        expect(await writesOfCycle()).toEqual(['PATCH /Users']);
        expect(lab.outcomes()).toMatchObject([{ result: 'success', untaken: [] }]);
        const [account] = target.resources('User');
        expect(account?.title ?? '').toBe('');
        expect([...(await writesOfCycle()), ...(await writesOfCycle(true))]).toEqual([]);
        await lab.directory.change(user, { attributes: { mobile: '+44 2' } }, clock.now());
        expect(await writesOfCycle()).toEqual(['PATCH /Users']);
        expect(target.resources('User')[0]?.phoneNumbers).toEqual([{ type: 'mobile', value: '+44 2' }]);
      });
    });
  });
});

describe('a target that drops values and answers with success', () => {
  const dropped = () =>
    lab
      .outcomes()
      .flatMap((outcome) => (outcome.result === 'success' ? (outcome.untaken ?? []) : []))
      .map(({ attribute }) => attribute);

  test('is found out by reading back, in outcome and log, and is not written again', async () => {
    await open({ verify: 'read' }, { persona: 'silent-dropper' });
    const user = await addUser(1, { mobile: '+44 1', jobTitle: 'Clerk', department: 'Sales' });
    await writesOfCycle();
    await lab.directory.change(user, { attributes: { mobile: '+44 2', department: 'Law' } }, clock.now());
    expect(await writesOfCycle()).toEqual(['PATCH /Users']);
    const attribute = `${ENTERPRISE}:department`;
    expect(dropped()).toEqual([attribute]);
    expect((await lab.log()).at(-1)).toMatchObject({
      provisioningStatusInfo: { status: 'warning', errorInformation: null },
    });
    const step = (await lab.log()).at(-1)?.provisioningSteps.at(-1);
    expect(step).toMatchObject({ name: 'EntryExportVerification', status: 'warning' });
    expect(step?.details).toMatchObject({
      [attribute.replaceAll(/[.:]/g, '')]: '{"sent":"Law","found":"Sales"}',
    });
    expect([...(await writesOfCycle()), ...(await writesOfCycle(true))]).toEqual([]);
  });

  test('that is correct causes no warning', async () => {
    await open({ verify: 'read' });
    await addUser(2, { mobile: '+44 1', jobTitle: 'Clerk', department: 'Sales' }, await addUser(1));
    await writesOfCycle();
    expect(dropped()).toEqual([]);
    expect(
      (await lab.log()).map(({ provisioningStatusInfo }) => provisioningStatusInfo.status),
    ).not.toContain('warning');
  });
});
