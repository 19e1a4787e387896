/**
 * Kills the built program (SIGKILL) again and again while its sending thread is active, with many requests under way, in
 * an initial cycle over many users and in incremental cycles after it. Each next run continues from what the killed one
 * left. At the end the target holds what it holds after the same cycles without a kill, and no account was created twice.
 * Ends with 1 when something is wrong.
 * @example npm run test:kills:crowd
 * @example npm run test:kills:crowd -- --users 5000 --kills 10
 */
import { parseArgs } from 'node:util';
import type { JsonObject } from '../../src/model/json.ts';
import { type RunningTarget, startTarget } from '../../src/target/start.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { type SpawnedJob, setUpJob } from '../support/spawned-job.ts';
import { changeCrowd, crowdOf } from './crowd.ts';
import { holdingOf } from './holding.ts';
import { createdName } from './request-kind.ts';

const { values } = parseArgs({
  options: {
    users: { type: 'string', default: '20000' },
    kills: { type: 'string', default: '30' },
    concurrency: { type: 'string', default: '32' },
    seed: { type: 'string', default: '1' },
  },
});
const userCount = Number(values.users);
const wantedKills = Number(values.kills);

/** The cycles continue until there were enough kills, and at least so far. */
const LEAST_ROUNDS = 1;

process.env.NODE_OPTIONS = `--import=${new URL('./report-threads.mjs', import.meta.url).href}`;

/** A job over many users, with what its target has been asked for. */
interface Crowd {
  readonly job: SpawnedJob;
  readonly target: RunningTarget;
  /** Names that were created with success, and how often. */
  readonly created: ReadonlyMap<string, number>;
  /** Does something once so many more requests have come. */
  after(requests: number, act: () => void): void;
  close(): Promise<void>;
}

const openCrowd = async (): Promise<Crowd> => {
  const created = new Map<string, number>();
  let left = Number.POSITIVE_INFINITY;
  let act = (): void => {};
  const target = await startTarget({
    onExchange: ({ method, status, requestBody }) => {
      if (method === 'POST' && status === 201) {
        const name = createdName(requestBody as JsonObject);
        created.set(name, (created.get(name) ?? 0) + 1);
      }
      left -= 1;
      if (left === 0) act();
    },
  });
  const job = await setUpJob({
    tenantUrl: target.baseUrl,
    token: target.token,
    directory: crowdOf(userCount),
    target: { concurrency: Number(values.concurrency) },
  });
  return {
    job,
    target,
    created,
    after: (requests, next) => {
      left = requests;
      act = next;
    },
    close: async () => {
      await target.stop();
      job.remove();
    },
  };
};

const random = seededRandom(Number(values.seed));

/** At most so many requests go out between the start of the thread and the kill. */
const SPREAD = Math.max(50, Math.floor(userCount / 10));

/** Runs a cycle, and kills it at some moment after its thread has started. @returns whether it was killed */
const runAndKill = async ({ job, after }: Crowd): Promise<boolean> => {
  const { child, ended, says } = job.start('run', '--quiet');
  void says('a thread was started').then(() => after(1 + random.below(SPREAD), () => child.kill('SIGKILL')));
  const { code, stderr } = await ended;
  after(Number.POSITIVE_INFINITY, () => {});
  if (code !== null && code !== 0) throw new Error(`a run ended with ${code}: ${stderr}`);
  return code === null;
};

/** Runs a cycle to its end. @returns what is wrong with it */
const runToEnd = async ({ job }: Crowd): Promise<readonly string[]> => {
  const { code, stderr } = await job.entrain('run', '--quiet');
  return code === 0 ? [] : [`a run ended with ${code}: ${stderr}`];
};

const twin = await openCrowd();
const crowd = await openCrowd();
const faults: string[] = [];
let kills = 0;
let round = 0;
try {
  do {
    if (round > 0)
      for (const { job } of [twin, crowd]) await job.withDirectory((d) => changeCrowd(d, userCount, round));
    const before = kills;
    while (kills < wantedKills && (await runAndKill(crowd))) kills += 1;
    faults.push(...(await runToEnd(crowd)), ...(await runToEnd(twin)));
    console.log(
      `${round === 0 ? 'the initial cycle' : `incremental cycle ${round}`}: ${kills - before} kills`,
    );
    round += 1;
    if (round > 1 && kills === before && kills < wantedKills) {
      faults.push(`a cycle over ${userCount} users is over before it can be killed; take more --users`);
      break;
    }
  } while (kills < wantedKills || round <= LEAST_ROUNDS);
  faults.push(...differences(holdingOf(crowd.target), holdingOf(twin.target)));
  for (const [name, times] of crowd.created) if (times > 1) faults.push(`${name} was created ${times} times`);
  const idle = await crowd.job.document('run');
  if (idle.json.state !== 'Succeeded' || Number(idle.json.requests) > 2)
    faults.push(`the run after it still had something to do: ${JSON.stringify(idle.json.counts)}`);
} finally {
  await Promise.all([twin.close(), crowd.close()]);
}

/** The difference of two targets, in a few lines. */
function differences(held: ReturnType<typeof holdingOf>, intended: ReturnType<typeof holdingOf>): string[] {
  const linesOf = ({ users, groups }: ReturnType<typeof holdingOf>): ReadonlySet<string> =>
    new Set([...users, ...groups].map((one) => JSON.stringify(one)));
  const [here, there] = [linesOf(held), linesOf(intended)];
  return [
    ...[...here].filter((line) => !there.has(line)).map((line) => `it holds ${line.slice(0, 300)}`),
    ...[...there].filter((line) => !here.has(line)).map((line) => `it should hold ${line.slice(0, 300)}`),
    ...(held.users.length === intended.users.length
      ? []
      : [`${held.users.length} users, not ${intended.users.length}`]),
  ];
}

for (const fault of faults.slice(0, 20)) console.log(`✗ ${fault}`);
console.log(
  `${kills} kills over ${userCount} users at concurrency ${values.concurrency}: ${faults.length} faults`,
);
if (faults.length > 0 || kills < wantedKills) process.exitCode = 1;
