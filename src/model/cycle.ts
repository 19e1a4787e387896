import type { Instant, Watermark } from './identifiers.ts';

/** Over all objects, or over changes since the watermark. */
export type CycleKind = 'initial' | 'incremental';

/** @see Graph synchronizationTaskExecutionResult */
export type CycleState = 'Succeeded' | 'EntryLevelErrors' | 'Failed';

/** Counts of one cycle, of objects unless stated otherwise. */
export interface CycleCounts {
  /** Read from the source and evaluated. */
  readonly imported: number;
  /** Read because a reference changed (membership, manager). */
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
  /** Values written successfully that the target does not hold. */
  readonly untaken: number;
  /** Changes written successfully that the target does not show. */
  readonly unverified: number;
  /** Requests: sent by a run, estimated for a plan. */
  readonly requests: number;
}

/** Progress of a running cycle. @see Graph synchronizationProgress */
export interface CycleProgress {
  readonly pagesDone: number;
  /** Known pages; grows in later phases. */
  readonly pagesTotal: number;
  readonly observedAt: Instant;
}

/** A cycle; running while `endedAt` is null. */
export interface CycleRecord {
  /** GUID. */
  readonly id: string;
  readonly kind: CycleKind;
  readonly state: CycleState;
  readonly startedAt: Instant;
  readonly endedAt: Instant | null;
  readonly counts: CycleCounts;
  /** Absent after an end or interruption; stays after a kill. */
  readonly progress?: CycleProgress;
  /** The watermark it started from; null: initial. */
  readonly since: Watermark | null;
  /** The watermark it reached. */
  readonly until: Watermark;
  /** Users and groups in the source at its start, those in the recycle bin included. */
  readonly sourceCount: number;
  /** The directory store of the watermarks; absent in records of older versions. */
  readonly directoryId?: string;
  /** Fingerprint of mappings and filters that it used, and of its cached target states. */
  readonly schemaFingerprint: string;
  /** The failure of the whole cycle. */
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly reason: string;
  } | null;
}

/** Zero counts. */
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
