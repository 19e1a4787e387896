import type { ObjectType } from './directory.ts';
import type { QuarantineReason } from './errors.ts';
import type { Instant } from './identifiers.ts';

/** What a restart forgets. @see Graph synchronizationJobRestartScope */
export type RestartScope =
  | 'None'
  | 'ConnectorDataStore'
  | 'Escrows'
  | 'Watermark'
  | 'QuarantineState'
  | 'Full'
  | 'ForceDeletes';

/** Why a job is held back, since when, and when it is tried again. @see Graph synchronizationQuarantine */
export interface Quarantine {
  readonly reason: QuarantineReason;
  readonly error: { readonly code: string; readonly message: string };
  /** When this series of quarantines began; a series ends when the quarantine is lifted. */
  readonly seriesBegan: Instant;
  /** When it was last looked at anew, and kept. */
  readonly currentBegan: Instant;
  /** The next cycle does not begin before. */
  readonly nextAttempt: Instant;
  /** How often it was imposed or kept in this series. */
  readonly seriesCount: number;
}

/** What of the target shows members. */
export type MembersShownIn = 'answer' | 'read';

/** How many objects the share of deprovisionings is taken of, by type. */
export interface DeprovisioningBase extends Readonly<Record<ObjectType, number>> {
  /** Deprovisionings are held back: until they are decided, no addition makes their share smaller. */
  readonly isHeld: boolean;
}

/** What commands and cycles have decided about the running of a job; kept with its state. */
export interface JobControl {
  /** Stopped by `pause`, or after an initial cycle that pruned its escrows. No cycle runs; everything is kept. */
  readonly isPaused: boolean;
  /** Quarantined for longer than the limit: no cycle runs until a restart. */
  readonly isDisabled: boolean;
  readonly quarantine: Quarantine | null;
  /** An initial cycle discarded failures to come to its end. @see Graph synchronizationStatus */
  readonly escrowsPruned: boolean;
  /** `restart --reset-scope ForceDeletes`: the next cycle deprovisions whatever the threshold says. */
  readonly forceDeletes: boolean;
  /** Objects provisioned or found in order since failures were last forgotten: what their share is taken of. */
  readonly successCount: number;
  /** The most objects that were ever looked after, by type; forgotten with the links. @see Graph synchronizedEntryCountByType */
  readonly entryCounts: Readonly<Record<ObjectType, number>>;
  /**
   * Where the target has shown members of a group: in answers to writes, in reads. There their absence means none.
   * Forgotten with the links. Absent: nowhere.
   * @see RFC 7643 §2.5
   */
  readonly membersShown?: { readonly [Where in MembersShownIn]?: true };
  /**
   * What the percentages of deprovisionings are taken of at most in the next cycle, as the last whole cycle left it; absent:
   * no cycle came to its end since the links were forgotten.
   */
  readonly deprovisioningBase?: DeprovisioningBase;
  /** The reason that people were last told of; null: nobody was told, or it is over. */
  readonly notifiedReason: QuarantineReason | 'Disabled' | null;
  /** A cycle that somebody asked the daemon to run now; absent: nobody did. */
  readonly requested?: {
    readonly at: Instant;
    /** As `run --full`. */
    readonly full: boolean;
    /** As `run --retry-all`. */
    readonly retriesAll: boolean;
    /** As `run --accept-clock`; absent: no. */
    readonly acceptsClock?: boolean;
  };
  /**
   * What a restart forgot since the last cycle began; absent: nothing. A cycle that was under way then forgets it once
   * more when it ends, and the next one is due at once.
   */
  readonly forgotten?: readonly RestartScope[];
}

/** A job that was never run. */
export const INITIAL_CONTROL: JobControl = {
  isPaused: false,
  isDisabled: false,
  quarantine: null,
  escrowsPruned: false,
  forceDeletes: false,
  successCount: 0,
  entryCounts: { User: 0, Group: 0 },
  notifiedReason: null,
};
