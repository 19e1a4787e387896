import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type SourceId, sourceId } from '../../src/model/identifiers.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { Escrow } from '../../src/model/state.ts';
import { type RunningTarget, startTarget } from '../../src/target/start.ts';
import { type FakeWorld, fakeWorld } from '../support/fake-world.ts';
import { type Lab, type LabOptions, openLab, schemaDocument } from '../support/lab.ts';
import { type GuardedTarget, guardTarget, type Passage, type PassingRequest } from './guarded-target.ts';

const HOUR = 60 * 60_000;
const CYCLE_MS = 40 * 60_000;

/** In the next cycle, then 6, 12 and 24 hours after the last attempt, in the first cycle that comes then. */
const LADDER = [0, 0.7, 6.7, 18.7, 42.7];

const ANN: SourceId = sourceId('10000000-0000-4000-8000-000000000001');
const BOSS: SourceId = sourceId('10000000-0000-4000-8000-000000000002');
const TEAM: SourceId = sourceId('20000000-0000-4000-8000-000000000001');

let target: RunningTarget;
let guarded: GuardedTarget;
let clock: FakeWorld;
let lab: Lab;
let decide: (request: PassingRequest) => Passage;

beforeEach(async () => {
  target = await startTarget();
  decide = () => 'pass';
  guarded = await guardTarget(target, (request) => decide(request));
  clock = fakeWorld();
});

afterEach(async () => {
  await lab.close();
  await guarded.close();
  await target.stop();
});

const open = (options: Partial<LabOptions> = {}): void => {
  lab = openLab({ baseUrl: guarded.baseUrl, token: target.token, clock, ...options });
};

const addUser = async (
  id: SourceId,
  name: string,
  attributes: Readonly<Record<string, string>> = {},
): Promise<void> => {
  const named = { userPrincipalName: `${name}@contoso.com`, displayName: name, mailNickname: name };
  await lab.directory.put({ type: 'User', id, attributes: { ...named, ...attributes } }, clock.now());
  await lab.directory.assign(id, null, null, clock.now());
};

const addTeam = async (members: readonly SourceId[]): Promise<void> => {
  const attributes = { displayName: 'Team', securityEnabled: true };
  await lab.directory.put({ type: 'Group', id: TEAM, attributes }, clock.now());
  await lab.directory.assign(TEAM, null, null, clock.now());
  await lab.directory.addMembers(TEAM, members, clock.now());
};

const addUsers = async (count: number): Promise<readonly SourceId[]> => {
  const ids: SourceId[] = [];
  for (let n = 0; n < count; n += 1) {
    const id = sourceId(`30000000-0000-4000-8000-${String(n).padStart(12, '0')}`);
    await addUser(id, `u${n}`);
    ids.push(id);
  }
  return ids;
};

/** Has the object read in the next cycle, and nothing of it written. */
const touch = async (id: SourceId): Promise<void> => {
  await lab.directory.unassign(id, 'lab', clock.now());
  await lab.directory.assign(id, null, null, clock.now());
};

/**
 * Runs a cycle every 40 minutes for so long, each planned before it is run.
 * @returns how many writes were sent in each cycle that sent any, by its hour
 */
const runFor = async (
  durationMs: number,
  {
    isCounted = () => true,
    before = async () => {},
  }: { isCounted?: (request: PassingRequest) => boolean; before?: () => Promise<void> } = {},
): Promise<readonly (readonly [hours: number, count: number])[]> => {
  const began = Date.parse(clock.now());
  const sent: [number, number][] = [];
  while (Date.parse(clock.now()) - began < durationMs) {
    await before();
    await lab.run();
    const hours = Math.round(((Date.parse(clock.now()) - began) / HOUR) * 10) / 10;
    const count = lab
      .exchanges()
      .flatMap(({ request }) => (request.method === 'GET' ? [] : [request]))
      .filter(({ method, path, body }) =>
        isCounted({ method, path, body: JSON.stringify(body ?? null) }),
      ).length;
    if (count > 0) sent.push([hours, count]);
    clock.advance(CYCLE_MS);
  }
  return sent;
};

const everyRung = (count: number) => LADDER.map((hours) => [hours, count]);

const isMembership = ({ method, body }: PassingRequest): boolean =>
  method === 'PATCH' && body.includes('members');

describe('the members of a large group that the target refuses', () => {
  const refuse = async (count: number): Promise<void> => {
    open({ dialect: { membersPerPatch: 250 }, concurrency: 8 });
    await addTeam(await addUsers(count));
    decide = (request) => (isMembership(request) ? 400 : 'pass');
  };

  it('are sent again on the ladder, in one request', async () => {
    await refuse(3);
    expect(await runFor(48 * HOUR, { isCounted: isMembership })).toEqual(everyRung(1));
  });

  it('are sent again on the ladder, in three requests, although a member of another kind is waited for', async () => {
    await refuse(510);
    await addUser(BOSS, 'boss');
    await lab.directory.addMembers(TEAM, [BOSS], clock.now());
    decide = (request) =>
      isMembership(request)
        ? 400
        : request.method === 'POST' && request.body.includes('"boss"')
          ? 501
          : 'pass';
    expect(await runFor(8 * HOUR, { isCounted: isMembership })).toEqual(everyRung(3).slice(0, 3));
  });

  it('are sent on the ladder although the group is read in each cycle, and leave no failure once they are taken', async () => {
    await refuse(510);
    const sent = await runFor(8 * HOUR, { isCounted: isMembership, before: () => touch(TEAM) });
    expect(sent).toEqual(everyRung(3).slice(0, 3));
    expect(await lab.state.escrowsOf([TEAM])).toMatchObject([{ attemptCount: 3, isReference: true }]);
    decide = () => 'pass';
    await runFor(12 * HOUR);
    expect(await lab.state.escrowsOf([TEAM])).toEqual([]);
    expect(await lab.state.membershipCount()).toBe(510);
  });

  it('are sent in their own time while the last part of them fails in passing', async () => {
    await refuse(510);
    const isLast = ({ body }: PassingRequest): boolean => (body.match(/"value":/g) ?? []).length < 50;
    decide = (request) => (isMembership(request) ? (isLast(request) ? 500 : 400) : 'pass');
    const sent = await runFor(8 * HOUR, { isCounted: isMembership });
    expect(sent.map(([, count]) => count)).toEqual([3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 3, 1]);
  });

  it('are sent at once where others are added, and those that were refused before in their own time', async () => {
    await refuse(510);
    await runFor(2 * CYCLE_MS);
    const late = sourceId('90000000-0000-4000-8000-000000000001');
    await addUser(late, 'late');
    await lab.directory.addMembers(TEAM, [late], clock.now());
    expect((await runFor(7 * HOUR, { isCounted: isMembership })).map(([, count]) => count)).toEqual([
      1, 1, 2, 1,
    ]);
  });
});

interface MappingDocument {
  targetAttributeName: string;
  source: { expression: string; name: string; type: string; parameters: readonly never[] } | null;
}

/** The generic SCIM schema with a change of its user mappings. */
const schemaWith = (change: (mappings: MappingDocument[]) => void): JsonObject => {
  const document = schemaDocument('config/scim.schema.json');
  const { synchronizationRules } = document as unknown as {
    synchronizationRules: {
      objectMappings: { targetObjectName: string; attributeMappings: MappingDocument[] }[];
    }[];
  };
  for (const { objectMappings } of synchronizationRules)
    for (const { targetObjectName, attributeMappings } of objectMappings)
      if (targetObjectName.endsWith(':User')) change(attributeMappings);
  return document;
};

/** The generic SCIM schema, where an expression flows into the title. */
const titled = (expression: string): JsonObject =>
  schemaWith((mappings) => {
    const title = mappings.find(({ targetAttributeName }) => targetAttributeName === 'title');
    if (title === undefined) throw new Error('the title is mapped');
    title.source = { expression, name: expression, type: 'Function', parameters: [] };
  });

/** A world whose chance falls otherwise each time. */
const withChance = (world: FakeWorld): FakeWorld => {
  let draws = 0;
  return { ...world, random: () => (draws++ * 0.618) % 1 };
};

describe('a refused write with a value that is generated each time', () => {
  const ALL_NEW = [
    'Guid()',
    'RandomString(16, 2, 2, 2, 2)',
    'Now()',
    'FormatDateTime(Now(), , "M/d/yyyy h:mm:ss tt", "HH:mm")',
    'Join("-", [jobTitle], Guid(), Now())',
    'Redact(RandomString(16, 2, 2, 2, 2))',
  ];

  it.each(ALL_NEW)('of a creation is sent on the ladder, whatever it is read for: %s', async (expression) => {
    clock = withChance(clock);
    open({ schema: titled(expression) });
    await addUser(ANN, 'ann', { jobTitle: 'Clerk' });
    decide = ({ method }) => (method === 'POST' ? 400 : 'pass');
    const sent = await runFor(8 * HOUR, { before: () => touch(ANN) });
    expect(sent).toEqual(everyRung(1).slice(0, 3));
  });

  it.each(ALL_NEW)('of an update is sent on the ladder, whatever it is read for: %s', async (expression) => {
    clock = withChance(clock);
    open({ schema: titled(expression) });
    await addUser(ANN, 'ann', { jobTitle: 'Clerk' });
    await lab.run();
    lab.exchanges();
    await lab.directory.change(ANN, { attributes: { displayName: 'Ann Lee' } }, clock.now());
    decide = ({ method }) => (method === 'PATCH' ? 400 : 'pass');
    clock.advance(CYCLE_MS);
    const sent = await runFor(8 * HOUR, { before: () => touch(ANN) });
    expect(sent).toEqual(everyRung(1).slice(0, 3));
  });

  it('is sent at once when what it is made from changes', async () => {
    open({ schema: titled('Join("-", [jobTitle], Guid())') });
    await addUser(ANN, 'ann', { jobTitle: 'Clerk' });
    decide = ({ method }) => (method === 'POST' ? 400 : 'pass');
    await runFor(3 * CYCLE_MS);
    await lab.directory.change(ANN, { attributes: { jobTitle: 'Lead' } }, clock.now());
    expect(await runFor(CYCLE_MS)).toEqual([[0, 1]]);
  });

  it('is sent at once when a time is past that changes it', async () => {
    const expression = 'IIF(DateDiff("d", [employeeHireDate], Now()) >= 0, "Present", "Expected")';
    open({ schema: titled(expression) });
    await addUser(ANN, 'ann', { employeeHireDate: '2026-01-01T03:00:00Z' });
    decide = ({ method }) => (method === 'POST' ? 400 : 'pass');
    const sent = await runFor(6 * HOUR, {
      isCounted: ({ body }) => body.includes('Present'),
      before: () => touch(ANN),
    });
    expect(sent.length).toBeGreaterThan(0);
  });
});

describe('two references of a user', () => {
  const SECOND = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:assistant';
  const twoReferences = (): JsonObject => {
    const document = schemaWith((mappings) => {
      const manager = mappings.find(({ source }) => source?.expression === '[manager]');
      if (manager === undefined) throw new Error('the manager is mapped');
      mappings.push({ ...manager, targetAttributeName: SECOND });
    });
    return document;
  };

  const begin = async (refused: RegExp): Promise<void> => {
    open({ schema: twoReferences() });
    await addUser(BOSS, 'boss');
    await addUser(ANN, 'ann');
    await lab.directory.change(ANN, { manager: BOSS }, clock.now());
    decide = ({ method, body }) => (method === 'PATCH' && refused.test(body) ? 400 : 'pass');
  };

  it('that the target refuses are each sent on the ladder, whatever the user is read for', async () => {
    await begin(/manager|assistant/);
    const sent = await runFor(8 * HOUR, {
      isCounted: ({ method }) => method === 'PATCH',
      before: () => touch(ANN),
    });
    expect(sent).toEqual(everyRung(2).slice(0, 3));
  });

  it.each(['manager', 'assistant'])(
    'of which it refuses the %s alone: that is sent on the ladder',
    async (name) => {
      await begin(new RegExp(name));
      const sent = await runFor(8 * HOUR, {
        isCounted: ({ body }) => body.includes(`:${name}`),
        before: () => touch(ANN),
      });
      expect(sent).toEqual(everyRung(1).slice(0, 3));
    },
  );
});

describe('a clock that is not trusted', () => {
  it.each([true, false])(
    'has what is read for its failure sent in the same cycle, and what is not due not read: accepted %s',
    async (acceptsClock) => {
      open({ acceptsClock });
      await addUser(ANN, 'ann');
      decide = ({ method }) => (method === 'POST' ? 400 : 'pass');
      for (const hours of [0, 1, 30, 1, 40, 1, 100, 1, 24, 300, 1]) {
        clock.advance(hours * HOUR);
        const { counts } = await lab.run();
        const methods = lab.exchanges().map(({ request }) => request.method);
        expect([hours, methods]).toEqual([hours, counts.failed === 0 ? [] : ['GET', 'POST']]);
      }
    },
  );

  it('puts a failure off that would be due by it, by one cycle, and not one that is due in the next cycle', async () => {
    open({ acceptsClock: false });
    await addUser(ANN, 'ann');
    decide = ({ method }) => (method === 'POST' ? 400 : 'pass');
    await lab.run();
    lab.exchanges();
    const sentAfter = async (hours: number): Promise<boolean> => {
      clock.advance(hours * HOUR);
      await lab.run();
      return lab.exchanges().some(({ request }) => request.method === 'POST');
    };
    expect(await sentAfter(48)).toBe(true);
    expect(await sentAfter(48)).toBe(false);
    expect(await sentAfter(1)).toBe(true);
  });
});

describe('an object whose refused update waits', () => {
  /** Which group members a plan and the run after it write. */
  const planAndRun = async () => {
    const { items, requests, counts } = await lab.plan();
    lab.exchanges();
    const record = await lab.run();
    const sent = lab
      .exchanges()
      .flatMap(({ request }) => (request.method === 'GET' ? [] : [`${request.method} ${request.path}`]));
    return {
      planned: requests.map(({ method, path }) => `${method} ${path}`),
      plannedFailures: counts.failed,
      waits: items.some((item) => item.kind === 'skip' && item.isWaiting),
      sent,
      failures: record.counts.failed,
    };
  };

  /** Ann waits, and becomes a member: nothing is sent of it, and the plan says the same. */
  const expectToJoinNoGroup = async (): Promise<void> => {
    await touch(ANN);
    await lab.directory.addMembers(TEAM, [ANN], clock.now());
    const { planned, sent, waits, plannedFailures, failures } = await planAndRun();
    expect({ waits, planned, plannedFailures }).toEqual({
      waits: true,
      planned: sent,
      plannedFailures: failures,
    });
    expect(sent).toEqual([]);
  };

  it('and that comes back into scope joins no group, in the plan as in the run', async () => {
    open();
    await addUser(ANN, 'ann');
    await addTeam([]);
    await lab.run();
    await lab.directory.unassign(ANN, 'lab', clock.now());
    clock.advance(CYCLE_MS);
    await lab.run();
    await lab.directory.assign(ANN, null, null, clock.now());
    decide = ({ method, path }) => (method === 'PATCH' && path.startsWith('/Users') ? 400 : 'pass');
    await runFor(3 * CYCLE_MS);
    await expectToJoinNoGroup();
  });

  it('and that is to be taken over joins no group, in the plan as in the run', async () => {
    open();
    await addUser(ANN, 'ann', { jobTitle: 'Lead' });
    await lab.run();
    await lab.restart('Full');
    await addTeam([]);
    await lab.directory.change(ANN, { attributes: { jobTitle: 'Chief' } }, clock.now());
    decide = ({ method, path }) => (method === 'PATCH' && path.startsWith('/Users') ? 400 : 'pass');
    await runFor(3 * CYCLE_MS);
    await expectToJoinNoGroup();
  });
});

describe('what is kept of a refused write', () => {
  it('is short and holds none of its values, however long and secret they are', async () => {
    open({ schema: titled('Redact([jobTitle])') });
    const secret = 'pa55word'.repeat(100_000);
    await addUser(ANN, 'ann', { jobTitle: secret });
    decide = ({ method }) => (method === 'POST' ? 400 : 'pass');
    await runFor(2 * CYCLE_MS);
    const text = JSON.stringify(await lab.state.escrowsOf([ANN]));
    expect(text.length).toBeLessThan(2_000);
    expect(text).not.toContain('pa55word');
  });

  it('grows with no value that the source gives it meanwhile', async () => {
    open();
    await addUser(ANN, 'ann');
    decide = ({ method }) => (method === 'POST' ? 400 : 'pass');
    let n = 0;
    const before = async (): Promise<void> => {
      n += 1;
      await lab.directory.change(ANN, { attributes: { jobTitle: `Lead ${n}` } }, clock.now());
    };
    const sent = await runFor(30 * CYCLE_MS, { before });
    expect(sent).toHaveLength(30);
    expect(JSON.stringify(await lab.state.escrowsOf([ANN])).length).toBeLessThan(1_000);
  });

  it('of an older state is the write itself: it is not sent before its time, and replaced by its next attempt', async () => {
    open();
    await addUser(ANN, 'ann', { jobTitle: 'Clerk' });
    await lab.run();
    await lab.directory.change(ANN, { attributes: { jobTitle: 'Lead' } }, clock.now());
    decide = ({ method }) => (method === 'PATCH' ? 400 : 'pass');
    await runFor(2 * CYCLE_MS);
    const [{ attempts: _, cycleId: __, ...kept } = { sourceId: ANN }] = await lab.state.escrowsOf([ANN]);
    const refused = { kind: 'update', values: { title: 'Lead' } };
    const escrow = { ...kept, refused } as Escrow;
    await lab.state.apply([{ kind: 'escrow', escrow }]);
    const sent = await runFor(12 * HOUR, { before: () => touch(ANN) });
    expect(sent).toEqual([[5.3, 1]]);
    const [after] = await lab.state.escrowsOf([ANN]);
    expect(after).toMatchObject({ attemptCount: 3, attempts: [{ attemptCount: 3 }] });
    expect(after).not.toHaveProperty('refused');
  });
});
