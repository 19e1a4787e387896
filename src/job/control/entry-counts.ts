import type { JobControl } from '../../model/control.ts';
import type { ObjectType } from '../../model/directory.ts';
import type { JobReader } from '../../model/ports.ts';

/**
 * How many objects a job looks after, by type, as its status shows it: the most there ever were, since deletions do not
 * lower it.
 * @see Graph synchronizationStatus, synchronizedEntryCountByType
 */
export function entryCounts({
  control,
  linkCounts,
}: Pick<JobReader, 'control' | 'linkCounts'>): Readonly<Record<ObjectType, number>> {
  const highest = control().entryCounts;
  const now = linkCounts();
  return { User: Math.max(highest.User, now.User), Group: Math.max(highest.Group, now.Group) };
}

/** The job's control, which remembers how many objects are looked after now if they never were more. */
export const withEntryCounts = (state: Pick<JobReader, 'control' | 'linkCounts'>): JobControl => ({
  ...state.control(),
  entryCounts: entryCounts(state),
});
