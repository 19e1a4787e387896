import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '../../src/model/json.ts';
import type { Moment, StruckRequest } from '../support/deadly-proxy.ts';
import { changeCompany, DEPARTURES, type Departure, leave, nameOf, takeBack } from './company.ts';
import { createdName, kindOf } from './request-kind.ts';
import { killAt, openTrial, runDaemonOnce, type Trial } from './trial.ts';
import {
  differences,
  differencesOfHolding,
  faultsOfKilled,
  faultsOfRecovery,
  type Intended,
  positionOf,
  stateOf,
} from './verdict.ts';

/** The boundaries of a request. */
export const MOMENTS = ['beforeTheTarget', 'beforeTheAnswer', 'afterTheAnswer'] as const satisfies Moment[];
export type Boundary = (typeof MOMENTS)[number];

/** A cycle from which kills are made, and where it begins. */
export interface WalkedCycle {
  readonly name: 'initial' | 'incremental';
  /** The folder that it begins from; null: nothing was run yet. */
  readonly from: string | null;
  readonly intended: Intended;
  /** What it comes to when all is taken back; null: that cannot be. */
  readonly takenBack: Intended | null;
  /** What its requests are about, in their order while one goes after the other. */
  readonly kinds: readonly string[];
}

/** One kill: at which request of which cycle, and what happens before the next run. */
export interface PlannedKill {
  readonly cycle: WalkedCycle;
  /** 1 for the first request. */
  readonly nth: number;
  readonly moment: Boundary;
  /** Requests under way at once. */
  readonly concurrency: number;
  /**
   * What happens before the next run: the user that was being created leaves in some way, or all that the cycle is about is
   * taken back; null: nothing.
   */
  readonly meanwhile: Departure | 'takenBack' | null;
  /** The command that is killed, and started again. */
  readonly command: 'run' | 'start';
}

/** What came of a kill. */
export interface Verdict {
  readonly planned: PlannedKill;
  /** What the request was about; null: the cycle had fewer. */
  readonly kind: string | null;
  /** The cycle was over before the kill reached it. */
  readonly isTooLate: boolean;
  /** What is wrong after it; empty: nothing. */
  readonly faults: readonly string[];
}

/**
 * Runs both cycles undisturbed, for what they come to and where they begin.
 * @returns the cycles, and what removes the files that they begin from
 */
export const prepareCycles = async (): Promise<{
  readonly cycles: readonly WalkedCycle[];
  remove(): void;
}> => {
  const folder = mkdtempSync(join(tmpdir(), 'entrain-kills-begin-'));
  const trial = await openTrial(null, 1);
  try {
    const initial = await walked(trial, 'initial', null);
    await trial.job.withDirectory(changeCompany);
    trial.keep(folder);
    const incremental = await walked(trial, 'incremental', folder);
    await trial.job.withDirectory(takeBack);
    const { intended: takenBack } = await walked(trial, 'incremental', null);
    return {
      cycles: [initial, { ...incremental, takenBack }],
      remove: () => rmSync(folder, { recursive: true, force: true }),
    };
  } finally {
    await trial.close();
  }
};

const walked = async (trial: Trial, name: WalkedCycle['name'], from: string | null): Promise<WalkedCycle> => {
  const before = trial.target.requests().length;
  const { code, stderr } = await trial.job.entrain('run', '--quiet');
  if (code !== 0)
    throw new Error(`the ${name} cycle ended with ${code} though nobody disturbed it: ${stderr}`);
  const kinds = trial.target
    .requests()
    .slice(before)
    .map(({ method, path, query, requestBody }) =>
      kindOf({ method, url: `${path}?${query}`, body: JSON.stringify(requestBody) }),
    );
  return { name, from, intended: await stateOf(trial), takenBack: null, kinds };
};

/** Every request of a cycle, at every boundary. */
export const everyKill = (cycle: WalkedCycle, concurrency: number): readonly PlannedKill[] =>
  cycle.kinds.flatMap((_, index) =>
    MOMENTS.map((moment) => ({
      cycle,
      nth: index + 1,
      moment,
      concurrency,
      meanwhile: null,
      command: 'run' as const,
    })),
  );

/** Every request of a cycle of the daemon, at every boundary; the daemon is started again then. */
export const everyDaemonKill = (cycle: WalkedCycle): readonly PlannedKill[] =>
  everyKill(cycle, 1).map((planned) => ({ ...planned, command: 'start' }));

/** Every creation of a cycle, at every boundary; the user that was being created leaves then, in one way or another. */
export const everyDeparture = (cycle: WalkedCycle): readonly PlannedKill[] =>
  everyKill(cycle, 1)
    .filter(({ nth }) => cycle.kinds[nth - 1]?.startsWith('create'))
    .map((planned, index) => {
      const isGroup = cycle.kinds[planned.nth - 1] === 'create a group';
      const departure = DEPARTURES[Math.floor(index / MOMENTS.length) % DEPARTURES.length];
      return {
        ...planned,
        meanwhile: isGroup && departure === 'blocked' ? 'deleted' : (departure ?? 'deleted'),
      };
    });

/** Every write of a cycle but its creations, at every boundary; all is taken back then. */
export const everyTakingBack = (cycle: WalkedCycle): readonly PlannedKill[] =>
  cycle.takenBack === null
    ? []
    : everyKill(cycle, 1)
        .filter(({ nth }) => !/^(probe|match|create)/.test(cycle.kinds[nth - 1] ?? ''))
        .map((planned) => ({ ...planned, meanwhile: 'takenBack' }));

/** Kills a cycle, lets it run on, and judges what came of it. */
export const carryOut = async (planned: PlannedKill): Promise<Verdict> => {
  const { cycle, nth, moment, concurrency, command } = planned;
  const trial = await openTrial(cycle.from, concurrency);
  try {
    const before = await positionOf(trial);
    const { isTooLate, struck } = await killAt(trial, nth, moment, command);
    const ofKilled = await faultsOfKilled(trial, before);
    const judge = await prepareJudgement(trial, planned, struck);
    if (command === 'start') await runDaemonOnce(trial);
    const ofRecovery = await faultsOfRecovery(trial);
    return {
      planned,
      kind: struck === null ? null : kindOf(struck),
      isTooLate,
      faults: [...ofKilled, ...ofRecovery, ...(await judge())],
    };
  } finally {
    await trial.close();
  }
};

/** Applies what happens before the next run. @returns a check that lists deviations after that run */
const prepareJudgement = async (
  trial: Trial,
  { cycle, meanwhile }: PlannedKill,
  struck: StruckRequest | null,
): Promise<() => Promise<readonly string[]>> => {
  const { takenBack } = cycle;
  if (meanwhile === null || struck === null) return () => differences(trial, cycle.intended);
  if (meanwhile === 'takenBack') {
    await trial.job.withDirectory(takeBack);
    return async () => (takenBack === null ? [] : differencesOfHolding(trial, takenBack));
  }
  const leaver = createdName(JSON.parse(struck.body) as JsonObject);
  await depart(trial, leaver, meanwhile);
  return () => faultsOfDeparture(trial, leaver);
};

/** The promotion of another user at the same time: a change that no cycle has seen, and none may skip. */
const PROMOTED = { name: nameOf(3), title: 'Principal' };

const depart = (trial: Trial, leaver: string, departure: Departure): Promise<void> =>
  trial.job.withDirectory(async (directory) => {
    await leave(directory, leaver, departure);
    const { id } = await directory.named(PROMOTED.name);
    await directory.change(id, { attributes: { jobTitle: PROMOTED.title } }, new Date().toISOString());
  });

/** No leaver is active, and no deleted group exists; what happened at the same time was not skipped. */
const faultsOfDeparture = async (trial: Trial, leaver: string): Promise<readonly string[]> => {
  const { users, groups } = (await stateOf(trial)).holding;
  const isActive = users.some(({ name, active }) => name === leaver && active !== false);
  const isThere = groups.some(({ name }) => name === leaver);
  const promoted = users.find(({ name }) => name === PROMOTED.name);
  const isPromoted = leaver === PROMOTED.name || promoted?.title === PROMOTED.title;
  return [
    ...(isActive || isThere ? [`${leaver} left, and the account that the killed cycle made stays`] : []),
    ...(isPromoted ? [] : [`the change of ${PROMOTED.name} was passed over`]),
  ];
};
