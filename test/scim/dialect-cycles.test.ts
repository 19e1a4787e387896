import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type SourceId, sourceId } from '../../src/model/identifiers.ts';
import { isJsonObject } from '../../src/model/json.ts';
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
  lab.close();
  await target.stop();
});

function addUser(n: number, attributes: Record<string, string> = {}, manager?: SourceId): SourceId {
  const name = `user${n}`;
  const id = lab.directory.put(
    {
      type: 'User',
      id: sourceId(`10000000-0000-4000-8000-${String(n).padStart(12, '0')}`),
      attributes: { userPrincipalName: `${name}@contoso.com`, mailNickname: name, ...attributes },
      ...(manager === undefined ? {} : { manager }),
    },
    clock.now(),
  );
  lab.directory.assign(id, null, null, clock.now());
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
    ['who leaves scope', (user) => lab.directory.unassign(user, 'lab', clock.now())],
    ['who is deleted', (user) => lab.directory.delete(user, clock.now())],
    [
      'who is blocked',
      (user) => lab.directory.change(user, { attributes: { accountEnabled: false } }, clock.now()),
    ],
  ])('deletes the account of a user %s, once', async (_, leave) => {
    await open({ dialect: { hardDeleteOnDeprovision: true } });
    const user = addUser(1);
    addUser(2);
    await writesOfCycle();
    leave(user);
    expect(await writesOfCycle()).toEqual(['DELETE /Users']);
    expect(accounts()).toEqual(['user2@contoso.com']);
    expect(lab.log().at(-1)).toMatchObject({ provisioningAction: 'delete' });
    expect([...(await writesOfCycle()), ...(await writesOfCycle(true))]).toEqual([]);
  });

  test('creates a new account for a returning user', async () => {
    await open({ dialect: { hardDeleteOnDeprovision: true } });
    const user = addUser(1);
    await writesOfCycle();
    lab.directory.unassign(user, 'lab', clock.now());
    await writesOfCycle();
    lab.directory.assign(user, null, null, clock.now());
    expect(await writesOfCycle()).toEqual(['POST /Users']);
  });
});

describe('a user who is gone for good after the assignment had ended', () => {
  test.each<['hardDelete' | 'never', readonly string[]]>([
    ['hardDelete', ['DELETE /Users']],
    ['never', []],
  ])('with deleteAfterUnassignment %s', async (deleteAfterUnassignment, writes) => {
    await open({ dialect: { deleteAfterUnassignment } });
    const user = addUser(1);
    await writesOfCycle();
    lab.directory.unassign(user, 'lab', clock.now());
    expect(await writesOfCycle()).toEqual(['PATCH /Users']);
    lab.directory.delete(user, clock.now());
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
        const user = addUser(2, {}, addUser(1));
        await writesOfCycle();
        expect(managers()[1]).toMatchObject({ value: expect.any(String) });
        lab.directory.change(user, { manager: null }, clock.now());
        expect(await writesOfCycle()).toEqual(['PATCH /Users']);
        expect(managers()).toEqual([false, false]);
        expect(lab.log().at(-1)?.modifiedProperties).toEqual([
          { displayName: MANAGER, oldValue: expect.any(String), newValue: null },
        ]);
        expect([...(await writesOfCycle()), ...(await writesOfCycle(true))]).toEqual([]);
        if (patch === 'legacy') {
          lab.close();
          await target.stop();
        }
      }
    },
  );

  test('stays in the target by default', async () => {
    await open({});
    const user = addUser(2, {}, addUser(1));
    await writesOfCycle();
    lab.directory.change(user, { manager: null }, clock.now());
    expect([...(await writesOfCycle()), ...(await writesOfCycle(true))]).toEqual([]);
    expect(managers()[1]).toMatchObject({ value: expect.any(String) });
  });

  test('whose removal failed is removed again, and each attempt is counted', async () => {
    await open({ dialect: { managerRemoval: 'remove' } });
    const user = addUser(2, {}, addUser(1));
    await writesOfCycle();
    lab.directory.change(user, { manager: null }, clock.now());
    target.fault('400');
    await writesOfCycle();
    clock.advance(DAY_MS);
    await writesOfCycle();
    expect(lab.state.escrowsOf([user])).toMatchObject([{ isReference: true, attemptCount: 2 }]);
    target.fault(null);
    clock.advance(DAY_MS);
    await writesOfCycle();
    expect(managers()).toEqual([false, false]);
    expect(lab.state.escrowsOf([user])).toEqual([]);
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
    const user = addUser(1, { mobile: '+44 1', jobTitle: 'Clerk', department: 'Sales' });
    await writesOfCycle();
    lab.directory.change(user, { attributes: { mobile: '+44 2', department: 'Law' } }, clock.now());
    expect(await writesOfCycle()).toEqual(['PATCH /Users']);
    const attribute = `${ENTERPRISE}:department`;
    expect(dropped()).toEqual([attribute]);
    expect(lab.log().at(-1)).toMatchObject({
      provisioningStatusInfo: { status: 'warning', errorInformation: null },
    });
    const step = lab.log().at(-1)?.provisioningSteps.at(-1);
    expect(step).toMatchObject({ name: 'EntryExportVerification', status: 'warning' });
    expect(step?.details).toMatchObject({ [attribute]: '{"sent":"Law","found":"Sales"}' });
    expect([...(await writesOfCycle()), ...(await writesOfCycle(true))]).toEqual([]);
  });

  test('that is correct causes no warning', async () => {
    await open({ verify: 'read' });
    addUser(2, { mobile: '+44 1', jobTitle: 'Clerk', department: 'Sales' }, addUser(1));
    await writesOfCycle();
    expect(dropped()).toEqual([]);
    expect(lab.log().map(({ provisioningStatusInfo }) => provisioningStatusInfo.status)).not.toContain(
      'warning',
    );
  });
});
