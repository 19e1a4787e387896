import type {
  ExpectedCycle,
  ExpectedPlan,
  ExpectedProvision,
  Line,
} from '../../io/scenario-file/expectation-shape.ts';
import { paused } from '../../job/control/quarantine.ts';
import { provisionOnDemand } from '../../job/on-demand/provision.ts';
import type { CycleRecord } from '../../model/cycle.ts';
import { ConfigurationError, QuarantineError } from '../../model/errors.ts';
import { type SourceId, sourceId } from '../../model/identifiers.ts';
import type { ProvisioningLogEntry } from '../../model/log.ts';
import type { Names } from '../events.ts';
import { openNotes } from '../session/open-notes.ts';
import { checkExpectation, compareLines, compareValues, type Mismatch } from './check-expectation.ts';
import { describeEntry } from './describe.ts';
import { type MadePlan, makePlan, planLines, requestLines, verdictOn } from './make-plan.ts';
import { observedPorts, runOneCycle, type SimulatedJob } from './simulated-job.ts';
import { learnNames, type Stage } from './stage.ts';
import type { ExplainedObject, PlayedItem, Timeline } from './timeline.ts';
import type { Window } from './window.ts';

/** What an explicit cycle, a plan and provisioning on demand are played with. */
export interface Play {
  readonly stage: Stage;
  /** Holds what happened in the cycle afterwards. */
  readonly window: Window;
  readonly timeline: Timeline;
  readonly parts: SimulatedJob;
  /** The names of the objects that items refer to. */
  readonly namesOf: (items: readonly PlayedItem[]) => Promise<Names>;
  readonly signal: AbortSignal;
}

/**
 * Plans a cycle, runs it, plans the next one, and compares what happened with what is expected. Whatever is expected:
 * the cycle sends the writes that its plan names, and leaves nothing to do but what failed or is staged. A cycle that
 * breaks off in quarantine promises neither.
 */
export async function playCycle(expected: ExpectedCycle, play: Play): Promise<readonly Mismatch[]> {
  const { stage, window, parts, signal } = play;
  const breaksOff = expected.quarantine !== undefined && expected.quarantine !== 'TooManyDeletes';
  const before = breaksOff ? null : await planUnlessRefused(stage);
  window.clear();
  const record = await runOneCycle({ ...parts, onWritten: onFirstWrite(expected, stage) }, signal);
  if (record.endedAt === null && signal.aborted) return [];
  await learnNames(stage);
  const differences = [
    ...compareRecord(expected, record),
    ...compareLines('plan', expected.plan, before === null ? [] : planLines(before.items)),
    ...(await checkExpectation(expected, stage, window)),
  ];
  const reason = record.error?.reason ?? 'TooManyDeletes';
  if (before === null || reason !== 'TooManyDeletes') return differences;
  const broken = [...(await compareWrites(before, play)), ...(await findLeft(stage, record))];
  return [...differences, ...broken.map((message) => ({ path: [], message }))];
}

const onFirstWrite = ({ meanwhile }: ExpectedCycle, { state }: Stage): (() => Promise<void>) => {
  let isFirst = true;
  return async () => {
    const pauses = isFirst && meanwhile === 'pause';
    isFirst = false;
    if (pauses) await state.updateControl(paused);
  };
};

/** The plan of the next cycle; null when the target cannot be asked: the cycle then says why. */
async function planUnlessRefused(stage: Stage, full = false): Promise<MadePlan | null> {
  try {
    return await makePlan(stage, full);
  } catch (error) {
    if (error instanceof QuarantineError) return null;
    throw error;
  }
}

function compareRecord(expected: ExpectedCycle, record: CycleRecord): readonly Mismatch[] {
  const { quarantine, state = 'Succeeded', kind } = expected;
  const actual = { kind: record.kind, state: record.state, quarantine: record.error?.reason ?? null };
  const wanted = {
    kind,
    quarantine: quarantine ?? null,
    state: quarantine === undefined ? state : 'Failed',
  };
  return compareValues(null, wanted, (name) => actual[name as keyof typeof actual]);
}

/** Compares the writes of a cycle with those that its plan named. Several at once arrive in any order. */
async function compareWrites({ requests }: MadePlan, { stage, window }: Play): Promise<readonly string[]> {
  const writes = window.requests.items().filter(({ method }) => method !== 'GET');
  const inOrder = (lines: readonly Line[]): readonly Line[] =>
    stage.job().settings.target.concurrency === 1
      ? lines
      : lines.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  return compareLines(
    'writes',
    inOrder(await requestLines(requests, stage)),
    inOrder(await requestLines(writes, stage)),
  ).map(({ message }) => `the cycle differs from the plan before it: ${message}`);
}

/** What the next cycle would still do, in words; what failed in the last one and what is staged stays to be done. */
async function findLeft(stage: Stage, cycle: CycleRecord): Promise<readonly string[]> {
  const failed = new Set(
    (await logOf(cycle, stage))
      .filter(({ provisioningStatusInfo }) => provisioningStatusInfo.status === 'failure')
      .map(({ sourceIdentity }) => sourceIdentity.id),
  );
  const after = await planUnlessRefused(stage);
  if (after === null) return ['the next cycle cannot be planned: the target does not answer as it must'];
  const left = planLines(after.items.filter((item) => item.kind !== 'stage' && !failed.has(item.source.id)));
  return left.length === 0 ? [] : [`the next cycle still has to do: ${left.join(', ')}`];
}

const PAGE_SIZE = 1_000;

/** What a cycle logged, the newest entry first. */
async function logOf(
  { id }: CycleRecord,
  { state }: Pick<Stage, 'state'>,
): Promise<readonly ProvisioningLogEntry[]> {
  const entries: ProvisioningLogEntry[] = [];
  for await (const page of state.logEntries({ cycle: id, limit: PAGE_SIZE })) entries.push(...page);
  return entries;
}

/** What a cycle logged, in lines, the oldest entry first. */
export async function logLines(cycle: CycleRecord, stage: Stage): Promise<readonly Line[]> {
  return linesOfLog((await logOf(cycle, stage)).toReversed(), stage);
}

async function linesOfLog(
  entries: readonly ProvisioningLogEntry[],
  { directory }: Pick<Stage, 'directory'>,
): Promise<readonly Line[]> {
  const objects = await directory.storedObjects(
    entries.map(({ sourceIdentity }) => sourceId(sourceIdentity.id)),
  );
  return entries.map((entry) => {
    const { id } = entry.sourceIdentity;
    return describeEntry(entry, objects.get(sourceId(id))?.label ?? id);
  });
}

/** Plans the next cycle, reports the plan, and compares it with the expectation. */
export async function playPlan(
  { full, changes, explain = {} }: ExpectedPlan,
  { stage, timeline }: Play,
): Promise<readonly Mismatch[]> {
  const plan = await planUnlessRefused(stage, full);
  if (plan === null)
    return [{ path: [], message: 'there is no plan: the target does not answer as it must' }];
  const { items } = plan;
  const lines = planLines(items);
  const explained: ExplainedObject[] = [];
  for (const [name, oddity] of Object.entries(explain)) {
    const { label } = await stage.directory.named(name);
    explained.push({ name, oddity, verdict: verdictOn(label, items) });
  }
  timeline.tell({ kind: 'plan', at: stage.time.now(), changes: lines, explained });
  return compareLines('changes', changes, lines);
}

/** Provisions an object on demand, and compares what happened with what is expected. */
export async function playProvision(expected: ExpectedProvision, play: Play): Promise<readonly Mismatch[]> {
  const { stage, window, timeline } = play;
  const { object, members, refused } = expected;
  window.clear();
  const named = members.length === 0 ? '' : ` with ${members.join(', ')}`;
  timeline.tell({ kind: 'event', at: stage.time.now(), text: `provision: ${object}${named}` });
  const already = stage.client().requestCount();
  const refusal = await provision(expected, play);
  if (refusal !== null || refused !== undefined) {
    const isExpected = refusal !== null && refused !== undefined && refusal.includes(refused);
    const sent = stage.client().requestCount() - already;
    return [
      ...(isExpected
        ? []
        : [{ path: ['refused'], message: `refused is ${refusal}, expected ${refused ?? null}` }]),
      ...(sent === 0 ? [] : [{ path: ['refused'], message: `${sent} requests were sent, expected none` }]),
    ];
  }
  await learnNames(stage);
  return checkExpectation(expected, stage, window);
}

/** @returns why it is refused; null: it is done */
async function provision(
  { object, members }: ExpectedProvision,
  { stage, window, timeline, parts, namesOf, signal }: Play,
): Promise<string | null> {
  const { directory, state } = stage;
  const notes = openNotes();
  try {
    const ids: SourceId[] = [];
    for (const one of members) ids.push((await directory.named(one)).id);
    const { objects, entries } = await provisionOnDemand(
      {
        ...observedPorts(parts),
        job: stage.job(),
        directory,
        state,
        store: state,
        notes,
        signal,
        initiator: { id: '', displayName: 'Administrator' },
      },
      { objectId: (await directory.named(object)).id, members: ids },
    );
    window.noteLog(await linesOfLog(entries, stage));
    const items = objects.flatMap(({ objectType, actions }): readonly PlayedItem[] => {
      const phase = objectType === 'User' ? 'users' : 'groups';
      return actions.flatMap(({ planned, outcome }): readonly PlayedItem[] => {
        if (planned.kind === 'skip' || planned.kind === 'failure') return [{ phase, planned }];
        return outcome === null ? [] : [{ phase, outcome }];
      });
    });
    timeline.tell({ kind: 'provision', at: stage.time.now(), items, names: await namesOf(items) });
    return null;
  } catch (error) {
    if (error instanceof ConfigurationError) return error.issues.map(({ message }) => message).join('; ');
    throw error;
  } finally {
    notes.close();
  }
}
