import { parseDurationMs } from '../../../src/io/configuration/duration.ts';
import { startTarget } from '../../../src/target/start.ts';
import { fakeWorld } from '../fake-world.ts';
import { type LabOptions, openLab } from '../lab.ts';
import { checkCycle } from './check-cycle.ts';
import { type DirectoryStage, importDirectory, runDirectoryCommand } from './directory-events.ts';
import { editedSchema } from './edit-schema.ts';
import { createNames } from './names.ts';
import type { Scenario, ScenarioJob, ScenarioStep } from './scenario.ts';
import { learnNames, type Stage } from './stage.ts';
import { changeTarget } from './target-events.ts';

/** Plays a scenario from its beginning to its end, and checks every cycle of it. */
export async function playScenario(scenario: Scenario): Promise<void> {
  const target = await startTarget();
  const clock = fakeWorld();
  const options = { baseUrl: target.baseUrl, token: target.token, clock };
  const lab = openLab({ ...options, ...settingsOf(scenario.job), schema: editedSchema(scenario.schema) });
  const stage: Stage = { target, clock, names: createNames(), lab };
  try {
    for (const user of scenario.target.users) target.seed('User', user);
    for (const group of scenario.target.groups) target.seed('Group', group);
    importDirectory(scenario.directory, directoryStage(stage));
    const memory = { edits: [...scenario.schema], job: scenario.job };
    for (const [index, step] of scenario.steps.entries()) {
      learnNames(stage);
      await play(step, `step ${index + 1}`, stage, memory);
    }
  } finally {
    lab.close();
    await target.stop();
  }
}

/** What later steps build upon. */
interface Memory {
  readonly edits: Scenario['schema'];
  job: ScenarioJob;
}

async function play(step: ScenarioStep, where: string, stage: Stage, memory: Memory): Promise<void> {
  if ('after' in step) stage.clock.advance(parseDurationMs(step.after) ?? 0);
  else if ('directory' in step)
    for (const line of step.directory) runDirectoryCommand(line, directoryStage(stage));
  else if ('import' in step) importDirectory(step.import, directoryStage(stage));
  else if ('target' in step)
    for (const event of step.target) await changeTarget(event, stage.target, stage.names);
  else if ('schema' in step) {
    memory.edits.push(...step.schema);
    stage.lab = stage.lab.with({ schema: editedSchema(memory.edits) });
  } else if ('job' in step) {
    memory.job = { ...memory.job, ...step.job };
    stage.lab = stage.lab.with(settingsOf(memory.job));
  } else if ('restart' in step) stage.lab.restart(...step.restart);
  else await checkCycle(step.cycle, where, stage);
}

const directoryStage = ({ lab, clock }: Stage): DirectoryStage => ({
  directory: lab.directory,
  schema: lab.job.schema,
  job: lab.job.settings.id,
  now: clock.now(),
});

const settingsOf = ({ state, dialect, ...job }: ScenarioJob): Partial<LabOptions> => ({
  job: Object.fromEntries(Object.entries(job).filter(([, value]) => value !== undefined)),
  ...(state === undefined ? {} : { state }),
  ...(dialect === undefined ? {} : { dialect: { patch: dialect } }),
});
