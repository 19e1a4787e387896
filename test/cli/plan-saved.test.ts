import { readFileSync, statSync, writeFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ConfigurationError } from '../../src/model/errors.ts';
import { type SourceId, sourceId } from '../../src/model/identifiers.ts';
import { DEFAULT_SAFETY as SAFETY } from '../../src/model/safety.ts';
import type { ScimRequest } from '../../src/model/scim.ts';
import { changeDirectory } from '../convergence/random-changes.ts';
import { allOf } from '../support/all-of.ts';
import { generateDirectory, storeDirectory } from '../support/generated-directory.ts';
import { type Lab, schemaDocument } from '../support/lab.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { type KeptPlan, openPlanBench, type PlanBench } from './plan-files.ts';

let bench: PlanBench;
beforeEach(async () => {
  bench = await openPlanBench();
});
afterEach(async () => await bench.close());

const addUser = async (name: string, more: Record<string, string> = {}): Promise<SourceId> => {
  const { lab, clock } = bench;
  const id = await lab.directory.put(
    { type: 'User', attributes: { userPrincipalName: `${name}@contoso.com`, displayName: name, ...more } },
    clock.now(),
  );
  await lab.directory.assign(id, null, null, clock.now());
  return id;
};

const writesOf = () => bench.target.requests().filter(({ method }) => method !== 'GET').length;

/** What a plan is refused for. */
const refusalOf = async (plan: KeptPlan, options: Parameters<PlanBench['apply']>[1] = {}) => {
  const before = writesOf();
  const error = await bench.apply(plan, options).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ConfigurationError);
  expect(writesOf()).toBe(before);
  return (error as ConfigurationError).issues.map(({ message }) => message);
};

/** Requests with the target ids that were not known when they were planned. */
const resolved = async (requests: readonly ScimRequest[], { state }: Lab): Promise<unknown> => {
  const text = JSON.stringify(requests);
  const ids = [...text.matchAll(PENDING_ID)].map(([, id = '']) => sourceId(id));
  const links = await state.links(ids);
  return JSON.parse(text.replace(PENDING_ID, (whole, id: SourceId) => links.get(id)?.targetId ?? whole));
};

const PENDING_ID = /\{id of ([^}]+)\}/g;

describe('a saved plan', () => {
  test('is readable by its owner only, and is JSON with a format and a version', async () => {
    await addUser('ada');
    const { file } = await bench.keep();
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      format: 'entrain.plan',
      version: 2,
      start: { kind: 'initial' },
      basis: { job: 'lab', state: { position: null, userCount: 0 } },
      pages: [{ phase: 'users', items: [{ kind: 'create' }] }],
      end: { pages: expect.any(Number), sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
    expect(readFileSync(file, 'utf8')).not.toContain(bench.target.token);
  });

  test('applied on an unchanged world sends exactly its requests, and leaves nothing to do', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        const on = await openPlanBench();
        const { lab, clock } = on;
        try {
          const generated = generateDirectory(seed, 40);
          await storeDirectory(generated, lab.directory, clock.now());
          for (const _round of [1, 2, 3]) {
            const plan = await on.keep();
            clock.advance(60_000);
            const { record, sent } = await on.apply(plan);
            expect(sent).toEqual(await resolved(plan.requests, lab));
            expect(record.until).toBe((await lab.state.position())?.watermark);
            const { create, update, disable, skipped, imported } = plan.end.counts;
            expect(record.counts).toMatchObject({ create, update, disable, skipped, imported });
            expect((await lab.plan()).requests).toEqual([]);
            const random = seededRandom(seed);
            await changeDirectory({ generated, store: lab.directory, random, now: clock.now() }, 15);
          }
        } finally {
          await on.close();
        }
      }),
      { numRuns: 6 },
    );
  });

  test('leaves the job as the cycle would that it is the plan of', async () => {
    const ran = await openPlanBench();
    try {
      const generated = generateDirectory(7, 40);
      const remembered = async ({ lab: { state }, target }: PlanBench) => {
        const ids = [...generated.users.keys(), ...generated.groups.keys()];
        const userNames = new Map(target.resources('User').map(({ id, userName }) => [id, userName]));
        return {
          watermark: (await state.position())?.watermark,
          links: await Promise.all(
            ids.map(async (id) => {
              const link = (await state.links([id])).get(id);
              return link && [userNames.get(link.targetId), link.isManaged, link.hasMemberships];
            }),
          ),
          members: await Promise.all(
            [...generated.groups.keys()].map(async (id) => (await allOf(state.memberships(id, 1000))).flat()),
          ),
          escrows: (await state.escrowsOf(ids)).map(({ sourceId, failure }) => [sourceId, failure.code]),
          log: (await allOf(state.logEntries({ limit: 1000 })))
            .flat()
            .map(({ provisioningAction, sourceIdentity }) => [provisioningAction, sourceIdentity.id]),
        };
      };
      for (const { lab, clock } of [bench, ran]) await storeDirectory(generated, lab.directory, clock.now());
      await bench.apply(await bench.keep());
      await ran.lab.run();
      expect(await remembered(bench)).toEqual(await remembered(ran));
    } finally {
      await ran.close();
    }
  });

  test('writes values that are made by chance as they were reviewed', async () => {
    const schema = JSON.parse(
      JSON.stringify(schemaDocument('config/scim.schema.json')).replaceAll(
        '"expression":"[jobTitle]"',
        '"expression":"RandomString(12, 3, 3, 3, 3)"',
      ),
    );
    const on = await openPlanBench({ schema });
    try {
      await on.lab.directory.put(
        { type: 'User', attributes: { userPrincipalName: 'ada@contoso.com', jobTitle: 'x' } },
        on.clock.now(),
      );
      await on.lab.directory.assign(
        (await on.lab.directory.named('ada@contoso.com')).id,
        null,
        null,
        on.clock.now(),
      );
      const plan = await on.keep();
      const { sent } = await on.apply(plan);
      expect(sent).toEqual(plan.requests);
      expect(plan.requests.map(({ body }) => body?.title)).toEqual([expect.stringMatching(/^[\s\S]{12}$/)]);
    } finally {
      await on.close();
    }
  });

  test('is refused once a cycle has run, also the one that it was the plan of', async () => {
    await addUser('ada');
    const plan = await bench.keep();
    await bench.apply(plan);
    expect(await refusalOf(plan)).toEqual([
      'the plan no longer fits, and nothing was sent: a cycle of the job has run; plan again, or apply the rest of it with --skip-changed',
    ]);
  });

  test('is refused when the directory changed, and names who', async () => {
    await addUser('ada');
    const plan = await bench.keep();
    for (const name of ['bob', 'cleo', 'dan', 'eve']) await addUser(name);
    expect(await refusalOf(plan)).toEqual([
      expect.stringMatching(
        /4 objects of the directory changed: bob@contoso\.com, .* and 1 more; plan again/,
      ),
    ]);
  });

  test('is refused when mappings or settings changed, whatever may be left out', async () => {
    await addUser('ada');
    const plan = await bench.keep();
    const schema = JSON.parse(
      JSON.stringify(schemaDocument('config/scim.schema.json')).replaceAll('[jobTitle]', '[department]'),
    );
    const other = bench.lab.with({
      schema,
      dialect: { patch: 'aadOptscim062020' },
      job: { matching: { confirm: 'off' } },
    });
    for (const skipChanged of [false, true])
      expect(await refusalOf(plan, { lab: other, skipChanged })).toEqual([
        expect.stringContaining('mappings, filters or expression options of the schema changed; plan again'),
        expect.stringContaining('the configuration changed: matching, target.dialect; plan again'),
      ]);
  });

  test('is refused when what the job remembers of an object changed without a cycle', async () => {
    const ada = await addUser('ada');
    await bench.lab.run();
    await bench.lab.directory.change(ada, { attributes: { jobTitle: 'Lead' } }, bench.clock.now());
    const plan = await bench.keep();
    const link = (await bench.lab.state.links([ada])).get(ada);
    if (link === undefined) throw new Error('ada is not linked');
    await bench.lab.state.apply([
      { kind: 'link', link },
      { kind: 'targetState', sourceId: ada, attributes: {} },
    ]);
    expect(await refusalOf(plan)).toEqual([
      expect.stringContaining('what the job remembers of 1 object changed: ada@contoso.com'),
    ]);
  });

  test('with skipChanged leaves out who changed, and who refers to them; the next cycle sees to them', async () => {
    const { lab, clock } = bench;
    const boss = await addUser('boss');
    const ada = await addUser('ada');
    const bob = await addUser('bob');
    await lab.directory.change(ada, { manager: boss }, clock.now());
    await lab.directory.change(bob, { manager: ada }, clock.now());
    const crew = await lab.directory.put(
      { type: 'Group', attributes: { displayName: 'Crew', securityEnabled: true } },
      clock.now(),
    );
    await lab.directory.assign(crew, null, null, clock.now());
    await lab.directory.addMembers(crew, [ada, bob], clock.now());
    const plan = await bench.keep();
    await lab.directory.change(boss, { attributes: { jobTitle: 'Chief' } }, clock.now());
    const { sent, notes, record } = await bench.apply(plan, { skipChanged: true });
    expect(
      sent.filter(({ method }) => method === 'POST').map(({ body }) => body?.userName ?? body?.displayName),
    ).toEqual(['ada@contoso.com', 'bob@contoso.com', 'Crew']);
    // The manager of bob, and the members of the group; not the manager of ada, who changed.
    expect(sent.filter(({ method }) => method === 'PATCH')).toHaveLength(2);
    expect(notes).toEqual([expect.stringMatching(/^1 object changed since .* left out: boss@contoso\.com/)]);
    expect(record).toMatchObject({ state: 'Succeeded' });
    expect(await lab.state.position()).toBeNull();
    await lab.run();
    expect(bench.target.resources('User').map(({ userName }) => userName)).toContain('boss@contoso.com');
    expect((await lab.plan()).requests).toEqual([]);
  });

  test('continues where a creation fails, and keeps what refers to it as a failure', async () => {
    const { lab, clock, target } = bench;
    const ada = await addUser('ada');
    const bob = await addUser('bob');
    await lab.directory.change(bob, { manager: ada }, clock.now());
    const plan = await bench.keep();
    target.seed('User', { userName: 'ada@contoso.com' });
    const { record } = await bench.apply(plan);
    expect(record).toMatchObject({ state: 'EntryLevelErrors', counts: { create: 1, failed: 2 } });
    expect((await lab.state.escrowsOf([ada, bob])).map(({ failure }) => failure.code).sort()).toEqual([
      'SystemForCrossDomainIdentityManagementServiceIncompatibleFiltering',
      'UnableToResolveReferenceAttributeValue',
    ]);
    const messages = (await lab.state.escrowsOf([bob])).map(({ failure }) => failure.message);
    expect(messages).toEqual([expect.stringContaining('refers to ada@contoso.com, which could not be')]);
  });

  test('stages what was staged when it was reviewed', async () => {
    const on = await openPlanBench({ job: { safety: { ...SAFETY, deletionThreshold: 0 } } });
    try {
      await on.lab.directory.put(
        { type: 'User', attributes: { userPrincipalName: 'ada@x.com' } },
        on.clock.now(),
      );
      const ada = (await on.lab.directory.named('ada@x.com')).id;
      await on.lab.directory.assign(ada, null, null, on.clock.now());
      await on.lab.run();
      await on.lab.directory.unassign(ada, 'lab', on.clock.now());
      const plan = await on.keep();
      expect(plan.end.counts.stagedDelete).toBe(1);
      await expect(on.apply(plan)).rejects.toMatchObject({ reason: 'TooManyDeletes' });
      expect(on.target.resources('User')).toMatchObject([{ active: true }]);
    } finally {
      await on.close();
    }
  });

  test('of some objects leaves the watermark where it is', async () => {
    await addUser('ada');
    await bench.apply(await bench.keep({ isPartial: true }));
    expect(bench.target.resources('User')).toHaveLength(1);
    expect(await bench.lab.state.position()).toBeNull();
  });

  test.each([
    ['cut off', (text: string) => text.slice(0, text.length - 200)],
    ['changed by hand', (text: string) => text.replaceAll('ada@contoso.com', 'eva@contoso.com')],
    ['no plan', () => '{"plan":1}'],
    ['of another version', (text: string) => text.replace('"version":2', '"version":1')],
    ['not JSON', () => '\u0000'],
    ['empty', () => ''],
  ])('that is %s is refused', async (_how, damage) => {
    await addUser('ada');
    const plan = await bench.keep();
    writeFileSync(plan.file, damage(readFileSync(plan.file, 'utf8')));
    expect(await refusalOf(plan)).toEqual([expect.stringMatching(/^the file (is|was) /)]);
  });

  test('that does not exist is reported', async () => {
    const missing = { file: `${bench.folder}/nobody.json` } as KeptPlan;
    expect(await refusalOf(missing)).toEqual([expect.stringContaining('there is no such file; name a plan')]);
  });
});
