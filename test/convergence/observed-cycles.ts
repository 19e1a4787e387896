import { storeDirectory } from '../support/generated-directory.ts';
import { type Convergence, INTERVAL_MS, writesOf } from './convergence-script.ts';
import { externalIdOf, intendedTarget } from './intended-state.ts';
import { changeDirectory } from './random-changes.ts';
import { EMPTY_TARGET, type TargetView } from './target-view.ts';

/** What one round of directory changes and the cycles after it made of a target. */
export interface ObservedRound {
  readonly before: TargetView;
  readonly intended: TargetView;
  readonly held: TargetView;
  /** External ids of the objects that were refused, themselves or a reference of theirs. */
  readonly refused: ReadonlySet<string>;
}

/** What a cycle sent although nothing had changed. */
export interface Repetition {
  readonly writeCount: number;
  /** Writes that were answered with success: rewrites, if there are any. */
  readonly successCount: number;
}

/** The result of cycles against a target that may not follow requests. */
export interface ObservedCycles {
  readonly rounds: readonly ObservedRound[];
  /** Incremental and full cycles in turn, after the last round. */
  readonly repetitions: readonly Repetition[];
}

/**
 * Runs rounds of directory changes, and returns the results. Each round is an incremental cycle, the first an initial
 * one, and a full cycle, so that references to those who came late are written as well.
 */
export async function observeCycles(on: Convergence, rounds: readonly number[]): Promise<ObservedCycles> {
  const { lab, clock, generated } = on;
  const run = async (full: boolean): Promise<Repetition> => {
    clock.advance(INTERVAL_MS);
    await lab.run(full);
    const successCount = lab.outcomes().filter(({ result }) => result === 'success').length;
    return { writeCount: writesOf(lab).length, successCount };
  };
  const observe = async (before: TargetView): Promise<ObservedRound> => {
    const intended = intendedTarget(before, generated, on.attributes);
    await run(false);
    await run(true);
    return { before, intended, held: await on.look(), refused: await refusedObjects(on) };
  };
  await storeDirectory(generated, lab.directory, clock.now());
  const observed = [await observe(EMPTY_TARGET)];
  for (const count of rounds) {
    await changeDirectory({ ...on, store: lab.directory, now: clock.now() }, count);
    observed.push(await observe(observed.at(-1)?.held ?? EMPTY_TARGET));
  }
  const repetitions: Repetition[] = [];
  for (const full of [false, true, false, true]) repetitions.push(await run(full));
  return { rounds: observed, repetitions };
}

async function refusedObjects({ lab, generated }: Convergence): Promise<ReadonlySet<string>> {
  const objects = [...generated.users.values(), ...generated.groups.values()];
  const escrows = await lab.state.escrowsOf(objects.map(({ id }) => id));
  const ids = new Set(escrows.map(({ sourceId }) => sourceId as string));
  return new Set(objects.filter(({ id }) => ids.has(id)).map(externalIdOf));
}
