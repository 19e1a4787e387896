import { namesFrom } from '../../app/session/names.ts';
import type { Expectation, Line } from '../../io/scenario-file/expectation-shape.ts';
import { formatOffset } from '../../io/scenario-file/offset.ts';
import type { Scenario } from '../../io/scenario-file/read-scenario.ts';
import { type SimulatedEvent, simulate } from '../../job/scheduler/simulate.ts';
import type { CycleRecord } from '../../model/cycle.ts';
import { ConfigurationError, type Issue } from '../../model/errors.ts';
import { type Instant, sourceId } from '../../model/identifiers.ts';
import type { NameOf } from '../report/shared/text.ts';
import { checkExpectation } from './check-expectation.ts';
import { describeEntry } from './describe.ts';
import { findResource } from './find-resource.ts';
import { createPlayer, learnNames } from './play-event.ts';
import { preflight } from './preflight.ts';
import { scheduledJob } from './simulated-job.ts';
import { openStage, type Stage } from './stage.ts';
import { openTimeline, type Timeline, type TimelineEntry } from './timeline.ts';
import { openWindow, type Window } from './window.ts';

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
  /** Expectations that were looked at. */
  readonly expectations: number;
  /** What was not as expected, each with its place in the scenario. */
  readonly mismatches: readonly Issue[];
}

/** Is told of what happens, with the names of source objects. */
export type Tell = (entry: TimelineEntry, nameOf: NameOf) => void;

/**
 * Plays a scenario from its beginning to its end.
 * @param tell told of what happens, as it happens
 * @param signal once aborted, the cycle under way is finished and nothing more happens
 * @throws {ConfigurationError} when something that the scenario says cannot happen
 */
export async function runScenario(
  scenario: Scenario,
  tell: Tell,
  signal: AbortSignal,
): Promise<SimulationResult> {
  const { longestIntervalMs, shortestIntervalMs } = await preflight(scenario);
  const lastsMs = scenario.lastsMs ?? (scenario.events.at(-1)?.atMs ?? 0) + longestIntervalMs;
  requireBearable(lastsMs, shortestIntervalMs, scenario);
  const stage = await openStage(scenario);
  try {
    const nameOf = namesFrom(stage.directory, stage.job().settings.id, scenario.startsAt);
    const timeline = openTimeline((entry) => tell(entry, nameOf));
    return await play(stage, lastsMs, timeline, signal);
  } finally {
    await stage.close();
  }
}

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
  signal: AbortSignal,
): Promise<SimulationResult> {
  const { scenario, time, directory, state, world } = stage;
  const window = openWindow();
  const player = createPlayer(stage, (text) => timeline.event(time.now(), text));
  const result = { cycles: 0, requests: 0, expectations: 0, mismatches: [] as Issue[] };

  const expectAt = async (expected: Expectation, path: readonly (string | number)[]): Promise<void> => {
    const mismatches = await compare(expected, stage, window);
    result.expectations += 1;
    result.mismatches.push(
      ...mismatches.map(({ path: inside, message }) =>
        scenario.locate([...path, ...inside], `at ${formatOffset(elapsedMs(stage))}, ${message}`),
      ),
    );
    timeline.expectation(
      time.now(),
      mismatches.map(({ message }) => message),
    );
    window.clear();
  };

  const events = scenario.events.map((event): SimulatedEvent => {
    const { expect } = event.written;
    const happen = () => player.play(event);
    const at = new Date(Date.parse(scenario.startsAt) + event.atMs).toISOString();
    if (expect === undefined) return { at, happen };
    return { at, happen, check: () => expectAt(expect, ['events', event.index, 'expect']) };
  });

  const expected = [scenario.expect, ...scenario.events.map(({ written }) => written.expect)];
  const isLogExpected = expected.some((one) => one?.log !== undefined);
  const job = scheduledJob({
    job: stage.job,
    client: stage.client,
    directory,
    state,
    world,
    onRequest: window.noteRequest,
    onItems: timeline.items,
    onCycle: (record) => {
      result.cycles += 1;
      result.requests += record.counts.requests;
      window.noteCycle(record, isLogExpected ? entriesOf(record, stage) : []);
      timeline.cycle(record);
    },
  });

  const endsAt = new Date(Date.parse(scenario.startsAt) + lastsMs).toISOString();
  await simulate({ time, jobs: () => [job], events, endsAt, signal });
  if (scenario.expect !== null && !signal.aborted) await expectAt(scenario.expect, ['expect']);
  timeline.finish();
  return { startedAt: scenario.startsAt, endedAt: time.now(), ...result };
}

const elapsedMs = ({ scenario, time }: Stage): number => time.nowMs() - Date.parse(scenario.startsAt);

async function compare(expected: Expectation, stage: Stage, window: Window) {
  const { state, names, target } = stage;
  learnNames(stage);
  const escrows = state.escrowCount(false) + state.escrowCount(true);
  const find = (name: string) => findResource(name, { names, target, client: stage.client() });
  return checkExpectation(expected, { window, control: state.control(), escrows, names, find });
}

const PAGE_SIZE = 1_000;

/** What a cycle logged, in lines, the oldest entry first. */
const entriesOf = ({ id }: CycleRecord, { state, directory }: Stage): readonly Line[] =>
  [...state.logEntries({ cycle: id, limit: PAGE_SIZE })]
    .flat()
    .reverse()
    .map((entry) => {
      const source = sourceId(entry.sourceIdentity.id);
      return describeEntry(entry, directory.storedObject(source)?.label ?? source);
    });
