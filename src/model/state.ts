/** What outlives a cycle: how far a job has come, and what it remembers of its objects. */
import type { ObjectType } from './directory.ts';
import type { Failure, FailureCode } from './failure.ts';
import type { AttributePath, Instant, SourceId, Watermark } from './identifiers.ts';
import type { Json, JsonObject } from './json.ts';
import type { ProvisioningLogEntry } from './log.ts';
import type { Link, MatchingValue, TargetState } from './pipeline.ts';

/** How far a job has come. */
export interface Position {
  readonly watermark: Watermark;
  /** The directory store the watermark belongs to. */
  readonly directoryId: string;
  /** Fingerprint of mappings and filters under which it was reached. */
  readonly schemaFingerprint: string;
}

/** What failed of an object in one cycle with one code: it is tried again at the same time. */
export interface FailedAttempt {
  /** The cycle in which it failed last. */
  readonly cycleId: string;
  readonly code: FailureCode;
  readonly lastFailedAt: Instant;
  /** Attempts so far, the first included; one in a cycle at most. */
  readonly attemptCount: number;
  /**
   * What failed, each as a key: the digest of a write that was sent, or the code and the digest of a failure before
   * anything was sent. The values of a write are not kept: they may be long, and secret.
   */
  readonly failed: readonly string[];
}

/** An object-level failure kept for retry. */
export interface Escrow {
  readonly sourceId: SourceId;
  readonly objectType: ObjectType;
  readonly label: string;
  /** A reference of the object failed, not the object itself: counted apart. */
  readonly isReference: boolean;
  readonly failure: Failure;
  readonly firstFailedAt: Instant;
  readonly lastFailedAt: Instant;
  /** Cycles in which something of it failed, the first included. */
  readonly attemptCount: number;
  /** The cycle in which something of it failed last; absent in an older state. */
  readonly cycleId?: string;
  /** What failed, each with its own time; absent in an older state. */
  readonly attempts?: readonly FailedAttempt[];
  /** The write that was refused as an older state kept it; the next attempt replaces it with `attempts`. */
  readonly refused?: JsonObject;
}

/** The failures that are kept for retry. */
export interface WaitingFailures {
  /** Of objects and of references. */
  readonly count: number;
  /** When the first of them is tried again; null: none is, until its object changes or the job is restarted. */
  readonly nextAttempt: Instant | null;
  /** The first of them is tried again in the next cycle, whenever that is. */
  readonly isInNextCycle: boolean;
}

/** What is remembered of the objects of a page: read at once, and passed along as a value. */
export interface PageState {
  /** Of the objects, and of those that their references and memberships point at. */
  readonly links: ReadonlyMap<SourceId, Link>;
  /** Cached target states; an object whose state is not known is left out. */
  readonly targetStates: ReadonlyMap<SourceId, TargetState>;
  /** Of either kind; an object without a failure is left out. */
  readonly escrows: ReadonlyMap<SourceId, readonly Escrow[]>;
  /**
   * The objects of which a creation or deletion was begun whose result is not known, each with the matching values of the
   * creation: empty for a deletion, and where the state is of before these were kept.
   */
  readonly pendingIntents: ReadonlyMap<SourceId, readonly MatchingValue[]>;
}

/** Nothing is remembered. */
export const NO_STATE: PageState = {
  links: new Map(),
  targetStates: new Map(),
  escrows: new Map(),
  pendingIntents: new Map(),
};

/** One change of what is remembered. Changes are applied in their order. */
export type StateChange =
  /** Stored or replaced; it settles the intent of its object. */
  | { readonly kind: 'link'; readonly link: Link }
  /** The link of an object is forgotten, with its state, memberships, failures and intents. */
  | { readonly kind: 'unlink'; readonly sourceId: SourceId }
  /** The cached target state of an object, stored or replaced; null: not known. It follows the object's link. */
  | {
      readonly kind: 'targetState';
      readonly sourceId: SourceId;
      readonly attributes: Readonly<Record<AttributePath, Json>> | null;
    }
  /** Members were written to, or removed from, a group; it settles their intents. */
  | {
      readonly kind: 'members';
      readonly group: SourceId;
      readonly added: readonly SourceId[];
      readonly removed: readonly SourceId[];
    }
  /** The memberships of a group are complete. */
  | { readonly kind: 'membersComplete'; readonly group: SourceId }
  /** It is not known any more which members of a group the target holds: they are compared as a whole, and sent again. */
  | { readonly kind: 'membersDoubted'; readonly group: SourceId }
  | { readonly kind: 'escrow'; readonly escrow: Escrow }
  /** With the failure of an object itself goes the mark that its deprovisioning is staged. */
  | { readonly kind: 'escrowCleared'; readonly sourceId: SourceId; readonly isReference: boolean }
  /** The deprovisioning of this object is staged: it is due in each cycle until it is decided again. */
  | { readonly kind: 'staged'; readonly sourceId: SourceId; readonly objectType: ObjectType }
  /** A creation or deletion of this object is about to be sent; until it is settled, the result is not known. */
  | {
      readonly kind: 'intent';
      readonly sourceId: SourceId;
      /** The matching values that a creation is sent with; empty for a deletion. */
      readonly createdAs: readonly MatchingValue[];
    }
  | { readonly kind: 'intentSettled'; readonly sourceId: SourceId }
  /** Members are about to be added to, or removed from, a group. */
  | { readonly kind: 'memberIntent'; readonly group: SourceId; readonly members: readonly SourceId[] }
  /** It is known that members were not written. */
  | { readonly kind: 'memberIntentSettled'; readonly group: SourceId; readonly members: readonly SourceId[] }
  | { readonly kind: 'log'; readonly entry: ProvisioningLogEntry };

/** Groups escrows by their objects. */
export function escrowsByObject(escrows: readonly Escrow[]): ReadonlyMap<SourceId, readonly Escrow[]> {
  const byObject = new Map<SourceId, Escrow[]>();
  for (const escrow of escrows) {
    const ofObject = byObject.get(escrow.sourceId);
    if (ofObject === undefined) byObject.set(escrow.sourceId, [escrow]);
    else ofObject.push(escrow);
  }
  return byObject;
}
