import type { ExchangeReader } from '../../src/io/stores/sqlite/job/exchanges.ts';
import type { JobStore } from '../../src/io/stores/sqlite/job/job-store.ts';
import type { LogQuery } from '../../src/io/stores/sqlite/job/log-query.ts';
import type { OwnerStore } from '../../src/io/stores/sqlite/job/owner.ts';
import { withoutLink } from '../../src/io/stores/sqlite/job/refused-link.ts';
import type { RestartScope } from '../../src/model/control.ts';
import { INITIAL_CONTROL, type JobControl } from '../../src/model/control.ts';
import type { CycleRecord } from '../../src/model/cycle.ts';
import type { ObjectType } from '../../src/model/directory.ts';
import type { SourceId } from '../../src/model/identifiers.ts';
import type { ProvisioningLogEntry } from '../../src/model/log.ts';
import type { Link, MatchingValue, TargetState } from '../../src/model/pipeline.ts';
import type { Recording } from '../../src/model/ports.ts';
import { type Escrow, escrowsByObject, type Position } from '../../src/model/state.ts';

/** All of a job's store but what cycles know nothing of: the exchanges, and whose state it is. */
export type CycleStore = Omit<JobStore, keyof ExchangeReader | keyof OwnerStore | 'keepExchange' | 'remarks'>;

/** Everything that a fake job store holds, open to the eyes of a test. */
export interface FakeJobState {
  position: Position | null;
  readonly links: Map<SourceId, Link>;
  readonly states: Map<SourceId, TargetState['attributes']>;
  readonly memberships: Map<SourceId, Set<SourceId>>;
  readonly escrows: Map<string, Escrow>;
  readonly staged: Map<SourceId, ObjectType>;
  readonly doubtedObjects: Map<SourceId, readonly MatchingValue[]>;
  readonly doubted: Map<SourceId, Set<SourceId>>;
  control: JobControl;
  cycles: CycleRecord[];
  log: ProvisioningLogEntry[];
}

/** A job store in memory, which keeps the contract of the real one. */
export type FakeJobStore = CycleStore & { readonly held: FakeJobState };

const byCodeUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const escrowKey = (id: SourceId, isReference: boolean): string => `${id}|${isReference}`;

function* pagesOf<Item>(items: readonly Item[], limit: number): Generator<readonly Item[]> {
  for (let start = 0; start < items.length; start += limit) yield items.slice(start, start + limit);
}

const keepKnown = <Value>(ids: readonly SourceId[], known: ReadonlyMap<SourceId, Value>) =>
  new Map(
    ids.flatMap((id) => {
      const value = known.get(id);
      return value === undefined ? [] : [[id, value] as const];
    }),
  );

const forget = (held: FakeJobState, id: SourceId): void => {
  held.links.delete(id);
  held.states.delete(id);
  held.memberships.delete(id);
  for (const members of held.memberships.values()) members.delete(id);
  for (const isReference of [true, false]) held.escrows.delete(escrowKey(id, isReference));
  held.staged.delete(id);
  held.doubtedObjects.delete(id);
  held.doubted.delete(id);
  for (const members of held.doubted.values()) members.delete(id);
};

const settle = (held: FakeJobState, group: SourceId, members: readonly SourceId[]): void => {
  for (const member of members) held.doubted.get(group)?.delete(member);
};

const recordMemberships = (held: FakeJobState, change: NonNullable<Recording['memberships']>): void => {
  const members = held.memberships.get(change.group) ?? new Set();
  for (const member of change.removed) members.delete(member);
  for (const member of change.added) members.add(member);
  held.memberships.set(change.group, members);
  settle(held, change.group, [...change.added, ...change.removed]);
  const link = held.links.get(change.group);
  if (change.isComplete && link !== undefined)
    held.links.set(change.group, { ...link, hasMemberships: true });
};

/** What is left to record where another object is linked to the same target object. */
const unlessTaken = (held: FakeJobState, recording: Recording): Recording => {
  const { link } = recording;
  if (link === null) return recording;
  const holder = [...held.links.values()].find(
    ({ objectType, targetId, sourceId }) =>
      objectType === link.objectType && targetId === link.targetId && sourceId !== link.sourceId,
  );
  return holder === undefined ? recording : withoutLink(recording, link, holder.sourceId);
};

/** @returns the object whose link was not stored; null: none */
const recordOne = (held: FakeJobState, given: Recording): SourceId | null => {
  if (given.state !== null && given.link === null)
    throw new Error('A target state can be recorded only with its link.');
  if (given.dropLink !== null) forget(held, given.dropLink);
  const recording = unlessTaken(held, given);
  const { clearEscrow, link, state, memberships, escrow, stage, existence, doubt, log } = recording;
  if (clearEscrow !== null) held.escrows.delete(escrowKey(clearEscrow.sourceId, clearEscrow.isReference));
  if (clearEscrow?.isReference === false) held.staged.delete(clearEscrow.sourceId);
  if (link !== null) held.links.set(link.sourceId, link);
  if (link !== null) held.doubtedObjects.delete(link.sourceId);
  if (link !== null && state !== null) held.states.set(link.sourceId, state);
  if (memberships !== null) recordMemberships(held, memberships);
  if (escrow !== null) held.escrows.set(escrowKey(escrow.sourceId, escrow.isReference), escrow);
  if (stage !== null) held.staged.set(stage.sourceId, stage.objectType);
  if (doubt?.isOpen === true)
    held.doubted.set(doubt.group, new Set([...(held.doubted.get(doubt.group) ?? []), ...doubt.members]));
  if (doubt?.isOpen === false) settle(held, doubt.group, doubt.members);
  if (existence?.isOpen === true) held.doubtedObjects.set(existence.sourceId, existence.createdAs ?? []);
  if (existence?.isOpen === false) held.doubtedObjects.delete(existence.sourceId);
  if (log !== null) held.log.push(log);
  return recording.link === null && given.link !== null ? given.link.sourceId : null;
};

const resetOne = (held: FakeJobState, scope: RestartScope): void => {
  const is = (...scopes: RestartScope[]): boolean => scopes.includes(scope);
  if (is('Watermark', 'ConnectorDataStore', 'Full')) held.position = null;
  if (is('Watermark', 'ConnectorDataStore', 'Full')) held.states.clear();
  if (is('Escrows', 'Full')) held.escrows.clear();
  if (is('ConnectorDataStore', 'Full')) {
    held.links.clear();
    held.memberships.clear();
    held.staged.clear();
    held.doubtedObjects.clear();
    held.doubted.clear();
  }
};

const saveCycle = (held: FakeJobState, cycle: CycleRecord): void => {
  const at = held.cycles.findIndex(({ id }) => id === cycle.id);
  if (at === -1) held.cycles.push(cycle);
  else held.cycles[at] = cycle;
};

const newestFirst =
  <Item>(at: (item: Item) => string) =>
  (items: readonly Item[]): readonly Item[] =>
    [...items].reverse().sort((a, b) => Date.parse(at(b)) - Date.parse(at(a)));

const isWanted = (entry: ProvisioningLogEntry, query: LogQuery): boolean =>
  (query.object === undefined ||
    entry.sourceIdentity.id === query.object ||
    entry.sourceIdentity.displayName.toLowerCase() === query.object.toLowerCase()) &&
  (query.action === undefined || entry.provisioningAction === query.action) &&
  (query.status === undefined || entry.provisioningStatusInfo.status === query.status) &&
  (query.cycle === undefined || entry.cycleId === query.cycle) &&
  (query.since === undefined || Date.parse(entry.activityDateTime) >= Date.parse(query.since));

/** Makes a job store in memory. */
export const fakeJobStore = (): FakeJobStore => {
  const held: FakeJobState = {
    position: null,
    links: new Map(),
    states: new Map(),
    memberships: new Map(),
    escrows: new Map(),
    staged: new Map(),
    doubtedObjects: new Map(),
    doubted: new Map(),
    control: INITIAL_CONTROL,
    cycles: [],
    log: [],
  };
  const escrowsInOrder = (): readonly Escrow[] =>
    [...held.escrows.values()].sort(
      (a, b) => byCodeUnits(a.sourceId, b.sourceId) || Number(a.isReference) - Number(b.isReference),
    );
  const linkCount = (type: string): number =>
    [...held.links.values()].filter(({ objectType }) => objectType === type).length;
  const links: FakeJobStore['links'] = (ids) => keepKnown(ids, held.links);
  const targetStates: FakeJobStore['targetStates'] = (ids) =>
    new Map(
      [...links(ids).values()].flatMap(({ sourceId, targetId }) => {
        const attributes = held.states.get(sourceId);
        return attributes === undefined ? [] : [[sourceId, { id: targetId, attributes }] as const];
      }),
    );
  const escrowsOf: FakeJobStore['escrowsOf'] = (ids) =>
    escrowsInOrder().filter(({ sourceId }) => ids.includes(sourceId));
  const doubtedObjects: FakeJobStore['doubtedObjects'] = (ids) => keepKnown(ids, held.doubtedObjects);
  return {
    held,
    position: () => held.position,
    load: (ids) => ({
      links: links(ids),
      targetStates: targetStates(ids),
      escrows: escrowsByObject(escrowsOf(ids)),
      pendingIntents: doubtedObjects(ids),
    }),
    links,
    targetStates,
    escrowsOf,
    doubtedObjects,
    linkPages: (type, limit) =>
      pagesOf(
        [...held.links.values()].filter(({ objectType }) => objectType === type),
        limit,
      ),
    linkOfTarget: (type, id) =>
      [...held.links.values()].find((link) => link.objectType === type && link.targetId === id) ?? null,
    memberships: (group, limit) => pagesOf([...(held.memberships.get(group) ?? [])].sort(byCodeUnits), limit),
    membersAmong: (group, members) =>
      new Set(members.filter((member) => held.memberships.get(group)?.has(member) === true)),
    escrows: (type, limit) =>
      pagesOf(
        escrowsInOrder().filter(({ objectType }) => objectType === type),
        limit,
      ),
    doubtedMembers: (group) => [...(held.doubted.get(group) ?? [])].sort(byCodeUnits),
    escrowCount: (isReference) =>
      escrowsInOrder().filter((escrow) => escrow.isReference === isReference).length,
    stagedObjects: (type, limit) =>
      pagesOf(
        [...held.staged].flatMap(([id, objectType]) => (objectType === type ? [id] : [])).sort(byCodeUnits),
        limit,
      ),
    membershipCount: () => [...held.memberships.values()].reduce((sum, members) => sum + members.size, 0),
    control: () => held.control,
    linkCounts: () => ({ User: linkCount('User'), Group: linkCount('Group') }),
    cycles: (limit) => held.cycles.toReversed().slice(0, limit),
    logEntries: (query) =>
      pagesOf(
        newestFirst<ProvisioningLogEntry>(({ activityDateTime }) => activityDateTime)(held.log).filter(
          (entry) => isWanted(entry, query),
        ),
        query.limit,
      ),
    saveCycle: (cycle) => saveCycle(held, cycle),
    saveControl: (control) => {
      held.control = control;
    },
    expireEscrows: (instant) => {
      for (const [key, { firstFailedAt }] of held.escrows)
        if (Date.parse(firstFailedAt) < Date.parse(instant)) held.escrows.delete(key);
    },
    complete: (cycle, position, control) => {
      saveCycle(held, cycle);
      held.control = control;
      held.position = position;
    },
    record: (recordings) => new Set(recordings.flatMap((recording) => recordOne(held, recording) ?? [])),
    reset: (scopes) => {
      for (const scope of scopes) resetOne(held, scope);
    },
    forgetBefore: (instant) => {
      const isKept = (at: string): boolean => Date.parse(at) >= Date.parse(instant);
      held.log = held.log.filter((entry) => isKept(entry.activityDateTime));
      held.cycles = held.cycles.filter((cycle) => isKept(cycle.startedAt));
    },
    requireInPlace: () => {},
    close: () => {},
  };
};
