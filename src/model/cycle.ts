import type { Instant, Watermark } from './identifiers.ts';

/** Over everything, or over what changed since the watermark. */
export type CycleKind = 'initial' | 'incremental';

/** @see Graph synchronizationTaskExecutionResult */
export type CycleState = 'Succeeded' | 'EntryLevelErrors' | 'Failed';

/** Counts of one cycle, over objects unless said otherwise. */
export interface CycleCounts {
  /** Read from the source and evaluated. */
  readonly imported: number;
  /** Read because of a change of a reference (membership, manager). */
  readonly importedReferences: number;
  /** Of those, assigned. */
  readonly entitled: number;
  /** Of those, in scope and active. */
  readonly entitledForProvisioning: number;
  readonly create: number;
  readonly update: number;
  readonly disable: number;
  readonly delete: number;
  readonly stagedDelete: number;
  readonly skipped: number;
  readonly failed: number;
  /** Values that were written with success and that the target does not hold. */
  readonly untaken: number;
  /** Changes that were written with success and of which the target does not show whether they took. */
  readonly unverified: number;
  /** Requests of the target: for a run those sent, for a plan those that its changes would send. */
  readonly requests: number;
}

/** How far a cycle under way has come. @see Graph synchronizationProgress */
export interface CycleProgress {
  readonly pagesDone: number;
  /** Pages that are known of: more of them as later phases learn of theirs. */
  readonly pagesTotal: number;
  readonly observedAt: Instant;
}

/** One cycle that ended, or is under way while `endedAt` is null. */
export interface CycleRecord {
  /** GUID. */
  readonly id: string;
  readonly kind: CycleKind;
  readonly state: CycleState;
  readonly startedAt: Instant;
  readonly endedAt: Instant | null;
  readonly counts: CycleCounts;
  /** Absent once it ended or was interrupted; it stays where the process was killed. */
  readonly progress?: CycleProgress;
  /** The watermark that the cycle read from; null for an initial one. */
  readonly since: Watermark | null;
  /** The watermark that it reached. */
  readonly until: Watermark;
  /** Users and groups that the source held when it began, those in the recycle bin included. */
  readonly sourceCount: number;
  /** The directory store that the watermarks belong to; absent in the records of older versions. */
  readonly directoryId?: string;
  /** Fingerprint of mappings and filters under which it ran, and under which it left the cached target states. */
  readonly schemaFingerprint: string;
  /** Why a cycle failed as a whole. */
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly reason: string;
  } | null;
}

/** A cycle's counts before anything happened. */
export const NO_COUNTS: CycleCounts = {
  imported: 0,
  importedReferences: 0,
  entitled: 0,
  entitledForProvisioning: 0,
  create: 0,
  update: 0,
  disable: 0,
  delete: 0,
  stagedDelete: 0,
  skipped: 0,
  failed: 0,
  untaken: 0,
  unverified: 0,
  requests: 0,
};
