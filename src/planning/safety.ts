import type { ObjectType, SourceLoss } from '../model/directory.ts';
import { QuarantineError } from '../model/errors.ts';
import type { ExceededLimit, Guard, SafetySettings } from '../model/safety.ts';

/** What a cycle is about to take away: disables and deletions by object type, and how many are linked. */
export interface Deprovisioning {
  readonly counts: Readonly<Record<ObjectType, number>>;
  /** Those included that the cycle found in the target. */
  readonly linked: Readonly<Record<ObjectType, number>>;
}

const WAY_OUT =
  'none of them is carried out; allow them with "entrain restart --reset-scope ForceDeletes", or correct the cause and restart';

/**
 * Judges the deprovisionings of a cycle before any is sent; null: they are within the limits. The threshold counts
 * disables and deletions of users and groups in one cycle, and is exceeded, not met. The share is taken of users and of
 * groups apart.
 * @see Entra "Enable accidental deletions prevention"
 */
export function exceededLimit(
  { counts, linked }: Deprovisioning,
  { deletionThreshold, guard }: SafetySettings,
): ExceededLimit | null {
  const count = counts.User + counts.Group;
  if (deletionThreshold !== null && count > deletionThreshold)
    return {
      name: 'the accidental deletion threshold',
      fact: `${count} objects would be disabled or deleted, the threshold is ${deletionThreshold}`,
    };
  const limit = guard.maxDisablesPercent;
  for (const type of ['User', 'Group'] as const) {
    const percent = share(counts[type], linked[type], guard);
    if (limit !== null && percent > limit)
      return {
        name: 'guard.maxDisablesPercent',
        fact: `${counts[type]} of ${linked[type]} ${type.toLowerCase()}s would be disabled or deleted (${percent.toFixed(1)} %), the limit is ${limit} %`,
      };
  }
  return null;
}

/** Why the deprovisionings of a cycle are staged; null: they are within the limits. */
export function judgeDeprovisioning(
  deprovisioning: Deprovisioning,
  safety: SafetySettings,
): QuarantineError | null {
  const limit = exceededLimit(deprovisioning, safety);
  return limit && new QuarantineError('TooManyDeletes', 'TooManyDeletes', `${limit.fact}; ${WAY_OUT}`);
}

/** What a cycle is about to change otherwise. */
export interface ChangeTotals {
  /** Linked users that would be updated, those included that the cycle found in the target. */
  readonly updatedUserCount: number;
  readonly linkedUserCount: number;
  readonly removedMembershipCount: number;
  readonly membershipCount: number;
}

/** Judges the updates and removed memberships of a cycle before any is sent; null: within the limits. Beyond Entra. */
export function checkChangeLimits(totals: ChangeTotals, { guard }: SafetySettings): QuarantineError | null {
  const { updatedUserCount, linkedUserCount, removedMembershipCount, membershipCount } = totals;
  const updates = share(updatedUserCount, linkedUserCount, guard);
  if (guard.maxUpdatesPercent !== null && updates > guard.maxUpdatesPercent)
    return new QuarantineError(
      'Unknown',
      'TooManyUpdates',
      `${updatedUserCount} of ${linkedUserCount} users would be updated (${updates.toFixed(1)} %), the limit is ${guard.maxUpdatesPercent} %; ${wayOutBy('maxUpdatesPercent')}`,
    );
  const removals = share(removedMembershipCount, membershipCount, guard);
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

/**
 * Judges the source by how many of its users and groups are gone since the job last ran, whatever came in their place;
 * null: it is plausible. Beyond Entra.
 * @param isUnknown the directory does not know who is gone, so that no cycle can disable or delete them
 */
export function judgeSource(
  { lost, before }: SourceLoss,
  { guard }: SafetySettings,
  isUnknown = false,
): QuarantineError | null {
  const limit = guard.maxSourceShrinkPercent;
  const percent = share(lost, before, guard);
  if (limit === null || percent <= limit) return null;
  return new QuarantineError(
    'IngestionInterrupted',
    'SourceShrunk',
    `${lost} of ${before} users and groups are gone from the directory since the job last ran (${percent.toFixed(1)} %), the limit is ${limit} %; nothing was done; ${isUnknown ? WAY_ON : 'if that is right, allow it with "entrain restart --reset-scope ForceDeletes"'}`,
  );
}

const WAY_ON =
  'this directory does not know who they are, so that no cycle disables or deletes them: import a directory that holds them as leavers, or continue without them with "entrain restart --reset-scope ForceDeletes" and handle their accounts in the target';

/** A part of a whole in percent. A part of fewer objects than the guard's minimum says nothing: 0. */
const share = (part: number, whole: number, { minimumObjects }: Guard): number =>
  whole > 0 && part >= minimumObjects ? (part * 100) / whole : 0;
