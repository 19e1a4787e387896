import { externalIdOf, intendedTarget } from '../../convergence/intended-state.ts';
import { EMPTY_TARGET, type TargetView } from '../../convergence/target-view.ts';
import type { FakeWorld } from '../../support/fake-world.ts';
import type { Lab } from '../../support/lab.ts';
import { MONTH } from './month-script.ts';
import { type Office, openOffice } from './office.ts';

const DAY_MS = 24 * 60 * 60_000;

/** What was told of one object: it was refused, this attribute did not take, or it is not known what took. */
export interface Told {
  /** By its externalId. */
  readonly name: string;
  /** A target attribute; empty: whatever was written. */
  readonly attribute: string;
}

/** A day of the month with the cycles at its end. */
export interface MonthDay {
  readonly before: TargetView;
  readonly intended: TargetView;
  readonly held: TargetView;
  /** External ids of the objects in escrow. */
  readonly refused: ReadonlySet<string>;
  /** What the reports of this day, and of those before, warn of. */
  readonly told: readonly Told[];
}

/** What the cycles after the month sent although nothing had changed. */
export interface Quiet {
  readonly writeCount: number;
  readonly successCount: number;
}

/** A month as a server had it. */
export interface Month {
  readonly days: readonly MonthDay[];
  readonly quiet: readonly Quiet[];
}

/** What a month is run on. */
export interface MonthContext {
  readonly lab: Lab;
  readonly clock: FakeWorld;
  /** What the target holds, seen without asking through the job. */
  readonly look: () => Promise<TargetView>;
}

/** Runs the month, each day that something happens with an incremental and a full cycle, then some more of both. */
export async function runMonth({ lab, clock, look }: MonthContext): Promise<Month> {
  const office = openOffice(lab.directory, () => clock.now());
  const days: MonthDay[] = [];
  const told: Told[] = [];
  let day = 0;
  for (const [date, happens] of Object.entries(MONTH)) {
    clock.advance((Number(date) - day) * DAY_MS);
    day = Number(date);
    const before = days.at(-1)?.held ?? EMPTY_TARGET;
    await happens(office);
    const intended = intendedTarget(before, office.directory);
    for (const full of [false, true]) {
      await lab.run(full);
      told.push(...toldBy(lab, office));
    }
    days.push({ before, intended, held: await look(), refused: await refused(lab, office), told: [...told] });
  }
  const quiet: Quiet[] = [];
  for (const full of [false, true, false, true]) {
    clock.advance(DAY_MS);
    lab.exchanges();
    await lab.run(full);
    quiet.push({
      writeCount: lab.exchanges().filter(({ request }) => request.method !== 'GET').length,
      successCount: lab.outcomes().filter(({ result }) => result === 'success').length,
    });
  }
  return { days, quiet };
}

const objectsOf = ({ directory }: Office) => [...directory.users.values(), ...directory.groups.values()];

const namesOf = (office: Office): ReadonlyMap<string, string> =>
  new Map(objectsOf(office).map((object) => [object.id as string, externalIdOf(object)]));

function toldBy(lab: Lab, office: Office): readonly Told[] {
  const names = namesOf(office);
  return lab.outcomes().flatMap((outcome) => {
    if (outcome.result === 'failure') return [];
    const name = names.get(outcome.change.source.id) ?? '';
    const attributes: readonly string[] = (outcome.untaken ?? []).map(({ attribute }) => attribute);
    return [...attributes, ...(outcome.unverified === undefined ? [] : [''])].map((attribute) => ({
      name,
      attribute,
    }));
  });
}

async function refused(lab: Lab, office: Office): Promise<ReadonlySet<string>> {
  const names = namesOf(office);
  const escrows = await lab.state.escrowsOf(objectsOf(office).map(({ id }) => id));
  return new Set(escrows.map(({ sourceId }) => names.get(sourceId) ?? ''));
}
