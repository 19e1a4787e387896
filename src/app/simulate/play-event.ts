import { join } from 'node:path';
import type { ScenarioEvent } from '../../io/scenario-file/scenario-events.ts';
import { paused, restarted, started } from '../../job/control/quarantine.ts';
import type { ControlChange } from '../../model/ports.ts';
import { type ChangedDirectory, changeDirectory } from './change-directory.ts';
import { changeTarget } from './change-target.ts';
import { placed } from './placed.ts';
import { changedJob } from './simulated-settings.ts';
import { DIRECTORY_FILE, learnNames, type Stage } from './stage.ts';

/** Plays the events of a scenario on its stage. */
export interface Player {
  /** @throws {ConfigurationError} when something cannot happen, with its place in the scenario */
  play(event: ScenarioEvent): Promise<void>;
}

/**
 * Makes the player of events: directory, target, fault, configuration and commands, in this order.
 * @param tell receives a description of each thing that happens
 */
export function createPlayer(stage: Stage, tell: (text: string) => void): Player {
  let fault: string | null = null;

  const setFault = (name: string | null): void => {
    stage.target?.fault(name);
    fault = name;
  };

  const changeResources = async ({ index, written }: ScenarioEvent): Promise<void> => {
    const { target, names } = stage;
    target?.fault(null);
    for (const [number, change] of (written.target ?? []).entries()) {
      tell(`target: ${typeof change === 'string' ? change : JSON.stringify(change)}`);
      await placed(stage.scenario, ['events', index, 'target', number], () =>
        changeTarget(change, stage.changed(), names),
      );
    }
    target?.fault(fault);
  };

  const switchFault = async ({ index, written }: ScenarioEvent): Promise<void> => {
    if (written.fault === undefined) return;
    const name = written.fault === null ? null : String(written.fault);
    tell(name === null ? 'fault: none, the target is well again' : `fault: ${name}`);
    await placed(stage.scenario, ['events', index, 'fault'], () => setFault(name));
  };

  return {
    play: async (event) => {
      await learnNames(stage);
      await changeDirectory(event, directoryOf(stage), tell);
      if (event.written.target !== undefined) await changeResources(event);
      await switchFault(event);
      await configure(event, stage, tell);
      await command(event, stage, tell);
    },
  };
}

const directoryOf = ({ scenario, directory, folder, time, job }: Stage): ChangedDirectory => ({
  scenario,
  directory,
  store: join(folder, DIRECTORY_FILE),
  folder,
  job: job().settings.id,
  now: time.now(),
});

type Tell = (text: string) => void;

async function configure(event: ScenarioEvent, stage: Stage, tell: Tell): Promise<void> {
  const edits = event.written.schema ?? [];
  if (event.job === null && edits.length === 0) return;
  if (event.job !== null) tell(`job: ${JSON.stringify(event.job)}`);
  for (const edit of edits) tell(`schema: ${JSON.stringify(edit)}`);
  const path = ['events', event.index, event.job === null ? 'schema' : 'job'];
  await placed(stage.scenario, path, () =>
    stage.configure(changedJob(stage.written(), event.job ?? {}, edits)),
  );
}

async function command({ written }: ScenarioEvent, { state }: Stage, tell: Tell): Promise<void> {
  const change = (to: ControlChange): Promise<void> => state.updateControl(to);
  if (written.command !== undefined) {
    tell(written.command);
    await change(written.command === 'pause' ? paused : started);
  }
  const scopes = written.restart;
  if (scopes !== undefined) {
    tell(`restart: ${scopes.join(', ')}`);
    await state.reset(scopes);
    await change((control) => restarted(control, scopes));
  }
}
