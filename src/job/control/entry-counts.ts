import type { JobControl } from '../../model/control.ts';
import type { ObjectType } from '../../model/directory.ts';
import type { JobReader } from '../../model/ports.ts';

/**
 * How many objects a job manages, by type, as its status shows it: the most there ever were, since deletions do not
 * lower it.
 * @see Graph synchronizationStatus, synchronizedEntryCountByType
 */
export async function entryCounts({
  control,
  linkCounts,
}: Pick<JobReader, 'control' | 'linkCounts'>): Promise<Readonly<Record<ObjectType, number>>> {
  return mostOf((await control()).entryCounts, await linkCounts());
}

/** A job's control that remembers how many objects are managed now, if they never were more. */
export function withEntryCounts(
  control: JobControl,
  linked: Readonly<Record<ObjectType, number>>,
): JobControl {
  return { ...control, entryCounts: mostOf(control.entryCounts, linked) };
}

const mostOf = (
  one: Readonly<Record<ObjectType, number>>,
  other: Readonly<Record<ObjectType, number>>,
): Readonly<Record<ObjectType, number>> => ({
  User: Math.max(one.User, other.User),
  Group: Math.max(one.Group, other.Group),
});
