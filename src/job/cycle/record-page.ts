import { failureOfHeld } from '../../exporting/created.ts';
import type { Holders } from '../../matching/claim.ts';
import type { ObjectType } from '../../model/directory.ts';
import type { SourceId } from '../../model/identifiers.ts';
import { type Change, isChange, type Outcome, type Planned } from '../../model/pipeline.ts';
import type { JobReader, JobWriter } from '../../model/ports.ts';
import type { PageState, StateChange } from '../../model/state.ts';
import type { RecordContext } from '../../recording/context.ts';
import { recordIntents } from '../../recording/intents.ts';
import {
  recordFailure,
  recordOutcome,
  recordSettledGroup,
  recordSettledReference,
  recordSkip,
  recordStaged,
} from '../../recording/record.ts';
import type { MembersOfGroup, PlannedPage } from '../phases/planned-page.ts';
import { keyContext } from '../phases/refused-write.ts';
import { type CycleCounter, countOutcome, countPlanned } from './counts.ts';
import { memoryOf, readPageState } from './page-state.ts';
import type { PlanningContext } from './planning-context.ts';
import type { CycleStart } from './start.ts';

/** What recording a page needs beside the page. */
export type RecordingParts = Pick<PlanningContext, 'notes'> & {
  readonly state: Pick<JobReader, 'load' | 'links' | 'linksOfTargets'>;
  readonly store: Pick<JobWriter, 'apply'>;
};

/** What recording needs of a cycle, whatever the page. */
export type CycleRecording = Omit<RecordContext, 'known'>;

/** What recording needs of a cycle. */
export function cycleRecording(
  context: Pick<PlanningContext, 'job' | 'world'>,
  start: CycleStart,
): CycleRecording {
  const { job, world } = context;
  return {
    job,
    tenantId: start.directoryId,
    cycleId: start.id,
    world,
    kind: start.kind,
    start,
    keys: keyContext(context),
  };
}

/** Records the outcomes of a page while it is being exported. */
export interface PageRecorder {
  /** What the job remembered of the objects of the page, and of those they refer to, before anything was sent. */
  readonly known: PageState;
  /** Takes an outcome, and records it together with those of the same moment. */
  note(outcome: Outcome): Promise<void>;
  /**
   * Records what is left, once all changes of the page have ended.
   * @returns the outcomes as they were recorded: a creation that was answered with the id of another object's resource
   * failed
   */
  finish(outcomes: readonly Outcome[]): Promise<readonly Outcome[]>;
}

/** How long outcomes are collected, from the first on, before one transaction records them. */
const BATCH_MS = 200;

/**
 * Begins to record a page: at once what is about to be sent, what was left alone, what failed before it was sent, and
 * what is staged; then each outcome shortly after it is known, so that a killed process has little to find out again.
 * Outcomes of one moment share a transaction: a target that answers fast would otherwise wait for the disk. An outcome
 * whose link the state refuses counts as failed.
 */
export async function beginPage(
  page: PlannedPage,
  parts: RecordingParts,
  cycle: CycleRecording,
  counter: CycleCounter,
): Promise<PageRecorder> {
  const read = await readPageState(page.items, parts.state);
  const memory = memoryOf(read);
  const recording: RecordContext = { ...cycle, known: memory.known };
  const apply = async (changes: readonly StateChange[]): Promise<ReadonlySet<SourceId>> =>
    changes.length === 0 ? new Set() : parts.store.apply(changes);
  const unsent: readonly StateChange[] = [
    ...(page.foundMembers ?? []).flatMap(recordFound),
    ...recordIntents(page.items.filter(isChange), memory.known),
    ...page.items.flatMap((item) => recordUnsent(item, page, recording)),
  ];
  memory.note(unsent);
  for (const group of sentInFull(page)) if (!parts.notes.incomplete.has(group)) parts.notes.resent.add(group);
  const unlinked = await apply(unsent);
  for (const item of page.items)
    if (!isChange(item)) {
      if (item.kind === 'skip' && unlinked.has(item.source.id)) counter.add('failed');
      else countPlanned(counter, item);
    }
  let waiting: Outcome[] = [];
  let firstAt = 0;
  const replaced = new Map<Outcome, Outcome>();
  const flushWaiting = async (): Promise<void> => {
    const taken = waiting;
    waiting = [];
    const outcomes = await unlessHeld(taken, parts.state, replaced);
    for (const { result, change } of outcomes) if (result === 'failure') noteFailure(change, parts);
    // Of several references of one object each builds on the one before.
    const changes = outcomes.flatMap((outcome) => {
      const recorded = recordOutcome(keptIncomplete(outcome, parts), recording);
      memory.note(recorded);
      return recorded;
    });
    const refused = await apply(changes);
    // Where another page has linked the resource since, the outcome is the failure that the store recorded.
    const late = outcomes.filter(({ change }) => refused.has(change.source.id));
    if (late.length > 0) await unlessHeld(late, parts.state, replaced);
    for (const outcome of outcomes) {
      const isUnlinked = outcome.result === 'success' && refused.has(outcome.change.source.id);
      if (isUnlinked) {
        counter.add('failed');
        noteFailure(outcome.change, parts);
      } else countOutcome(counter, outcome);
    }
  };
  // Batches are recorded in the order of their outcomes.
  let flushed: Promise<void> = Promise.resolve();
  const flush = (): Promise<void> => {
    flushed = flushed.then(flushWaiting);
    return flushed;
  };
  return {
    known: read,
    note: async (outcome) => {
      const at = Date.parse(outcome.startedAt) + outcome.durationMs;
      if (waiting.length === 0) firstAt = at;
      waiting.push(outcome);
      if (at - firstAt >= BATCH_MS) await flush();
    },
    finish: async (outcomes) => {
      await flush();
      await apply([
        ...(page.settledGroups ?? [])
          .filter((id) => !parts.notes.incomplete.has(id))
          .flatMap(recordSettledGroup),
        ...(page.settledReferences ?? []).flatMap(recordSettledReference),
      ]);
      return outcomes.map((outcome) => replaced.get(outcome) ?? outcome);
    },
  };
}

/** Turns creations that were answered with the id of a resource that is linked to another object into failures. */
async function unlessHeld(
  outcomes: readonly Outcome[],
  state: Pick<JobReader, 'linksOfTargets'>,
  replaced: Map<Outcome, Outcome>,
): Promise<readonly Outcome[]> {
  const created = outcomes.filter(isCreated);
  if (created.length === 0) return outcomes;
  const holdersOf = async (type: ObjectType): Promise<Holders> => {
    const ofType = created.filter(({ change }) => change.objectType === type);
    if (ofType.length === 0) return new Map();
    return state.linksOfTargets(
      type,
      ofType.map(({ targetId }) => targetId),
    );
  };
  const linked = { User: await holdersOf('User'), Group: await holdersOf('Group') };
  return outcomes.map((outcome) => {
    if (!isCreated(outcome)) return outcome;
    const { objectType, source } = outcome.change;
    const holder = linked[objectType].get(outcome.targetId)?.sourceId;
    if (holder === undefined || holder === source.id) return outcome;
    const failed = failedAsHeld(outcome, holder);
    replaced.set(outcome, failed);
    return failed;
  });
}

type Success = Extract<Outcome, { result: 'success' }>;

const isCreated = (outcome: Outcome): outcome is Success =>
  outcome.result === 'success' && outcome.change.kind === 'create';

function failedAsHeld(
  { targetId, change, exchanges, startedAt, durationMs }: Success,
  holder: SourceId,
): Outcome {
  const answer = exchanges.find(({ request }) => request.method === 'POST')?.response;
  const status = answer?.kind === 'answer' ? answer.status : null;
  return {
    change,
    exchanges,
    startedAt,
    durationMs,
    result: 'failure',
    failure: failureOfHeld(targetId, holder, status),
    written: { added: [], removed: [] },
  };
}

/** What the target shows of the members of a group is remembered; what it does not show is uncertain. */
const recordFound = ({ group, added, unshown, settled }: MembersOfGroup): readonly StateChange[] => [
  { kind: 'members', group, added, removed: [] },
  { kind: 'memberIntent', group, members: unshown },
  { kind: 'memberIntentSettled', group, members: settled },
];

/** The groups of which nothing more is to be planned once a page is sent. */
const sentInFull = ({ items, settledGroups = [], foundMembers = [] }: PlannedPage): readonly SourceId[] => [
  ...items.flatMap((item) => (item.kind === 'membership' && !item.isFollowed ? [item.source.id] : [])),
  ...settledGroups,
  ...foundMembers.map(({ group }) => group),
];

function recordUnsent(
  item: Planned,
  { stagedBy }: PlannedPage,
  record: RecordContext,
): readonly StateChange[] {
  if (item.kind === 'skip') return recordSkip(item, record);
  if (item.kind === 'failure') return recordFailure(item, record);
  return item.kind === 'stage' ? recordStaged(item.staged, stagedBy, record) : [];
}

function noteFailure({ kind, source }: Change, { notes }: Pick<PlanningContext, 'notes'>): void {
  if (kind === 'membership') notes.incomplete.add(source.id);
  else if (kind !== 'reference') notes.failing.add(source.id);
}

/** The last part of a group's memberships completes them only if no part before it failed. */
function keptIncomplete(outcome: Outcome, { notes }: Pick<PlanningContext, 'notes'>): Outcome {
  const { change } = outcome;
  if (change.kind !== 'membership' || !notes.incomplete.has(change.source.id)) return outcome;
  return { ...outcome, change: { ...change, isLast: false } };
}
