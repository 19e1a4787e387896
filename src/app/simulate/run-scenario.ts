import type { Expectation } from '../../io/scenario-file/expectation-shape.ts';
import type { Scenario } from '../../io/scenario-file/read-scenario.ts';
import type { ScenarioEvent } from '../../io/scenario-file/scenario-events.ts';
import { type SimulatedEvent, simulate } from '../../job/scheduler/simulate.ts';
import { ConfigurationError, type Issue } from '../../model/errors.ts';
import type { Instant } from '../../model/identifiers.ts';
import { counted } from '../../model/named.ts';
import { formatOffset } from '../../model/offset.ts';
import type { CleanUp } from '../../verify/own-objects.ts';
import type { Names } from '../events.ts';
import { type NameBook, openNameBook } from '../session/names.ts';
import { checkExpectation, type Mismatch } from './check-expectation.ts';
import { withLeft } from './guest.ts';
import { logLines, type Play, playCycle, playPlan, playProvision } from './play-cycle.ts';
import { createPlayer } from './play-event.ts';
import { preflight } from './preflight.ts';
import { type SimulatedJob, scheduledJob } from './simulated-job.ts';
import { learnNames, openStage, type Stage } from './stage.ts';
import { openTimeline, type PlayedItem, type Timeline, type TimelineEntry } from './timeline.ts';
import { openWindow } from './window.ts';

/** More cycles than a simulation may have: years at the usual interval. */
const MOST_CYCLES = 200_000;

/** What came of a simulation. */
export interface SimulationResult {
  readonly startedAt: Instant;
  /** The instant that it came to, in its own time. */
  readonly endedAt: Instant;
  readonly cycles: number;
  /** Requests of the target, the probes included. */
  readonly requests: number;
  /** Expectations that were checked. */
  readonly expectations: number;
  /** What was not as expected, each with its place in the scenario. */
  readonly mismatches: readonly Issue[];
  /** Failures kept for retry at the end, those of references included. */
  readonly escrows: number;
  /** What the embedded target holds at the end; null: an endpoint of the user's own. */
  readonly target: HeldResources | null;
  /** What became of the objects made at an endpoint that others use too; null: the endpoint was its own. */
  readonly cleanUp: CleanUp | null;
}

/** What a target holds, in short. */
export interface HeldResources {
  readonly activeUsers: number;
  readonly inactiveUsers: number;
  readonly groups: readonly { readonly name: string; readonly members: number }[];
}

/** Receives the entries of the timeline. */
export type Tell = (entry: TimelineEntry) => void;

/**
 * Plays a scenario from its beginning to its end.
 * @param tell receives each entry as it happens
 * @param signal once aborted, the cycle under way is finished and nothing more happens
 * @throws {ConfigurationError} when something that the scenario says cannot happen
 */
export async function runScenario(
  scenario: Scenario,
  tell: Tell,
  signal: AbortSignal,
): Promise<SimulationResult> {
  const { longestIntervalMs, shortestIntervalMs } = await preflight(scenario);
  const isScheduled = scenario.cycles === 'scheduled';
  const lastEventMs = scenario.events.at(-1)?.atMs ?? 0;
  const lastsMs = scenario.lastsMs ?? (isScheduled ? lastEventMs + longestIntervalMs : lastEventMs);
  if (isScheduled) requireBearable(lastsMs, shortestIntervalMs, scenario);
  const stage = await openStage(scenario);
  try {
    const names = openNameBook(stage.directory, stage.job().settings.id, scenario.startsAt);
    const timeline = openTimeline(tell);
    const { guest, time } = stage;
    const note = (text: string): void => timeline.tell({ kind: 'event', at: time.now(), text });
    if (guest !== null) note(`target: all names end in ${guest.mark} there`);
    const tidy = async (): Promise<CleanUp | null> => {
      if (guest === null) return null;
      const cleanUp = await guest.cleanUp();
      note(cleanUpText(cleanUp));
      return cleanUp;
    };
    try {
      const played = await play(stage, lastsMs, timeline, names, signal);
      return { ...played, cleanUp: await tidy() };
    } catch (error) {
      const cleanUp = await tidy();
      throw cleanUp === null ? error : withLeft(error, cleanUp);
    }
  } finally {
    await stage.close();
  }
}

const cleanUpText = ({ deleted, left }: CleanUp): string =>
  left.length === 0
    ? `target: ${counted(deleted, 'object')} of this run deleted, nothing is left`
    : `target: ${counted(deleted, 'object')} of this run deleted; delete these yourself: ${left.join(', ')}`;

function requireBearable(lastsMs: number, intervalMs: number, { locate }: Scenario): void {
  const cycles = Math.ceil(lastsMs / intervalMs);
  if (cycles <= MOST_CYCLES) return;
  throw new ConfigurationError([
    locate(
      ['until'],
      `${formatOffset(lastsMs)} at an interval of ${formatOffset(intervalMs).slice(1)} would be ${cycles} cycles, more than ${MOST_CYCLES}: shorten until, or lengthen the interval`,
    ),
  ]);
}

async function play(
  stage: Stage,
  lastsMs: number,
  timeline: Timeline,
  names: NameBook,
  signal: AbortSignal,
): Promise<Omit<SimulationResult, 'cleanUp'>> {
  const { scenario, time, directory, state, world } = stage;
  const window = openWindow();
  const tell = (text: string): void => timeline.tell({ kind: 'event', at: time.now(), text });
  const player = createPlayer(stage, tell);
  const result = { cycles: 0, requests: 0, expectations: 0, mismatches: [] as Issue[] };
  const isLogExpected = expectsLog(scenario);

  /** Takes down what differs; what happened until then is of no later expectation. */
  const judge = (differences: readonly Mismatch[], path: readonly (string | number)[]): void => {
    const offset = formatOffset(time.nowMs() - Date.parse(scenario.startsAt));
    result.expectations += 1;
    result.mismatches.push(
      ...differences.map(({ path: inside, message }) =>
        scenario.locate([...path, ...inside], `at ${offset}, ${message}`),
      ),
    );
    const mismatches = differences.map(({ message }) => message);
    timeline.tell({ kind: 'expectation', at: time.now(), mismatches });
    window.clear();
  };

  const expectAt = async (expected: Expectation, path: readonly (string | number)[]): Promise<void> => {
    await learnNames(stage);
    judge(await checkExpectation(expected, stage, window), path);
  };

  const parts: SimulatedJob = {
    job: stage.job,
    client: stage.client,
    directory,
    state,
    world,
    onRequest: window.noteRequest,
    onItems: async (items) => {
      timeline.items(items, await namesOfItems(items, names));
    },
    onCycle: async (record) => {
      result.cycles += 1;
      result.requests += record.counts.requests;
      window.noteCycle(record, isLogExpected ? await logLines(record, stage) : []);
      timeline.cycle(record);
    },
  };
  const under: Play = {
    stage,
    window,
    timeline,
    parts,
    namesOf: (items) => namesOfItems(items, names),
    signal,
  };

  const happen = async (event: ScenarioEvent): Promise<void> => {
    const { chapter = null, tell: text = null, cycle, provision, plan, show } = event.written;
    const path = ['events', event.index] as const;
    if (chapter !== null || text !== null) timeline.tell({ kind: 'story', at: time.now(), chapter, text });
    await player.play(event);
    if (cycle !== undefined) judge(await playCycle(cycle, under), [...path, 'cycle']);
    if (provision !== undefined) judge(await playProvision(provision, under), [...path, 'provision']);
    if (plan !== undefined) judge(await playPlan(plan, under), [...path, 'plan']);
    if (show !== undefined) showExchange(show, stage, timeline);
  };

  const events = scenario.events.map((event): SimulatedEvent => {
    const { expect } = event.written;
    const at = new Date(Date.parse(scenario.startsAt) + event.atMs).toISOString();
    if (expect === undefined) return { at, happen: () => happen(event) };
    return {
      at,
      happen: () => happen(event),
      check: () => expectAt(expect, ['events', event.index, 'expect']),
    };
  });

  const endsAt = new Date(Date.parse(scenario.startsAt) + lastsMs).toISOString();
  if (scenario.cycles === 'scheduled') {
    const job = scheduledJob(parts);
    await simulate({ time, jobs: () => [job], events, endsAt, signal });
  } else {
    for (const { at, happen: begin, check } of events) {
      if (signal.aborted) break;
      time.advanceTo(at);
      await begin();
      if (!signal.aborted) await check?.();
    }
    if (!signal.aborted) time.advanceTo(endsAt);
  }
  if (scenario.expect !== null && !signal.aborted) await expectAt(scenario.expect, ['expect']);
  timeline.finish();
  const escrows = (await state.escrowCount(false)) + (await state.escrowCount(true));
  return { startedAt: scenario.startsAt, endedAt: time.now(), ...result, escrows, target: heldBy(stage) };
}

function expectsLog({ expect, events }: Scenario): boolean {
  const expected = events.flatMap(({ written }) => [written.expect, written.cycle]);
  return [expect, ...expected].some((one) => one?.log !== undefined);
}

/** Tells the last exchange of the embedded target whose request begins with some words. */
function showExchange(begin: string, { target, time }: Stage, timeline: Timeline): void {
  const exchange = target?.requests().findLast(({ method, path }) => `${method} ${path}`.startsWith(begin));
  if (exchange !== undefined) timeline.tell({ kind: 'exchange', at: time.now(), exchange });
}

function heldBy({ target }: Stage): HeldResources | null {
  if (target === null) return null;
  const users = target.resources('User');
  const activeUsers = users.filter(({ active }) => active === true).length;
  return {
    activeUsers,
    inactiveUsers: users.length - activeUsers,
    groups: target.resources('Group').map(({ displayName, members }) => ({
      name: String(displayName),
      members: Array.isArray(members) ? members.length : 0,
    })),
  };
}

/** The names of the objects that played items refer to. */
const namesOfItems = (items: readonly PlayedItem[], { namesOf }: NameBook): Promise<Names> =>
  namesOf(
    items.flatMap((item) => ('planned' in item ? [item.planned] : [])),
    items.flatMap((item) => ('outcome' in item ? [item.outcome] : [])),
  );
