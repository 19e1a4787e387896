import { asynchronous, type Synchronous } from '../../src/io/stores/asynchronous.ts';
import {
  type ExchangeReader,
  JOB_PAGES,
  type JobStore,
  type LogQuery,
  type OwnerStore,
} from '../../src/io/stores/job-store.ts';
import { afterRefusals, type RefusedLinks } from '../../src/io/stores/refused-links.ts';
import type { RestartScope } from '../../src/model/control.ts';
import { INITIAL_CONTROL, type JobControl } from '../../src/model/control.ts';
import type { CycleRecord } from '../../src/model/cycle.ts';
import type { ObjectType } from '../../src/model/directory.ts';
import type { SourceId } from '../../src/model/identifiers.ts';
import type { ProvisioningLogEntry } from '../../src/model/log.ts';
import type { Link, MatchingValue, TargetState } from '../../src/model/pipeline.ts';
import { type Escrow, escrowsByObject, type Position, type StateChange } from '../../src/model/state.ts';

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
  readonly pendingIntents: Map<SourceId, readonly MatchingValue[]>;
  readonly pendingMembers: Map<SourceId, Set<SourceId>>;
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
  held.pendingIntents.delete(id);
  held.pendingMembers.delete(id);
  for (const members of held.pendingMembers.values()) members.delete(id);
};

const settle = (held: FakeJobState, group: SourceId, members: readonly SourceId[]): void => {
  for (const member of members) held.pendingMembers.get(group)?.delete(member);
};

/** The object that is linked to a target object already; undefined: none is. */
const holderOf = (held: FakeJobState, { objectType, targetId, sourceId }: Link): SourceId | undefined => {
  for (const other of held.links.values())
    if (other.targetId === targetId && other.objectType === objectType && other.sourceId !== sourceId)
      return other.sourceId;
  return undefined;
};

const membersOf = (
  held: FakeJobState,
  of: 'memberships' | 'pendingMembers',
  group: SourceId,
): Set<SourceId> => {
  const members = held[of].get(group) ?? new Set();
  held[of].set(group, members);
  return members;
};

const applyOne = (held: FakeJobState, linked: Set<SourceId>, refused: RefusedLinks, change: StateChange) => {
  switch (change.kind) {
    case 'link': {
      const { link } = change;
      const holder = holderOf(held, link);
      if (holder !== undefined) refused.set(link.sourceId, { link, holder });
      else {
        held.links.set(link.sourceId, link);
        held.pendingIntents.delete(link.sourceId);
        linked.add(link.sourceId);
      }
      break;
    }
    case 'unlink':
      forget(held, change.sourceId);
      break;
    case 'targetState':
      if (!linked.has(change.sourceId)) throw new Error('A target state can be recorded only with its link.');
      if (change.attributes === null) held.states.delete(change.sourceId);
      else held.states.set(change.sourceId, change.attributes);
      break;
    case 'members': {
      const members = membersOf(held, 'memberships', change.group);
      for (const member of change.removed) members.delete(member);
      for (const member of change.added) members.add(member);
      settle(held, change.group, [...change.added, ...change.removed]);
      break;
    }
    case 'membersComplete': {
      const link = held.links.get(change.group);
      if (link !== undefined) held.links.set(change.group, { ...link, hasMemberships: true });
      break;
    }
    case 'membersDoubted': {
      const link = held.links.get(change.group);
      if (link !== undefined) held.links.set(change.group, { ...link, hasMemberships: false });
      for (const member of membersOf(held, 'memberships', change.group))
        membersOf(held, 'pendingMembers', change.group).add(member);
      break;
    }
    case 'escrow':
      held.escrows.set(escrowKey(change.escrow.sourceId, change.escrow.isReference), change.escrow);
      break;
    case 'escrowCleared':
      held.escrows.delete(escrowKey(change.sourceId, change.isReference));
      if (!change.isReference) held.staged.delete(change.sourceId);
      break;
    case 'staged':
      held.staged.set(change.sourceId, change.objectType);
      break;
    case 'intent':
      held.pendingIntents.set(change.sourceId, change.createdAs);
      break;
    case 'intentSettled':
      held.pendingIntents.delete(change.sourceId);
      break;
    case 'memberIntent':
      for (const member of change.members) membersOf(held, 'pendingMembers', change.group).add(member);
      break;
    case 'memberIntentSettled':
      settle(held, change.group, change.members);
      break;
    case 'log':
      held.log.push(change.entry);
  }
};

const apply = (held: FakeJobState, changes: readonly StateChange[]): ReadonlySet<SourceId> => {
  const linked = new Set<SourceId>();
  const refused: RefusedLinks = new Map();
  for (const change of changes)
    for (const applied of afterRefusals(change, refused)) applyOne(held, linked, refused, applied);
  return new Set(refused.keys());
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
    held.pendingIntents.clear();
    held.pendingMembers.clear();
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
    pendingIntents: new Map(),
    pendingMembers: new Map(),
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
  const links: Synchronous<CycleStore>['links'] = (ids) => keepKnown(ids, held.links);
  const targetStates: Synchronous<CycleStore>['targetStates'] = (ids) =>
    new Map(
      [...links(ids).values()].flatMap(({ sourceId, targetId }) => {
        const attributes = held.states.get(sourceId);
        return attributes === undefined ? [] : [[sourceId, { id: targetId, attributes }] as const];
      }),
    );
  const escrowsOf: Synchronous<CycleStore>['escrowsOf'] = (ids) =>
    escrowsInOrder().filter(({ sourceId }) => ids.includes(sourceId));
  const engine: Synchronous<CycleStore> = {
    position: () => held.position,
    load: (ids) => ({
      links: links(ids),
      targetStates: targetStates(ids),
      escrows: escrowsByObject(escrowsOf(ids)),
      pendingIntents: keepKnown(ids, held.pendingIntents),
    }),
    links,
    targetStates,
    escrowsOf,
    linkPages: (type, limit) =>
      pagesOf(
        [...held.links.values()].filter(({ objectType }) => objectType === type),
        limit,
      ),
    linksOfTargets: (type, ids) =>
      new Map(
        [...held.links.values()]
          .filter((link) => link.objectType === type && ids.includes(link.targetId))
          .map((link) => [link.targetId, link]),
      ),
    memberships: (group, limit) => pagesOf([...(held.memberships.get(group) ?? [])].sort(byCodeUnits), limit),
    membersAmong: (asked) =>
      new Map(
        [...asked].flatMap(([group, ids]) => {
          const members = ids.filter((id) => held.memberships.get(group)?.has(id) === true);
          return members.length === 0 ? [] : [[group, new Set(members)] as const];
        }),
      ),
    groupsOf: (ids) =>
      new Map(
        [...held.memberships].flatMap(([group, members]) => {
          const among = ids.filter((id) => members.has(id));
          return among.length === 0 ? [] : [[group, among] as const];
        }),
      ),
    escrows: (type, limit) =>
      pagesOf(
        escrowsInOrder().filter(({ objectType }) => objectType === type),
        limit,
      ),
    pendingMembers: (groups) =>
      new Map(
        groups.flatMap((group) => {
          const members = held.pendingMembers.get(group);
          return members?.size ? [[group, [...members].sort(byCodeUnits)] as const] : [];
        }),
      ),
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
    updateControl: (change) => {
      held.control = change(held.control);
    },
    expireEscrows: (instant, except) => {
      for (const [key, { firstFailedAt, failure, attempts = [] }] of held.escrows) {
        const isKept = [failure, ...attempts].some(({ code }) => except.includes(code));
        if (Date.parse(firstFailedAt) < Date.parse(instant) && !isKept) held.escrows.delete(key);
      }
    },
    complete: (cycle, position, decide) => {
      saveCycle(held, cycle);
      held.control = decide(held.control);
      held.position = position;
    },
    apply: (changes) => apply(held, changes),
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
  return { ...asynchronous<CycleStore>(engine, JOB_PAGES), held };
};
