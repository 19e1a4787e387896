import { isDeepStrictEqual } from 'node:util';
import { targetId } from '../../src/model/identifiers.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { Position } from '../../src/model/state.ts';
import { type Holding, holdingOf } from './holding.ts';
import { contradictionsIn, deedsIn, entriesOf } from './log-tale.ts';
import { createdName } from './request-kind.ts';
import { type Trial, withState } from './trial.ts';

/** Requests of the probe: a question for each type of object. */
const PROBE_REQUESTS = 2;

/** The result of a cycle that is not killed. */
export interface Intended {
  readonly holding: Holding;
  /** What the log says was done, in words. */
  readonly deeds: readonly string[];
}

/** Reads what a trial has come to. */
export const stateOf = async (trial: Trial): Promise<Intended> => ({
  holding: holdingOf(trial.target),
  deeds: await withState(trial, async (state) => deedsIn(await entriesOf(state))),
});

/** How far a job has come; null: it has no watermark. */
export const positionOf = (trial: Trial): Promise<Position | null> =>
  withState(trial, (state) => state.position());

/** What is wrong with the watermark of a job whose process was killed. @param before where it was before the cycle */
export const faultsOfKilled = (trial: Trial, before: Position | null): Promise<readonly string[]> =>
  withState(trial, async (state) => {
    const [last] = await state.cycles(1);
    const hasMoved = !isDeepStrictEqual(await state.position(), before);
    return hasMoved && (last === undefined || last.endedAt === null)
      ? ['the watermark moved, though the cycle did not come to its end']
      : [];
  });

/** Runs a job to the end after a kill, and once more; returns every deviation, whatever was to be done. */
export const faultsOfRecovery = async (trial: Trial): Promise<readonly string[]> => {
  const recovery = await trial.job.document('run');
  const next = await trial.job.document('run');
  return [
    ...(recovery.code === 0 && recovery.json.state === 'Succeeded'
      ? []
      : [`the next run ended with ${recovery.code}: ${JSON.stringify(recovery.json)}`]),
    ...faultsOfIdle(next.json),
    ...twice(trial),
    ...(await strayAccounts(trial)),
    ...(await faultsOfStore(trial)),
  ];
};

/** What the target holds that is not intended. */
export const differencesOfHolding = async (trial: Trial, intended: Intended): Promise<readonly string[]> => {
  const { holding } = await stateOf(trial);
  return isDeepStrictEqual(holding, intended.holding)
    ? []
    : [`the target holds ${JSON.stringify(holding)}, not ${JSON.stringify(intended.holding)}`];
};

/** Unintended contents of the target or the log. */
export const differences = async (trial: Trial, intended: Intended): Promise<readonly string[]> => {
  const { deeds } = await stateOf(trial);
  const isMissing = intended.deeds.filter((deed) => !deeds.includes(deed));
  const isTooMuch = deeds.filter((deed) => !intended.deeds.includes(deed));
  return [
    ...(await differencesOfHolding(trial, intended)),
    ...isMissing.map((deed) => `the log lacks: ${deed}`),
    ...isTooMuch.map((deed) => `the log has, and should not: ${deed}`),
  ];
};

/** A cycle after one that came to its end has nothing to do, and asks for nothing but the probe. */
const faultsOfIdle = ({ kind, counts, requests }: JsonObject): readonly string[] => {
  const { create, update, disable, delete: deleted, failed } = counts as Readonly<Record<string, number>>;
  const done = [create, update, disable, deleted, failed].reduce<number>(
    (sum, count) => sum + (count ?? 0),
    0,
  );
  return kind === 'incremental' && done === 0 && requests === PROBE_REQUESTS
    ? []
    : [`the run after it still had something to do: ${kind}, ${JSON.stringify(counts)}`];
};

/** The accounts that were created twice: asked for twice with success, or there twice. */
const twice = ({ target }: Trial): readonly string[] => {
  const created = target
    .requests()
    .filter(({ method, status }) => method === 'POST' && status === 201)
    .map(({ requestBody }) => createdName(requestBody as JsonObject));
  const there = [...target.resources('User'), ...target.resources('Group')].map(createdName);
  return [created, there].flatMap((names) =>
    names.filter((name, index) => names.indexOf(name) < index).map((name) => `${name} was created twice`),
  );
};

/** Accounts that no source object is linked to, and links to accounts that are not there. */
const strayAccounts = (trial: Trial): Promise<readonly string[]> =>
  withState(trial, async (state) => {
    const counts = await state.linkCounts();
    const faults: string[] = [];
    for (const type of ['User', 'Group'] as const) {
      const there = trial.target.resources(type);
      const ids = there.map(({ id }) => targetId(String(id)));
      const linked = (await state.linksOfTargets(type, ids)).size;
      if (linked !== there.length || linked !== counts[type])
        faults.push(`of ${there.length} × ${type} ${linked} are linked, and there are ${counts[type]} links`);
    }
    return faults;
  });

const faultsOfStore = (trial: Trial): Promise<readonly string[]> =>
  withState(trial, async (state) => {
    const until = await trial.job.withDirectory((directory) => directory.watermark());
    const reached = (await state.position())?.watermark;
    const { target } = trial;
    const there = new Set(
      [...target.resources('User'), ...target.resources('Group')].map(({ id }) => String(id)),
    );
    return [
      ...contradictionsIn(await entriesOf(state), await state.cycles(100), there),
      ...(reached === until ? [] : [`the watermark is ${reached}, and the directory's ${until}`]),
    ];
  });
