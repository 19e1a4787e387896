import { beforeAll, describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../src/model/json.ts';
import type { ProvisioningLogEntry } from '../../src/model/log.ts';
import { type RunningTarget, startTarget } from '../../src/target/start.ts';
import { companyUser } from '../support/company-user.ts';
import { type DeadlyProxy, type Moment, startDeadlyProxy } from '../support/deadly-proxy.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { type SpawnedJob, setUpJob } from '../support/spawned-job.ts';

const SEED = Number(process.env.KILL_SEED ?? Date.now() % 1_000_000);
const KILLS = 8;
/** Each has its turn. */
const MOMENTS: readonly Moment[] = ['beforeTheTarget', 'beforeTheAnswer', 'afterTheAnswer'];
const GROUPS = ['North', 'East', 'South', 'West'];

const nameOf = (n: number): string => `user${n}@contoso.com`;

const user = (n: number): JsonObject => companyUser(n, nameOf);

/** 24 users in a tree of managers, each in one or two of 4 assigned groups. */
const DIRECTORY: JsonObject = {
  users: Array.from({ length: 24 }, (_, n) => user(n)),
  groups: GROUPS.map((displayName, index) => ({
    displayName,
    securityEnabled: true,
    members: Array.from({ length: 24 }, (_, n) => n)
      .filter((n) => n % 4 === index || n % 5 === index)
      .map(nameOf),
  })),
  assignments: GROUPS.map((principal) => ({ principal })),
};

/** A joiner, movers and leavers; user 4 leaves the only group, and with it the scope. */
const changeDirectory = (job: SpawnedJob): Promise<void> =>
  job.withDirectory(async (directory) => {
    const now = new Date().toISOString();
    const idOf = async (name: string) => (await directory.named(name)).id;
    for (const n of [1, 8, 20])
      await directory.change(
        await idOf(nameOf(n)),
        { attributes: { jobTitle: 'Lead', mobile: `+44 7700 90000${n}` } },
        now,
      );
    await directory.change(await idOf(nameOf(7)), { manager: await idOf(nameOf(20)) }, now);
    for (const n of [5, 11, 14])
      await directory.change(await idOf(nameOf(n)), { attributes: { accountEnabled: false } }, now);
    await directory.delete(await idOf(nameOf(23)), now);
    await directory.removeMembers(await idOf('North'), [await idOf(nameOf(4)), await idOf(nameOf(12))], now);
    await directory.addMembers(
      await idOf('East'),
      [await idOf(nameOf(2)), await idOf(nameOf(3)), await idOf(nameOf(6))],
      now,
    );
    await directory.put(
      {
        type: 'User',
        attributes: {
          userPrincipalName: nameOf(24),
          displayName: 'User 24',
          mailNickname: 'user24',
          accountEnabled: true,
        },
      },
      now,
    );
    await directory.change(await idOf(nameOf(24)), { manager: await idOf(nameOf(1)) }, now);
    await directory.addMembers(await idOf('South'), [await idOf(nameOf(24))], now);
  });

interface Trial {
  readonly job: SpawnedJob;
  readonly target: RunningTarget;
  readonly proxy: DeadlyProxy;
}

const withTrial = async (use: (trial: Trial) => Promise<void>): Promise<void> => {
  const target = await startTarget();
  const proxy = await startDeadlyProxy(target.baseUrl);
  const job = await setUpJob({ tenantUrl: proxy.baseUrl, token: target.token, directory: DIRECTORY });
  try {
    await use({ job, target, proxy });
  } finally {
    await proxy.stop();
    await target.stop();
    job.remove();
  }
};

/** Runs a cycle that is killed at its nth request. @returns whether it came so far */
const killAt = async ({ job, proxy }: Trial, nth: number, moment: Moment): Promise<boolean> => {
  const { child, ended } = job.start('run', '--quiet');
  proxy.lieInWait({ nth, moment, strike: () => void child.kill('SIGKILL') });
  const { code } = await ended;
  proxy.lieInWait(null);
  return code === null;
};

type Holding = readonly { readonly [name: string]: Json | undefined }[];

/** What the target holds, by names instead of ids. */
const holdingOf = ({ target }: Trial): { readonly users: Holding; readonly groups: Holding } => {
  const users = target.resources('User');
  const nameById = new Map(users.map(({ id, userName }) => [id, String(userName)]));
  const idIn = (value: Json | undefined): Json => (value as JsonObject).value ?? null;
  const enterprise = (one: JsonObject) =>
    one['urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'] as JsonObject | undefined;
  const byName = (one: { name: string }, other: { name: string }) => (one.name < other.name ? -1 : 1);
  return {
    users: users
      .map((one) => {
        const { manager } = enterprise(one) ?? {};
        return {
          name: String(one.userName),
          active: one.active,
          title: one.title,
          phoneNumbers: one.phoneNumbers,
          manager: manager === undefined ? undefined : nameById.get(idIn(manager)),
        };
      })
      .sort(byName),
    groups: target
      .resources('Group')
      .map(({ displayName, members }) => ({
        name: String(displayName),
        members: ((members ?? []) as readonly Json[])
          .map((member) => nameById.get(idIn(member)) ?? '?')
          .sort(),
      }))
      .sort(byName),
  };
};

/** The names that were created in the target, a name for each creation that was asked of it. */
const createdNames = ({ target }: Trial): readonly string[] =>
  target
    .requests()
    .filter(({ method }) => method === 'POST')
    .map(({ requestBody }) => {
      const { userName, displayName } = requestBody as JsonObject;
      return String(userName ?? displayName);
    });

const succeeded = ({ provisioningStatusInfo }: ProvisioningLogEntry): boolean =>
  provisioningStatusInfo.status === 'success';

/** Whether an entry shows how an account came to be linked: created, or found as it was. */
const tellsOrigin = (entry: ProvisioningLogEntry): boolean =>
  (entry.provisioningAction === 'create' && succeeded(entry)) ||
  (entry.provisioningSteps[0]?.name === 'EntryImportAdd' &&
    entry.provisioningSteps[1]?.name === 'EntryImport');

/** Lets the job run until it ends, and checks that nothing of the kills is left. */
const requireConverged = async (trial: Trial, expected: ReturnType<typeof holdingOf>): Promise<void> => {
  const { job, target } = trial;
  const run = await job.document('run');
  expect(run).toMatchObject({ code: 0, json: { state: 'Succeeded' } });
  expect(holdingOf(trial)).toEqual(expected);

  const created = createdNames(trial);
  expect(created.length).toBe(new Set(created).size);

  const watermark = await job.withDirectory(async (directory) => String(await directory.watermark()));
  expect(run.json.watermark).toBe(watermark);
  const plan = await job.document('plan');
  expect(plan).toMatchObject({
    code: 0,
    json: { cycle: { kind: 'incremental', watermark }, changes: [], failed: [] },
  });

  const { json } = await job.document('logs', '--limit', '1000');
  const entries = json.value as unknown as readonly ProvisioningLogEntry[];
  const origins = new Set(entries.filter(tellsOrigin).map(({ targetIdentity }) => targetIdentity.id));
  const accounts = [...target.resources('User'), ...target.resources('Group')];
  expect(accounts.filter(({ id }) => !origins.has(String(id)))).toEqual([]);
};

/** The sources whose disabling the log reports as done. */
const loggedDisables = async (job: SpawnedJob): Promise<readonly string[]> => {
  const { json } = await job.document('logs', '--action', 'disable', '--status', 'success');
  const entries = json.value as unknown as readonly ProvisioningLogEntry[];
  return [...new Set(entries.map(({ sourceIdentity }) => sourceIdentity.displayName))].sort();
};

describe(`a run that is killed (KILL_SEED=${SEED})`, () => {
  const cycles: { expected: ReturnType<typeof holdingOf>; requests: number }[] = [];

  beforeAll(async () => {
    await withTrial(async (trial) => {
      for (const prepare of [() => undefined, changeDirectory]) {
        await prepare(trial.job);
        trial.proxy.lieInWait(null);
        const { code } = await trial.job.entrain('run', '--quiet');
        expect(code).toBe(0);
        cycles.push({ expected: holdingOf(trial), requests: trial.proxy.count() });
      }
    });
    const [initial, incremental] = cycles;
    expect(initial?.expected.users).toHaveLength(24);
    expect(initial?.expected.users.filter(({ manager }) => manager !== undefined)).toHaveLength(23);
    expect(incremental?.expected.users.filter(({ active }) => active === false)).toHaveLength(5);
    expect(incremental?.expected.groups).toHaveLength(GROUPS.length);
  });

  test(`is made good by the next one, after each of ${KILLS} kills at random requests`, {
    timeout: 180_000,
  }, async () => {
    const random = seededRandom(SEED);
    let kills = 0;
    for (let round = 0; kills < KILLS && round < KILLS; round += 1) {
      await withTrial(async (trial) => {
        for (const [index, { expected, requests }] of cycles.entries()) {
          if (index === 1) await changeDirectory(trial.job);
          // A run after a kill has less to do, and may end before its own.
          for (let again = true, attempt = 0; again && attempt < 2; attempt += 1) {
            const moment = MOMENTS[(round + index + attempt) % MOMENTS.length] as Moment;
            const wasKilled = await killAt(trial, 1 + random.below(requests), moment);
            if (wasKilled) kills += 1;
            again = wasKilled && random.chance(0.5);
          }
          await requireConverged(trial, expected);
        }
        expect(await loggedDisables(trial.job)).toEqual([
          'User 11',
          'User 14',
          'User 23',
          'User 4',
          'User 5',
        ]);
      });
    }
    expect(kills).toBeGreaterThanOrEqual(KILLS);
  });
});
