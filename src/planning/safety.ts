import { QuarantineError } from '../model/errors.ts';
import type { Guard, SafetySettings } from '../model/safety.ts';

/** What a cycle is about to take away. */
export interface Deprovisioning {
  /** Users and groups that would be disabled or deleted. */
  readonly count: number;
  /** Users among them. */
  readonly userCount: number;
  /** Users that are linked. */
  readonly linkedUserCount: number;
}

const WAY_OUT =
  'none of them is carried out; allow them with "entrain restart --reset-scope ForceDeletes", or correct the cause and restart';

/**
 * Judges the deprovisionings of a cycle before any is sent; null: they are within the limits. The threshold counts
 * disables and deletions of users and groups in one cycle, and is exceeded, not met.
 * @see Entra "Enable accidental deletions prevention"
 */
export function judgeDeprovisioning(
  { count, userCount, linkedUserCount }: Deprovisioning,
  { deletionThreshold, guard }: SafetySettings,
): QuarantineError | null {
  if (deletionThreshold !== null && count > deletionThreshold)
    return tooMany(`${count} objects would be disabled or deleted, the threshold is ${deletionThreshold}`);
  const percent = share(userCount, linkedUserCount);
  const limit = guard.maxDisablesPercent;
  if (limit !== null && percent > limit)
    return tooMany(
      `${userCount} of ${linkedUserCount} users would be disabled or deleted (${percent.toFixed(1)} %), the limit is ${limit} %`,
    );
  return null;
}

/** What a cycle is about to change otherwise. */
export interface Upheaval {
  /** Linked users that would be updated. */
  readonly updatedUserCount: number;
  readonly linkedUserCount: number;
  readonly removedMembershipCount: number;
  readonly membershipCount: number;
}

/** Judges the updates and removed memberships of a cycle before any is sent; null: within the limits. Beyond Entra. */
export function judgeUpheaval(upheaval: Upheaval, { guard }: SafetySettings): QuarantineError | null {
  const { updatedUserCount, linkedUserCount, removedMembershipCount, membershipCount } = upheaval;
  const updates = share(updatedUserCount, linkedUserCount);
  if (guard.maxUpdatesPercent !== null && updates > guard.maxUpdatesPercent)
    return new QuarantineError(
      'Unknown',
      'TooManyUpdates',
      `${updatedUserCount} of ${linkedUserCount} users would be updated (${updates.toFixed(1)} %), the limit is ${guard.maxUpdatesPercent} %; ${wayOutBy('maxUpdatesPercent')}`,
    );
  const removals = share(removedMembershipCount, membershipCount);
  if (guard.maxMembershipsRemovedPercent !== null && removals > guard.maxMembershipsRemovedPercent)
    return new QuarantineError(
      'TooManyDeletes',
      'TooManyMembershipsRemoved',
      `${removedMembershipCount} of ${membershipCount} memberships would be removed (${removals.toFixed(1)} %), the limit is ${guard.maxMembershipsRemovedPercent} %; ${wayOutBy('maxMembershipsRemovedPercent')}`,
    );
  return null;
}

const wayOutBy = (limit: keyof Guard): string =>
  `nothing was sent; allow it with "entrain restart --reset-scope ForceDeletes", raise guard.${limit}, or correct the cause`;

/** Losses up to so many objects are no sign of a broken source. */
const FEW = 10;

/** Judges the source by what it held when the job last ran; null: it is plausible. Beyond Entra. */
export function judgeSource(
  countNow: number,
  countBefore: number | null,
  { guard }: SafetySettings,
): QuarantineError | null {
  const limit = guard.maxSourceShrinkPercent;
  if (limit === null || countBefore === null || countBefore - countNow <= FEW) return null;
  const lost = share(countBefore - countNow, countBefore);
  if (lost <= limit) return null;
  return new QuarantineError(
    'IngestionInterrupted',
    'SourceShrunk',
    `the directory holds ${countNow} users and groups, ${countBefore} when the job last ran (${lost.toFixed(1)} % gone), the limit is ${limit} %; nothing was done; if that is right, allow it with "entrain restart --reset-scope ForceDeletes"`,
  );
}

const share = (part: number, whole: number): number => (whole > 0 ? (part * 100) / whole : 0);

const tooMany = (fact: string): QuarantineError =>
  new QuarantineError('TooManyDeletes', 'TooManyDeletes', `${fact}; ${WAY_OUT}`);
