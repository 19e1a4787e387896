import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type SourceId, sourceId } from '../../src/model/identifiers.ts';
import { type RunningTarget, startTarget } from '../../src/target/start.ts';
import { type FakeWorld, fakeWorld } from '../support/fake-world.ts';
import { type Lab, openLab, RETRIED_SOON } from '../support/lab.ts';
import { type GuardedTarget, guardTarget } from './guarded-target.ts';

const ALICE: SourceId = sourceId('10000000-0000-4000-8000-000000000001');

let target: RunningTarget;
let guarded: GuardedTarget;
let clock: FakeWorld;
let lab: Lab;
/** Whether the target carries PATCHes out and answers 500 to them. */
let losesAnswers: boolean;

beforeEach(async () => {
  losesAnswers = false;
  target = await startTarget();
  guarded = await guardTarget(target, ({ method }) =>
    losesAnswers && method === 'PATCH' ? { lostAnswer: 500 } : 'pass',
  );
  clock = fakeWorld();
  lab = openLab({ baseUrl: guarded.baseUrl, token: target.token, clock, job: { safety: RETRIED_SOON } });
  const attributes = {
    userPrincipalName: 'alice@contoso.com',
    displayName: 'Alice',
    mailNickname: 'alice',
    jobTitle: 'Clerk',
  };
  await lab.directory.put({ type: 'User', id: ALICE, attributes }, clock.now());
  await lab.directory.assign(ALICE, null, null, clock.now());
  await lab.run();
  lab.exchanges();
});

afterEach(async () => {
  await lab.close();
  await guarded.close();
  await target.stop();
});

const account = () => target.resources('User')[0];

const runWithLostAnswers = async (): Promise<void> => {
  losesAnswers = true;
  expect((await lab.run()).counts.failed).toBe(1);
  losesAnswers = false;
  lab.exchanges();
};

const requestsOf = async () => {
  await lab.run();
  return lab.exchanges().map(({ request }) => request.method);
};

describe('a write whose answer was lost', () => {
  it('is not believed to be undone: what came back to the old value in the source is written again', async () => {
    await lab.directory.change(ALICE, { attributes: { accountEnabled: false } }, clock.now());
    await runWithLostAnswers();
    expect(account()?.active).toBe(false);
    await lab.directory.change(ALICE, { attributes: { accountEnabled: true } }, clock.now());
    expect(await requestsOf()).toEqual(['GET', 'PATCH']);
    expect(account()?.active).toBe(true);
  });

  it('is not sent a second time when the target turns out to hold it', async () => {
    await lab.directory.change(ALICE, { attributes: { jobTitle: 'Director' } }, clock.now());
    await runWithLostAnswers();
    expect(await requestsOf()).toEqual(['GET']);
    expect(account()?.title).toBe('Director');
    expect(await lab.state.escrowsOf([ALICE])).toEqual([]);
  });

  it('may have brought a user back, so that leaving scope again disables the account', async () => {
    await lab.directory.unassign(ALICE, 'lab', clock.now());
    expect(await requestsOf()).toEqual(['PATCH']);
    await lab.directory.assign(ALICE, null, null, clock.now());
    await runWithLostAnswers();
    expect(account()?.active).toBe(true);
    await lab.directory.unassign(ALICE, 'lab', clock.now());
    expect(await requestsOf()).toEqual(['GET', 'PATCH']);
    expect(account()?.active).toBe(false);
  });
});
