/**
 * The ports: what a cycle needs of the world, split by capability. Planning is handed readers only; that, and no
 * flag, is what makes a dry run dry. Ports of stores are asynchronous and ask by the page. Asynchrony is no lock: the
 * writes of a job are carried out in the order in which they are called, and control is changed by a function.
 */
import type { JobControl, RestartScope } from './control.ts';
import type { CycleRecord } from './cycle.ts';
import type { AppRole, DirectoryObject, MembershipDelta, ObjectType, SourceLoss } from './directory.ts';
import type { FailureCode } from './failure.ts';
import type { Instant, SourceId, TargetId, Watermark } from './identifiers.ts';
import type { Json } from './json.ts';
import type { Link, TargetState } from './pipeline.ts';
import type {
  IssuedToken,
  NoAnswer,
  Probed,
  ProbeRequest,
  ReadRequest,
  ScimResponse,
  WriteRequest,
} from './scim.ts';
import type { Escrow, PageState, Position, StateChange } from './state.ts';

/** Time, chance and hashes; the only place they come from. */
export interface World {
  now(): Instant;
  /** A random GUID, lower case. */
  guid(): string;
  /** A random number, 0 ≤ n < 1. */
  random(): number;
  /** The SHA-256 of a text in UTF-8, in hex. */
  digest(text: string): string;
}

/** Whose view of the directory is read. */
export interface DirectoryView {
  readonly job: string;
  /**
   * Decides which objects of the recycle bin are gone for good: those deleted 30 days before, or earlier. It lies before
   * the present where the clock is not trusted.
   */
  readonly now: Instant;
}

/** Reads the source directory. */
export interface DirectoryReader {
  /** GUID of this store: a watermark is good for one store only. */
  directoryId(): Promise<string>;
  /** The sequence number of the last change; 0 for a directory without any. */
  watermark(): Promise<Watermark>;
  /** The oldest watermark that can still be read from; older ones have expired. */
  oldestWatermark(): Promise<Watermark>;
  /** How many objects of a type there are, hard-deleted ones left out. */
  count(type: ObjectType): Promise<number>;
  /** All objects of a type, hard-deleted ones included while they are remembered, in pages of `limit`. */
  objects(type: ObjectType, view: DirectoryView, limit: number): AsyncIterable<readonly DirectoryObject[]>;
  /**
   * The objects of a type that may have to be evaluated again because something changed after `since` and up to
   * `until`: themselves, their memberships, assignments or roles, or those of a group they are members of.
   * Each is there once, in pages of `limit`; reading costs what changed, not what there is. Objects whose time in
   * the recycle bin has run out by `view.now` are among them.
   */
  changedObjects(
    type: ObjectType,
    since: Watermark,
    until: Watermark,
    view: DirectoryView,
    limit: number,
  ): AsyncIterable<readonly DirectoryObject[]>;
  /** The objects with these ids; those that never existed are left out. */
  find(ids: readonly SourceId[], view: DirectoryView): Promise<readonly DirectoryObject[]>;
  /** Direct members of a group, hard-deleted ones left out, ordered by id (code units), in pages. */
  members(
    group: SourceId,
    limit: number,
  ): AsyncIterable<readonly { readonly id: SourceId; readonly type: ObjectType }[]>;
  /** Memberships of a group that changed after `since` and up to `until`, ordered by member, in pages. */
  changedMembers(
    group: SourceId,
    since: Watermark,
    until: Watermark,
    limit: number,
  ): AsyncIterable<readonly MembershipDelta[]>;
  /** What was lost after `since` and up to `until`; reading costs what changed. `before` is 0 where nothing was lost. */
  loss(since: Watermark, until: Watermark): Promise<SourceLoss>;
  /** How many objects of the recycle bin have their 30 days end after one instant and up to another. */
  runOutCount(after: Instant, until: Instant): Promise<number>;
  /** The application's own roles (Default Access is not one of them). */
  roles(job: string): Promise<readonly AppRole[]>;
}

/**
 * Sends reads to the target. Never throws for what the network or the target does.
 * @throws {Interruption} as `TargetWriter`
 */
export interface TargetReader {
  /**
   * @param about the source object for whose sake it is asked; absent: the target as such is asked
   * @param signal once aborted, nothing is waited for any more but the answer to what was sent
   */
  read(request: ReadRequest, about?: SourceId, signal?: AbortSignal): Promise<ScimResponse>;
}

/** Sends writes to the target. Never throws for what the network or the target does. */
export interface TargetWriter {
  /**
   * @param about the source object that is provisioned with it
   * @param signal once aborted, nothing is waited for any more but the answer to what was sent
   * @throws {Interruption} when it was aborted while the request waited for its turn, or to be sent again because the
   * target had put it off: the request was not carried out
   */
  write(request: WriteRequest, about?: SourceId, signal?: AbortSignal): Promise<ScimResponse>;
}

/** Versions of TLS, the oldest first. */
export type TlsVersion = 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';

/** What a client offers in a TLS handshake. */
export interface TlsOffer {
  readonly least: TlsVersion;
  readonly most: TlsVersion;
  /** OpenSSL's names of cipher suites, for versions below 1.3. Absent: all. */
  readonly suites?: readonly string[];
  /** Whose certificates are trusted: of public authorities only, or those of `target.tls.ca` too. */
  readonly authorities: 'public' | 'job';
}

/** What a TLS handshake shows of a server. Nothing is sent after it. */
export interface TlsSession {
  readonly kind: 'session';
  /** As OpenSSL names it: `TLSv1.2`. */
  readonly version: string;
  readonly suite: string;
  readonly key: { readonly kind: 'RSA' | 'EC' | 'other'; readonly bits: number | null };
  readonly validUntil: Instant;
  /** Why the certificate is not trusted, in words; null: it is. */
  readonly distrust: string | null;
}

/** Sends the requests of checks, which the engine never sends. Never throws for what the network or the endpoint does. */
export interface Prober {
  /** @throws {Interruption} once the run is interrupted, before anything is sent */
  send(request: ProbeRequest): Promise<Probed>;
  /** Sends a request although the run is interrupted: to clean up. */
  sendLast(request: ProbeRequest): Promise<ScimResponse>;
  /**
   * Asks the token endpoint for one more token, which requests with the newest credentials carry.
   * @returns null: the job has no token endpoint
   */
  issueToken(): Promise<IssuedToken | NoAnswer | null>;
  /** Makes a TLS handshake with the host of the endpoint, and sends nothing. */
  handshake(offer: TlsOffer): Promise<TlsSession | NoAnswer>;
  /** Adds a listener of every answer, also of one that is followed by another attempt. */
  onResponse(listener: (probed: Probed) => void): void;
  /** Milliseconds of a monotonic clock. */
  now(): number;
  /** Waits. @throws {Interruption} once the run is interrupted */
  wait(milliseconds: number): Promise<void>;
}

/** Objects by the groups that they are, or may be, members of. */
export type MembersByGroup = ReadonlyMap<SourceId, readonly SourceId[]>;

/** Reads what outlives a cycle. */
export interface JobReader {
  /** What is remembered of some objects. */
  load(ids: readonly SourceId[]): Promise<PageState>;
  /** Null when the next cycle must be an initial one. */
  position(): Promise<Position | null>;
  links(ids: readonly SourceId[]): Promise<ReadonlyMap<SourceId, Link>>;
  /** All links of a type, in pages, in an order that stays. */
  linkPages(type: ObjectType, limit: number): AsyncIterable<readonly Link[]>;
  /** The links to these target objects, by their ids; one that no source object is linked to is left out. */
  linksOfTargets(type: ObjectType, ids: readonly TargetId[]): Promise<ReadonlyMap<TargetId, Link>>;
  /** Cached target states; an object whose state is not known is left out. */
  targetStates(ids: readonly SourceId[]): Promise<ReadonlyMap<SourceId, TargetState>>;
  /** Members of a group as last written to the target, ordered by id (code units), in pages. */
  memberships(group: SourceId, limit: number): AsyncIterable<readonly SourceId[]>;
  /** Of some objects for each group those that are its members, as last written; a group without any is left out. */
  membersAmong(asked: MembersByGroup): Promise<ReadonlyMap<SourceId, ReadonlySet<SourceId>>>;
  /** The groups that some objects are members of, as last written, with those of the objects that are; in no order. */
  groupsOf(members: readonly SourceId[]): Promise<MembersByGroup>;
  /**
   * Members of groups whose addition or removal is not confirmed, ordered by id (code units); a group without any is
   * left out.
   */
  pendingMembers(groups: readonly SourceId[]): Promise<MembersByGroup>;
  /** Escrows of a type, in pages, ordered by source id. */
  escrows(type: ObjectType, limit: number): AsyncIterable<readonly Escrow[]>;
  /** The escrows of these objects, of either kind. */
  escrowsOf(ids: readonly SourceId[]): Promise<readonly Escrow[]>;
  /** How many escrows of a kind there are: of objects, or of references. */
  escrowCount(isReference: boolean): Promise<number>;
  /** Objects of a type whose deprovisioning is staged, in pages, ordered by source id (code units). */
  stagedObjects(type: ObjectType, limit: number): AsyncIterable<readonly SourceId[]>;
  /** How many objects are linked. */
  linkCounts(): Promise<Readonly<Record<ObjectType, number>>>;
  /** How many memberships were written. */
  membershipCount(): Promise<number>;
  control(): Promise<JobControl>;
  /** The newest first. */
  cycles(limit: number): Promise<readonly CycleRecord[]>;
}

/** Decides about the running of a job, by what was decided before. */
export type ControlChange = (control: JobControl) => JobControl;

/** Writes what outlives a cycle. */
export interface JobWriter {
  /** Stores a cycle that begins, or replaces its record. */
  saveCycle(cycle: CycleRecord): Promise<void>;
  /**
   * Applies changes in their order in one transaction. A link to a target object that another source object is linked
   * to is not stored, and neither is what follows of its object: its log entry becomes a failure.
   * @returns the source objects whose links were not stored
   */
  apply(changes: readonly StateChange[]): Promise<ReadonlySet<SourceId>>;
  /** Stores how far the job has come, last of all, together with the cycle that got there and what it decides. */
  complete(cycle: CycleRecord, position: Position, decide: ControlChange): Promise<void>;
  /** Changes what is decided about the running of the job: reads and writes it in one transaction. */
  updateControl(change: ControlChange): Promise<void>;
  /**
   * Forgets the escrows of objects that failed first before an instant.
   * @param except those in which something failed with one of these codes are kept
   */
  expireEscrows(firstFailedBefore: Instant, except: readonly FailureCode[]): Promise<void>;
  /**
   * Forgets. Watermark: the position and the cached target states (links stay). Escrows: the escrows.
   * ConnectorDataStore: links, states, memberships, and with them the position. Full: all of these.
   */
  reset(scopes: readonly RestartScope[]): Promise<void>;
  /** Removes log entries and cycles older than an instant. */
  forgetBefore(instant: Instant): Promise<void>;
}

/** Keys, each of one holder. */
export interface Claims<Key extends string, Holder extends string> {
  /** Claims a key for a holder. @returns who holds it: the first to claim it */
  claim(key: Key, holder: Holder): Holder;
  /** Who holds a key; null: it is free. */
  holder(key: Key): Holder | null;
}

/**
 * Where one cycle notes what memory must not hold for a large directory: on disk, private to the process, gone once it is
 * closed. It is synchronous, because nothing outside of the process takes part.
 */
export interface Scratch extends Claims<string, string> {
  /** Appends items to a queue. */
  append(queue: string, items: readonly Json[]): void;
  /** The items of a queue in their order, in pages; reading does not remove them. */
  pages(queue: string, limit: number): Iterable<readonly Json[]>;
  /** How many items a queue holds. */
  size(queue: string): number;
  /** Claims a key for the empty holder. @returns whether it was free */
  mark(key: string): boolean;
  /** Releases everything. */
  close(): void;
}
