import type { CycleKind } from '../../model/cycle.ts';
import type { ScopeMode } from '../../model/job.ts';
import { counted } from '../../model/named.ts';

/** What the documentation of the service says that a cycle takes. */
export interface PublishedEstimate {
  readonly minimumMinutes: number;
  readonly maximumMinutes: number;
  /** What it is about, and where the figures come from, in words. */
  readonly basis: string;
}

/** What an estimate is made of. */
export interface EstimatedCycle {
  readonly kind: CycleKind;
  readonly scope: ScopeMode;
  /** Assigned users, groups and their members; under sync all, all users and groups. */
  readonly objectCount: number;
}

/** Published minutes of initial cycles over all users and groups, by the number of objects up to which they hold. */
const SYNC_ALL: readonly (readonly [below: number, minimum: number, maximum: number])[] = [
  [1_000, 0, 30],
  [10_000, 30, 120],
  [100_000, 713, 1_425],
];

/**
 * What Entra publishes for a cycle of this size: a formula for initial cycles over what is assigned, a table for those
 * over everything, one figure for incremental ones; null: nothing.
 * @see Entra "When will provisioning complete": from 0.01 to 0.08 minutes for each assigned user, group and member
 */
export function publishedEstimate({ kind, scope, objectCount }: EstimatedCycle): PublishedEstimate | null {
  if (kind === 'incremental')
    return { minimumMinutes: 0, maximumMinutes: 10, basis: 'an incremental cycle, typically' };
  if (scope === 'assigned')
    return {
      minimumMinutes: hundredths(objectCount),
      maximumMinutes: hundredths(8 * objectCount),
      basis: `an initial cycle of ${counted(objectCount, 'assigned user, group or member', 'assigned users, groups and members')}, 0.01 to 0.08 minutes each`,
    };
  const row = SYNC_ALL.find(([below]) => objectCount < below);
  if (row === undefined) return null;
  const [, minimumMinutes, maximumMinutes] = row;
  return {
    minimumMinutes,
    maximumMinutes,
    basis: `an initial cycle of ${counted(objectCount, 'user or group', 'users and groups')} under sync all`,
  };
}

const hundredths = (count: number): number => Math.round(count) / 100;

/** Formats minutes: `0.5 min`, `12 min`, `3.5 h`. */
export function spellMinutes(minutes: number): string {
  if (minutes >= 120) return `${Math.round(minutes / 6) / 10} h`;
  return `${minutes < 10 ? Math.round(minutes * 100) / 100 : Math.round(minutes)} min`;
}
