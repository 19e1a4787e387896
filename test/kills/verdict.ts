import { isDeepStrictEqual } from 'node:util';
import type { JsonObject } from '../../src/model/json.ts';
import type { Position } from '../../src/model/state.ts';
import { type Holding, holdingOf } from './holding.ts';
import { contradictionsIn, deedsIn, entriesOf } from './log-tale.ts';
import { createdName } from './request-kind.ts';
import { type Trial, withState } from './trial.ts';

/** Requests of the probe: a question for each type of object. */
const PROBE_REQUESTS = 2;

/** What a cycle that nobody kills comes to. */
export interface Intended {
  readonly holding: Holding;
  /** What the log says was done, in words. */
  readonly deeds: readonly string[];
}

/** Reads what a trial has come to. */
export const stateOf = (trial: Trial): Intended => ({
  holding: holdingOf(trial.target),
  deeds: withState(trial, (state) => deedsIn(entriesOf(state))),
});

/** How far a job has come; null: it has no watermark. */
export const positionOf = (trial: Trial): Position | null => withState(trial, (state) => state.position());

/** What is wrong with the watermark of a job whose process was killed. @param before where it was before the cycle */
export const faultsOfKilled = (trial: Trial, before: Position | null): readonly string[] =>
  withState(trial, (state) => {
    const [last] = state.cycles(1);
    const hasMoved = !isDeepStrictEqual(state.position(), before);
    return hasMoved && (last === undefined || last.endedAt === null)
      ? ['the watermark moved, though the cycle did not come to its end']
      : [];
  });

/** Lets a job run on after a kill, and once more; tells what is wrong then, whatever was to be done. */
export const faultsOfRecovery = async (trial: Trial): Promise<readonly string[]> => {
  const recovery = await trial.job.document('run');
  const next = await trial.job.document('run');
  return [
    ...(recovery.code === 0 && recovery.json.state === 'Succeeded'
      ? []
      : [`the next run ended with ${recovery.code}: ${JSON.stringify(recovery.json)}`]),
    ...faultsOfIdle(next.json),
    ...twice(trial),
    ...strayAccounts(trial),
    ...faultsOfStore(trial),
  ];
};

/** What the target holds that is not intended. */
export const differencesOfHolding = (trial: Trial, intended: Intended): readonly string[] => {
  const { holding } = stateOf(trial);
  return isDeepStrictEqual(holding, intended.holding)
    ? []
    : [`the target holds ${JSON.stringify(holding)}, not ${JSON.stringify(intended.holding)}`];
};

/** What the target holds, or the log tells, that is not intended. */
export const differences = (trial: Trial, intended: Intended): readonly string[] => {
  const { deeds } = stateOf(trial);
  const isMissing = intended.deeds.filter((deed) => !deeds.includes(deed));
  const isTooMuch = deeds.filter((deed) => !intended.deeds.includes(deed));
  return [
    ...differencesOfHolding(trial, intended),
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
const strayAccounts = (trial: Trial): readonly string[] =>
  withState(trial, (state) =>
    (['User', 'Group'] as const).flatMap((type) => {
      const there = trial.target.resources(type);
      const linked = there.filter(({ id }) => state.linksOfTargets(type, [id as never]).size > 0).length;
      return linked === there.length && linked === state.linkCounts()[type]
        ? []
        : [
            `of ${there.length} × ${type} ${linked} are linked, and there are ${state.linkCounts()[type]} links`,
          ];
    }),
  );

const faultsOfStore = (trial: Trial): readonly string[] =>
  withState(trial, (state) => {
    const until = trial.job.withDirectory((directory) => directory.watermark());
    const reached = state.position()?.watermark;
    const { target } = trial;
    const there = new Set(
      [...target.resources('User'), ...target.resources('Group')].map(({ id }) => String(id)),
    );
    return [
      ...contradictionsIn(entriesOf(state), state.cycles(100), there),
      ...(reached === until ? [] : [`the watermark is ${reached}, and the directory's ${until}`]),
    ];
  });
