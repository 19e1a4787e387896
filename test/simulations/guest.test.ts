import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chooseScenario } from '../../src/app/simulate/choose-scenario.ts';
import { runScenario } from '../../src/app/simulate/run-scenario.ts';
import { openStage } from '../../src/app/simulate/stage.ts';
import { parseScenario } from '../../src/io/scenario-file/read-scenario.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { type RunningTarget, startTarget } from '../../src/target/start.ts';
import { startScimmy } from '../support/scimmy-target.ts';
import { type Mode, type SmallScimServer, startSmallScimServer } from '../support/small-scim-server.ts';
import { playScenario } from './play.ts';

const TOKEN = 'token-of-the-endpoint';

const at = (tenantUrl: string) => ({ tenantUrl, auth: { type: 'bearer' as const, secretToken: TOKEN } });

const WEEK = `title: A user of one group
cycles: explicit
directory:
  users: [{ userPrincipalName: alice@contoso.com, displayName: Alice, mailNickname: alice }]
  groups: [{ displayName: Sales, securityEnabled: true, members: [alice@contoso.com] }]
  assignments: [{ principal: Sales }]
target: { users: [{ userName: eve@contoso.com }] }
events:
  - { cycle: { counts: { create: 2 }, target: { Sales: { members: [{ value: "{alice@contoso.com}" }] } } } }
  - target: [change eve@contoso.com: { title: Boss }]
    directory: [set alice@contoso.com jobTitle=Lead, remove-member Sales alice@contoso.com]
    cycle: { counts: { disable: 1 }, target: { Sales: { members: null }, eve@contoso.com: { title: Boss } } }
`;

describe('a scenario at an endpoint of the user', () => {
  let endpoint: RunningTarget;

  beforeEach(async () => {
    endpoint = await startTarget({ token: TOKEN });
  });
  afterEach(() => endpoint.stop());

  it.each(['joiner-mover-leaver', 'accidental-mass-unassignment'])(
    'goes as it says and leaves nothing behind: %s',
    async (name) => {
      endpoint.seed('User', {
        userName: 'alice@contoso.com',
        displayName: 'Not of the scenario',
        active: true,
      });
      endpoint.seed('Group', { displayName: 'Sales' });
      const before = [endpoint.resources('User'), endpoint.resources('Group')];
      const { complaints, cleanUp } = await playScenario(chooseScenario(name, {}, at(endpoint.baseUrl)));
      expect(complaints).toEqual([]);
      expect(cleanUp?.left).toEqual([]);
      expect(cleanUp?.deleted).toBeGreaterThan(0);
      expect([endpoint.resources('User'), endpoint.resources('Group')]).toEqual(before);
    },
  );

  it('can be played beside itself', async () => {
    const play = () => playScenario(parseScenario(WEEK, 'scenario.yaml', {}, at(endpoint.baseUrl)));
    const both = await Promise.all([play(), play()]);
    expect(both.flatMap(({ complaints }) => complaints)).toEqual([]);
    expect(endpoint.resources('User')).toEqual([]);
  });

  it('refuses one that needs the embedded target', () => {
    expect(() => chooseScenario('credentials-expire', {}, at(endpoint.baseUrl))).toThrow(
      /fault is of the embedded target/,
    );
  });

  it('refuses to write to an account that it did not make', async () => {
    const eve = endpoint.seed('User', { userName: 'eve@contoso.com', active: true });
    const scenario = parseScenario(WEEK, 'scenario.yaml', {}, at(endpoint.baseUrl));
    const stage = await openStage(scenario);
    try {
      const path = `/Users/${eve.id}`;
      for (const method of ['PATCH', 'DELETE'] as const)
        await expect(stage.client().write({ method, path, query: '', body: null })).rejects.toThrow(
          'which this simulation did not make',
        );
    } finally {
      await stage.close();
    }
    expect(endpoint.resources('User').map(({ id, active }) => [id, active])).toEqual([[eve.id, true]]);
  });

  it('deletes what it made when it is stopped', async () => {
    const scenario = parseScenario(WEEK, 'scenario.yaml', {}, at(endpoint.baseUrl));
    const controller = new AbortController();
    const { cleanUp } = await runScenario(
      scenario,
      (entry) => {
        if (entry.kind === 'cycle') controller.abort();
      },
      controller.signal,
    );
    expect(cleanUp).toEqual({ deleted: 3, left: [] });
    expect(endpoint.resources('User')).toEqual([]);
  });

  it.each(['reset-after-write', '500-after-write'])(
    'finds by its name, and deletes, what was made without an answer that tells so: %s',
    async (fault) => {
      endpoint.fault(fault);
      const scenario = parseScenario(WEEK, 'scenario.yaml', {}, at(endpoint.baseUrl));
      await playScenario({ ...scenario, target: { ...scenario.target, users: [] } }).catch(() => undefined);
      expect([endpoint.resources('User'), endpoint.resources('Group')]).toEqual([[], []]);
    },
  );
});

describe('at an endpoint with a mind of its own', () => {
  let server: SmallScimServer;
  const open = async (...modes: Mode[]): Promise<void> => {
    server = await startSmallScimServer(...modes);
  };
  const week = () => parseScenario(WEEK, 'scenario.yaml', {}, at(server.baseUrl));
  afterEach(() => server.stop());

  it.each<Mode>(['numbered', 'shouting', 'terse'])(
    'deletes all that it made where ids are numbers, names in upper case, or answers short: %s',
    async (mode) => {
      await open(mode);
      const { cleanUp } = await playScenario(week());
      expect(cleanUp).toEqual({ deleted: 3, left: [] });
      expect(server.size()).toBe(0);
    },
  );

  it('names what could not be deleted', async () => {
    await open('keeping');
    const { cleanUp } = await playScenario(week());
    expect(cleanUp?.deleted).toBe(0);
    expect(cleanUp?.left).toHaveLength(server.size());
  });

  it('names what the seeding left behind when it failed', async () => {
    await open('keeping', 'unmailed');
    const scenario = week();
    const users: JsonObject[] = [
      { userName: 'ann@contoso.com', emails: [{ value: 'ann@contoso.com' }] },
      { userName: 'ben@contoso.com' },
    ];
    await expect(openStage({ ...scenario, target: { ...scenario.target, users } })).rejects.toThrow(
      /could not be deleted at the endpoint, delete it yourself: \/Users\/u-1: 500/,
    );
    expect(server.size()).toBe(1);
  });

  it('names what may be there, and is not found', async () => {
    await open('blind');
    const scenario = week();
    await expect(openStage(scenario)).rejects.toThrow(
      /delete it yourself: \/Users eve-e[0-9a-f]{6}@contoso\.com: answered 500, and not found; look whether it is there/,
    );
  });
});

it('plays at a server that this project did not write', async () => {
  const scimmy = await startScimmy();
  try {
    const guest = {
      tenantUrl: `${scimmy.baseUrl}?aadOptscim062020`,
      auth: { type: 'bearer' as const, secretToken: scimmy.token },
    };
    const { complaints, cleanUp } = await playScenario(parseScenario(WEEK, 'scenario.yaml', {}, guest));
    expect(complaints).toEqual([]);
    expect(cleanUp).toEqual({ deleted: 3, left: [] });
    expect([await scimmy.users(), await scimmy.groups()]).toEqual([[], []]);
  } finally {
    await scimmy.stop();
  }
});
