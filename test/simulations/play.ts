import { runScenario, type SimulationResult } from '../../src/app/simulate/run-scenario.ts';
import type { TimelineEntry } from '../../src/app/simulate/timeline.ts';
import { parseScenario, type Scenario } from '../../src/io/scenario-file/read-scenario.ts';
import { ConfigurationError, type Issue } from '../../src/model/errors.ts';

/** A simulation that was played to its end. */
export interface Played extends SimulationResult {
  readonly timeline: readonly TimelineEntry[];
  /** What was not as expected: `<line>:<column> <message>`. */
  readonly complaints: readonly string[];
}

const placeOf = ({ line, column, message }: Issue): string => `${line}:${column} ${message}`;

/** Plays a scenario. @param file what paths in it are relative to */
export async function play(text: string, file = 'scenario.yaml', environment = {}): Promise<Played> {
  return playScenario(parseScenario(text, file, environment));
}

/** Plays a scenario that was read. */
export async function playScenario(scenario: Scenario): Promise<Played> {
  const timeline: TimelineEntry[] = [];
  const result = await runScenario(scenario, (entry) => timeline.push(entry), new AbortController().signal);
  return { ...result, timeline, complaints: result.mismatches.map(placeOf) };
}

/** The issues for which a scenario is refused: `<line>:<column> <message>`. */
export async function issuesOf(text: string, file?: string): Promise<readonly string[]> {
  try {
    await play(text, file);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.issues.map(placeOf);
    throw error;
  }
  return [];
}
