import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_DIALECT } from '../../../src/model/dialect.ts';
import type { QuarantineReason } from '../../../src/model/errors.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { schemaDocument } from '../../support/lab.ts';
import { guid, type OnDemandLab, openOnDemandLab } from './setup.ts';

let lab: OnDemandLab;

beforeEach(async () => {
  lab = await openOnDemandLab();
});

afterEach(async () => await lab.closeAll());

const verdictOf = async (n: number): Promise<string> => (await lab.planFor(guid(n))).verdict;

describe('what a cycle would do', () => {
  it('exists for a user who is new, linked, unchanged, unassigned, disabled, deleted and hard-deleted', async () => {
    const ada = await lab.addUser(1);
    const now = lab.clock.now();
    expect(await verdictOf(1)).toBe(
      'A cycle would leave "user1@contoso.com" alone: not assigned to the application.',
    );
    await lab.assign(ada);
    expect(await verdictOf(1)).toBe(
      'A cycle would create "user1@contoso.com" in the target: no match found by userName.',
    );
    await lab.run();
    expect(await verdictOf(1)).toBe(
      'A cycle would leave "user1@contoso.com" alone: source and target already agree.',
    );
    await lab.addUser(1, { jobTitle: 'Lead' });
    expect(await verdictOf(1)).toBe('A cycle would update "user1@contoso.com" in the target: linked.');
    await lab.directory.unassign(ada, 'lab', now);
    expect(await verdictOf(1)).toBe(
      'A cycle would disable "user1@contoso.com" in the target: left scope: not assigned to the application.',
    );
    await lab.assign(ada);
    await lab.addUser(1, { accountEnabled: false });
    expect(await verdictOf(1)).toBe(
      'A cycle would disable "user1@contoso.com" in the target: blocked from signing in (accountEnabled is false).',
    );
    await lab.directory.delete(ada, now);
    expect(await verdictOf(1)).toMatch(
      /^A cycle would disable "user1@contoso\.com" in the target: .*deleted in the source \(recycle bin\).*\.$/,
    );
    await lab.directory.deletePermanently(ada, now);
    expect(await verdictOf(1)).toMatch(
      /^A cycle would delete ".*" in the target: .*permanently deleted.*\.$/,
    );
  });

  it('is said with the references and memberships that follow', async () => {
    const boss = await lab.addUser(1);
    const ada = await lab.addUser(2, {}, boss);
    await lab.assign(boss, ada);
    await lab.provision(boss);
    expect(await verdictOf(2)).toBe(
      'A cycle would create "user2@contoso.com" in the target and write manager: no match found by userName.',
    );
    await lab.run();
    await lab.addUser(3, {}, boss);
    await lab.assign(guid(3));
    await lab.provision(guid(3));
    await lab.addUser(2, {}, guid(3));
    expect(await verdictOf(2)).toBe(
      'A cycle would write manager of "user2@contoso.com" and nothing else: source and target already agree.',
    );
  });

  it('is said of a failure with its code', async () => {
    await lab.assign(await lab.addUser(1));
    lab.target.fault('400-on-filter');
    const { verdict, connection } = await lab.planFor(guid(1));
    expect(connection).not.toBeNull();
    expect(verdict).toMatch(/^A cycle would not begin: .*\.$/);
    lab.target.fault(null);
    lab.target.seed('User', { userName: 'user1@contoso.com' });
    lab.target.fault('two-hits');
    const hits = await lab.planFor(guid(1));
    expect([hits.connection === null, hits.verdict]).toEqual([
      true,
      expect.stringMatching(
        /^A cycle would fail to provision "user1@contoso\.com": DuplicateTargetEntries: /,
      ),
    ]);
  });

  it('is nothing while the job is in quarantine', async () => {
    await lab.assign(await lab.addUser(1));
    const control = await lab.state.control();
    const doing = 'A cycle would create "user1@contoso.com" in the target: no match found by userName';
    const reason: QuarantineReason = 'TooManyDeletes';
    const quarantine = {
      reason,
      error: { code: reason, message: '' },
      seriesBegan: lab.clock.now(),
      currentBegan: lab.clock.now(),
      nextAttempt: '2026-01-01T06:00:00.000Z',
      seriesCount: 1,
    };
    await lab.state.updateControl(() => ({ ...control, isPaused: true }));
    expect(await verdictOf(1)).toBe(
      `${doing}; but the job is paused, and no cycle runs until "entrain resume".`,
    );
    await lab.state.updateControl(() => ({ ...control, quarantine }));
    expect(await verdictOf(1)).toBe(
      `${doing}; but the job is in quarantine (TooManyDeletes), and no cycle begins before 2026-01-01T06:00:00.000Z.`,
    );
    await lab.state.updateControl(() => ({ ...control, quarantine, isDisabled: true }));
    expect(await verdictOf(1)).toBe(
      `${doing}; but the job is disabled, and no cycle runs until "entrain restart".`,
    );
  });

  it('is nothing for groups where the schema maps none', async () => {
    await lab.closeAll();
    const schema = JSON.parse(JSON.stringify(schemaDocument('config/scim.schema.json')), (_key, value) =>
      isGroupMapping(value) ? { ...value, enabled: false } : value,
    ) as JsonObject;
    lab = await openOnDemandLab({ schema });
    const group = await lab.addGroup(9, []);
    await lab.assign(group);
    const { verdict } = await lab.planFor(group);
    expect(verdict).toMatch(/^A cycle would leave "Group 9" alone: the schema has no enabled Group mapping/);
    await expect(lab.provision(group)).rejects.toThrow(/no enabled Group mapping/);
  });
});

const isGroupMapping = (value: unknown): boolean =>
  (value as { readonly sourceObjectName?: unknown } | null)?.sourceObjectName === 'Group';

describe('planning on demand', () => {
  it('writes neither to the target nor to the state', async () => {
    const users = await Promise.all([1, 2, 3, 4, 5, 6, 7].map(async (n) => await lab.addUser(n)));
    const nested = await lab.addGroup(8, []);
    const group = await lab.addGroup(9, [...users, nested]);
    await lab.assign(group, nested);
    const { objects } = await lab.planFor(group, [...users, nested]);
    expect(objects.at(-1)?.actions.map(({ planned }) => planned)).toMatchObject([
      { kind: 'create', action: 'create' },
      { kind: 'membership', added: [...users, nested].sort() },
    ]);
    // The nested group has no members of its own.
    expect(objects.find(({ id }) => id === nested)?.actions).toHaveLength(1);
    expect(lab.sent().every((line) => line.startsWith('GET'))).toBe(true);
    expect([await lab.log(), (await lab.state.links([...users, group])).size]).toEqual([[], 0]);
  });

  it('describes requests as a cycle would send them, in the dialect of the job', async () => {
    await lab.closeAll();
    lab = await openOnDemandLab({ dialect: { patch: 'aadOptscim062020' } });
    expect(DEFAULT_DIALECT.patch).toBe('legacy');
    const ada = await lab.addUser(1);
    await lab.assign(ada);
    await lab.run();
    await lab.directory.unassign(ada, 'lab', lab.clock.now());
    const { objects } = await lab.planFor(ada);
    const cycle = await lab.plan();
    expect(objects[0]?.actions[0]?.requests).toEqual(cycle.requests);
    expect(cycle.requests).toHaveLength(1);
  });

  it('reports a failure that waits for its retry', async () => {
    const ada = await lab.addUser(1);
    await lab.assign(ada);
    lab.target.fault('422');
    await lab.provision(ada);
    lab.target.fault(null);
    const { notes } = await lab.planFor(ada);
    expect(notes).toEqual([
      expect.stringMatching(
        /^"user1@contoso\.com" has failed once since 2026-01-01T00:00:00\.000Z \(UnprocessableEntity: .*\); it is tried again in the next cycle$/,
      ),
    ]);
  });
});
