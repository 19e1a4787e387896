import type { ObjectType } from '../../model/directory.ts';
import { counted } from '../../model/named.ts';
import { matchedOf, type Planned } from '../../model/pipeline.ts';
import type { JobReader } from '../../model/ports.ts';
import { endedWell, LOOK_BACK } from '../cycle/clock.ts';

/** Counts the existing target objects that a state takes over in its first cycle. */
export interface TakeoverWatch {
  note(planned: Planned): void;
  /** Empty where the state is not new, or everything was created. */
  warnings(): readonly string[];
}

/** Begins to watch, before the cycle does. */
export async function watchTakeovers(
  state: Pick<JobReader, 'linkCounts' | 'position' | 'cycles'>,
): Promise<TakeoverWatch> {
  const isNew = await beginsWithNothing(state);
  const found: Record<ObjectType, number> = { User: 0, Group: 0 };
  return {
    note: (planned) => {
      const matched = isNew && planned.kind !== 'failure' ? matchedOf(planned) : null;
      if (matched?.match.kind === 'found') found[matched.desired.scoped.object.objectType] += 1;
    },
    warnings: () => warnOfTakeovers(found),
  };
}

/**
 * Whether nothing is linked, or what is linked was linked by first cycles that came to no end. Once a first cycle has
 * ended, every leaver is known.
 */
async function beginsWithNothing(
  state: Pick<JobReader, 'linkCounts' | 'position' | 'cycles'>,
): Promise<boolean> {
  const { User: users, Group: groups } = await state.linkCounts();
  if (users + groups === 0) return true;
  if ((await state.position()) !== null) return false;
  const cycles = await state.cycles(LOOK_BACK);
  return cycles.length > 0 && !cycles.some(endedWell);
}

function warnOfTakeovers({ User: users, Group: groups }: Readonly<Record<ObjectType, number>>): string[] {
  if (users + groups === 0) return [];
  const names = [
    ...(users > 0 ? [counted(users, 'account')] : []),
    ...(groups > 0 ? [counted(groups, 'group')] : []),
  ];
  const isOne = users + groups === 1;
  return [
    `${names.join(' and ')} ${isOne ? 'was' : 'were'} in the target before this state began and ${isOne ? 'is' : 'are'} taken over. Accounts of people who left before it began are unknown to it and stay as they are: compare the accounts of the target with the directory once; if there was a state before, put a copy of it back instead`,
  ];
}
