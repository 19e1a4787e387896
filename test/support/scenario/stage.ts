import type { RunningTarget } from '../../../src/target/start.ts';
import type { FakeWorld } from '../fake-world.ts';
import type { Lab } from '../lab.ts';
import type { Names } from './names.ts';

/** The world of a scenario while it is played. */
export interface Stage {
  readonly target: RunningTarget;
  readonly clock: FakeWorld;
  readonly names: Names;
  /** Replaced when the schema or the job changes; directory and state stay. */
  lab: Lab;
  /** Is told when the target has answered a write. */
  onWrite: () => void;
}

/** Gives names to whatever source and target hold by now. */
export function learnNames({ target, names, lab }: Stage): void {
  for (const type of ['User', 'Group'] as const) {
    names.learn(type, target.resources(type));
    for (const page of lab.directory.stored(type, 1000))
      for (const { id, label } of page) names.learnSource(id, label);
  }
}
