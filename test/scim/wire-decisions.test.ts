import { afterEach, beforeEach, expect, test } from 'vitest';
import { type SourceId, sourceId } from '../../src/model/identifiers.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { type RunningTarget, startTarget } from '../../src/target/start.ts';
import { type FakeWorld, fakeWorld } from '../support/fake-world.ts';
import { type Lab, type LabOptions, openLab, schemaDocument } from '../support/lab.ts';
import { readExchanges } from './wire-exchange.ts';

let target: RunningTarget;
let clock: FakeWorld;
let lab: Lab | undefined;

beforeEach(async () => {
  target = await startTarget();
  clock = fakeWorld();
});

afterEach(async () => {
  await lab?.close();
  lab = undefined;
  await target.stop();
});

const open = (options: Partial<LabOptions> = {}): Lab => {
  lab = openLab({ baseUrl: target.baseUrl, token: target.token, clock, ...options });
  return lab;
};

async function addUser(
  on: Lab,
  n: number,
  attributes: Record<string, string | boolean> = {},
): Promise<SourceId> {
  const id = sourceId(`10000000-0000-4000-8000-${String(n).padStart(12, '0')}`);
  const name = `user${n}`;
  return await on.directory.put(
    {
      type: 'User',
      id,
      attributes: { userPrincipalName: `${name}@contoso.com`, mailNickname: name, ...attributes },
    },
    clock.now(),
  );
}

const assign = (on: Lab, id: SourceId) => on.directory.assign(id, null, null, clock.now());

/** Runs a cycle and gives what it sent, probes left out. */
async function sentByCycle(on: Lab): Promise<readonly string[]> {
  clock.advance(60_000);
  await on.run();
  return on.exchanges().map(({ request }) => `${request.method} ${request.path}`);
}

/** The generic schema without the mapping that carries the disabling. */
function schemaWithoutActive(): JsonObject {
  const document = schemaDocument('config/scim.schema.json') as unknown as {
    synchronizationRules: {
      objectMappings: { attributeMappings: readonly { readonly targetAttributeName: string }[] }[];
    }[];
  };
  for (const mapping of document.synchronizationRules.flatMap(({ objectMappings }) => objectMappings))
    mapping.attributeMappings = mapping.attributeMappings.filter(
      ({ targetAttributeName }) => targetAttributeName !== 'active',
    );
  return document as unknown as JsonObject;
}

/** The decisions to say nothing, by their exchange: what leads to them. */
const DECISIONS: Readonly<Record<string, () => Promise<void>>> = {
  'match-014-disabled-not-created': async () => {
    const on = open();
    await assign(on, await addUser(on, 1, { accountEnabled: false }));
    expect(await sentByCycle(on)).toEqual([]);
  },
  'match-021-quotes-fail': async () => {
    const on = open();
    await assign(on, await addUser(on, 1, { userPrincipalName: 'the "a" user@contoso.com' }));
    expect(await sentByCycle(on)).toEqual([]);
  },
  'delete-004-soft-delete-no-mapping': async () => {
    const on = open({ schema: schemaWithoutActive() });
    const user = await addUser(on, 1);
    await assign(on, user);
    expect(await sentByCycle(on)).toEqual(['GET /Users', 'POST /Users']);
    await on.directory.delete(user, clock.now());
    expect(await sentByCycle(on)).toEqual([]);
  },
  'delete-005-skip-out-of-scope': async () => {
    const on = open({ job: { skipOutOfScopeDeletions: true } });
    const user = await addUser(on, 1);
    await assign(on, user);
    await sentByCycle(on);
    await on.directory.unassign(user, 'lab', clock.now());
    expect(await sentByCycle(on)).toEqual([]);
  },
  'group-013-unlinked-member': async () => {
    const on = open();
    const group = await on.directory.put(
      {
        type: 'Group',
        id: sourceId('20000000-0000-4000-8000-000000000001'),
        attributes: { displayName: 'Press room', securityEnabled: true },
      },
      clock.now(),
    );
    // Blocked from signing in, so that he gets no account.
    await on.directory.addMembers(group, [await addUser(on, 1, { accountEnabled: false })], clock.now());
    await assign(on, group);
    expect(await sentByCycle(on)).toEqual(['GET /Groups', 'POST /Groups']);
  },
  'disc-002-no-schemas-nongallery': async () => {
    const on = open();
    await assign(on, await addUser(on, 1));
    await sentByCycle(on);
    const paths = target.requests().map(({ path }) => path);
    expect(paths.length).toBeGreaterThan(3);
    expect(paths.filter((path) => !/\/(Users|Groups)$/.test(path))).toEqual([]);
  },
};

test('every exchange that is a decision to say nothing is shown here', () => {
  const nothing = readExchanges().filter(({ given }) => given.step === 'nothing');
  expect(nothing.map(({ id }) => id).toSorted()).toEqual(Object.keys(DECISIONS).toSorted());
});

test.each(readExchanges().filter(({ given }) => given.step === 'nothing'))('$id: $title', ({ id }) =>
  DECISIONS[id]?.(),
);
