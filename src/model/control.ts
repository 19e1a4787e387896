import type { ObjectType } from './directory.ts';
import type { QuarantineReason } from './errors.ts';
import type { Instant } from './identifiers.ts';

/** What a restart resets. @see Graph synchronizationJobRestartScope */
export type RestartScope =
  | 'None'
  | 'ConnectorDataStore'
  | 'Escrows'
  | 'Watermark'
  | 'QuarantineState'
  | 'Full'
  | 'ForceDeletes';

/** A quarantine of a job. @see Graph synchronizationQuarantine */
export interface Quarantine {
  readonly reason: QuarantineReason;
  readonly error: { readonly code: string; readonly message: string };
  /** Start of this series; it ends when the quarantine is lifted. */
  readonly seriesBegan: Instant;
  /** When it was last evaluated and kept. */
  readonly currentBegan: Instant;
  /** The earliest start of the next cycle. */
  readonly nextAttempt: Instant;
  /** Times it was imposed or kept in this series. */
  readonly seriesCount: number;
  /** The target gave no answer at all: its next attempt does not wait for the interval. Absent: it answered. */
  readonly isUnreachable?: true;
}

/** Where a target shows members. */
export type MembersShownIn = 'answer' | 'read';

/** Object counts that percentages of deprovisionings refer to, by type. */
export interface DeprovisioningBase extends Readonly<Record<ObjectType, number>> {
  /** Deprovisionings are staged: until decided, additions do not lower their share. */
  readonly isHeld: boolean;
}

/** Decisions about a job by commands and cycles; stored with its state. */
export interface JobControl {
  /** Paused by `pause`, or by an initial cycle that pruned its escrows. No cycle runs; everything is kept. */
  readonly isPaused: boolean;
  /** Quarantined for longer than the limit: no cycle runs until a restart. */
  readonly isDisabled: boolean;
  readonly quarantine: Quarantine | null;
  /** An initial cycle discarded failures to complete. @see Graph synchronizationStatus */
  readonly escrowsPruned: boolean;
  /**
   * A restart, or a changed schema, forgot the watermark: the next complete cycle sends all members of linked groups
   * again. Absent: no.
   */
  readonly resendsMembers?: boolean;
  /** `restart --reset-scope ForceDeletes`: the next cycle deprovisions whatever the threshold says. */
  readonly forceDeletes: boolean;
  /** Objects provisioned or unchanged since failures were last reset; failures are a share of them. */
  readonly successCount: number;
  /** The highest number of managed objects, by type; reset with the links. @see Graph synchronizedEntryCountByType */
  readonly entryCounts: Readonly<Record<ObjectType, number>>;
  /**
   * Where the target has shown members of a group: in answers to writes, in reads. There, absent members mean none.
   * Reset with the links. Absent: nowhere.
   * @see RFC 7643 §2.5
   */
  readonly membersShown?: { readonly [Where in MembersShownIn]?: true };
  /**
   * The base of deprovisioning percentages in the next cycle, from the last complete cycle; absent: none since the
   * links were reset.
   */
  readonly deprovisioningBase?: DeprovisioningBase;
  /** The reason of the last notification; null: none, or resolved. */
  readonly notifiedReason: QuarantineReason | 'Disabled' | null;
  /** A cycle requested of the daemon; absent: none. */
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
   * What a restart reset since the last cycle began; absent: nothing. A cycle that was running resets it again when
   * it ends, and the next one is due at once.
   */
  readonly forgotten?: readonly RestartScope[];
}

/** A job without cycles. */
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
