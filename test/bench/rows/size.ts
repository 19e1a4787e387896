import { join } from 'node:path';
import { type Ended, runYardstick } from '../child.ts';
import { generatedUser, groupId, longTail, userId, writeRelations, writeUsers } from '../company.ts';
import { median } from '../figure.ts';
import { openWorkplace, type Workplace } from '../workplace.ts';
import type { RowFigures } from '../yardstick.ts';

/** The users who are members of none of the two groups that grow. */
const KEPT_OUT = 100;
/** How many members are added to a group at once. */
const ADDED = 10;
const CHANGED = 100;
/** What each cycle asks first: one question for users and one for groups. */
const PROBES = 2;

/** What was measured at one size of the directory. */
export interface SizeFigures {
  readonly users: number;
  readonly importShare: number;
  readonly importPerSecond: number;
  readonly importMegabytes: number;
  readonly planShare: number;
  readonly planPerSecond: number;
  readonly planMegabytes: number;
  readonly initialPerSecond: number;
  readonly initialMegabytes: number;
  readonly startSeconds: number;
  readonly idleSeconds: number;
  readonly idleRequests: number;
  readonly changesSeconds: number;
  /** Adding members to the largest group, and to one of a hundred. */
  readonly large: GroupFigures;
  readonly small: GroupFigures;
}

/** What adding members to a provisioned group took. */
export interface GroupFigures {
  readonly members: number;
  readonly requests: number;
  readonly seconds: number;
}

/** Measures import, offline plan, initial cycle, and small incremental cycles of a company of so many users. */
export async function measureSize(users: number, repetitions: number): Promise<SizeFigures> {
  const place = await openWorkplace({ concurrency: 32, requestsPerSecond: 0, delayMs: 0 });
  const repeat = async (one: (n: number) => Promise<Ended>): Promise<number> => {
    const seconds: number[] = [];
    for (let n = 0; n < repetitions; n += 1) seconds.push((await one(n)).seconds);
    return median(seconds);
  };
  try {
    // The same program with the same command, which ends before it does anything.
    const startSeconds = await repeat(() => place.entrain('run', '--help'));
    const startOf = (...args: readonly string[]) => repeat(() => place.entrain(...args, '--help'));
    const imported = await measureImport(place, users, await startOf('directory', 'import'));
    const planned = await measurePlan(place, users, await startOf('plan'));
    const initial = await place.cycle();
    await place.endpoint.taken();
    const idleSeconds = await repeat(() => place.cycle());
    const { requests } = await place.endpoint.taken();
    return {
      users,
      ...imported,
      ...planned,
      initialPerSecond: (initial.requests * 1000) / initial.durationMs,
      initialMegabytes: initial.peakMegabytes,
      startSeconds,
      idleSeconds,
      idleRequests: requests / repetitions - PROBES,
      changesSeconds: await repeat((n) => cycleWithChanges(place, users, n)),
      large: await growGroup(place, users, 0, users - KEPT_OUT, repetitions),
      small: await growGroup(place, users, 1, KEPT_OUT, repetitions),
    };
  } finally {
    place.close();
  }
}

/** Users alone, beside a bare insert of them; then what belongs to them. */
async function measureImport(place: Workplace, users: number, startSeconds: number) {
  const file = join(place.folder, 'users.json');
  const relations = join(place.folder, 'relations.json');
  await writeUsers(file, users);
  await writeRelations(relations, users, [users - KEPT_OUT, KEPT_OUT, ...longTail(users)]);
  const bare = await runYardstick<RowFigures>(['insert', join(place.folder, 'rows.db'), String(users)]);
  const { seconds, peakMegabytes } = await place.entrain('directory', 'import', file);
  const importPerSecond = users / (seconds - startSeconds);
  await place.entrain('directory', 'import', relations);
  return {
    importPerSecond,
    importShare: importPerSecond / bare.printed.perSecond,
    importMegabytes: peakMegabytes,
  };
}

async function measurePlan(place: Workplace, users: number, startSeconds: number) {
  const parsed = await runYardstick<RowFigures>(['parse', join(place.folder, 'directory.db')]);
  const { seconds, peakMegabytes } = await place.entrain('plan', '--offline');
  const planPerSecond = users / (seconds - startSeconds);
  return { planPerSecond, planShare: planPerSecond / parsed.printed.perSecond, planMegabytes: peakMegabytes };
}

/** Gives some users another title, and runs the cycle that tells the target. */
async function cycleWithChanges(place: Workplace, users: number, round: number): Promise<Ended> {
  const step = Math.floor(users / CHANGED);
  const changed = Array.from({ length: CHANGED }, (_, n) => ({
    ...generatedUser(n * step),
    jobTitle: `Engineer ${round}`,
  }));
  await place.importDocument({ users: changed });
  return place.cycle();
}

/** Adds members to a group who were in none before, and runs the cycle that tells the target. */
async function growGroup(
  place: Workplace,
  users: number,
  group: number,
  size: number,
  repetitions: number,
): Promise<GroupFigures> {
  const seconds: number[] = [];
  await place.endpoint.taken();
  for (let n = 0; n < repetitions; n += 1) {
    const first = users - KEPT_OUT + n * ADDED;
    const members = Array.from({ length: ADDED }, (_, m) => userId(first + m));
    await place.importDocument({
      groups: [{ id: groupId(group), displayName: `Group ${group}`, members }],
    });
    seconds.push((await place.cycle()).seconds);
  }
  const { requests } = await place.endpoint.taken();
  return { members: size, requests: requests / repetitions - PROBES, seconds: median(seconds) };
}
