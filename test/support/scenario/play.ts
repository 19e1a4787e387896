import { parseDurationMs } from '../../../src/io/configuration/shapes/duration.ts';
import { paused, restarted, started } from '../../../src/job/control/quarantine.ts';
import type { Dialect } from '../../../src/model/dialect.ts';
import { DEFAULT_SAFETY, type SafetySettings } from '../../../src/model/safety.ts';
import { startTarget } from '../../../src/target/start.ts';
import { fakeWorld } from '../fake-world.ts';
import { type LabOptions, openLab } from '../lab.ts';
import { changeControl, checkControl } from './check-control.ts';
import { checkCycle } from './check-cycle.ts';
import { checkProvision } from './check-provision.ts';
import { type DirectoryStage, importDirectory, runDirectoryCommand } from './directory-events.ts';
import { editedSchema } from './edit-schema.ts';
import { createNames } from './names.ts';
import type { Scenario, ScenarioJob, ScenarioStep } from './scenario.ts';
import { learnNames, type Stage } from './stage.ts';
import { changeTarget } from './target-events.ts';

/** Plays a scenario from its beginning to its end, and checks every cycle of it. */
export async function playScenario(scenario: Scenario): Promise<void> {
  const target = await startTarget({
    onExchange: ({ method }) => {
      if (method !== 'GET') stage.onWrite();
    },
  });
  const clock = fakeWorld();
  const options = { baseUrl: target.baseUrl, token: target.token, clock };
  const lab = openLab({ ...options, ...settingsOf(scenario.job), schema: editedSchema(scenario.schema) });
  const stage: Stage = { target, clock, names: createNames(), lab, onWrite: () => {} };
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
  } else if ('fault' in step) stage.target.fault(step.fault);
  else if ('restart' in step) {
    stage.lab.restart(...step.restart);
    changeControl(stage, (control) => restarted(control, step.restart));
  } else if ('command' in step) changeControl(stage, step.command === 'pause' ? paused : started);
  else if ('control' in step) checkControl(step.control, where, stage);
  else if ('provision' in step) await checkProvision(step.provision, where, stage);
  else await checkCycle(step.cycle, where, stage);
}

const directoryStage = ({ lab, clock }: Stage): DirectoryStage => ({
  directory: lab.directory,
  schema: lab.job.schema,
  job: lab.job.settings.id,
  now: clock.now(),
});

const settingsOf = ({ state, dialect, options, safety, ...job }: ScenarioJob): Partial<LabOptions> => ({
  job: {
    ...Object.fromEntries(Object.entries(job).filter(([, value]) => value !== undefined)),
    safety: safetyOf(safety ?? {}),
  },
  ...(state === undefined ? {} : { state }),
  dialect: {
    ...(dialect === undefined ? {} : { patch: dialect }),
    ...(options as Partial<Dialect> | undefined),
  },
});

/** The published figures with those of a scenario, each where it belongs. */
function safetyOf({ deletionThreshold, ...figures }: NonNullable<ScenarioJob['safety']>): SafetySettings {
  const { quarantine, guard, ...others } = DEFAULT_SAFETY;
  const given = (group: object) =>
    Object.fromEntries(Object.entries(figures).filter(([name]) => name in group));
  return {
    ...others,
    deletionThreshold: deletionThreshold ?? null,
    quarantine: { ...quarantine, ...given(quarantine) },
    guard: { ...guard, ...given(guard) },
  };
}
