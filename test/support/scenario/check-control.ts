import { expect } from 'vitest';
import { parseDurationMs } from '../../../src/io/configuration/shapes/duration.ts';
import type { JobControl } from '../../../src/model/control.ts';
import type { ExpectedControl } from './scenario.ts';
import type { Stage } from './stage.ts';

/** Does to the running of the job what a command does. */
export function changeControl({ lab }: Stage, change: (control: JobControl) => JobControl): void {
  lab.state.saveControl(change(lab.state.control()));
}

/** Compares how the job stands with what is expected. */
export function checkControl(expected: ExpectedControl, where: string, { lab }: Stage): void {
  const { quarantine, isPaused, isDisabled, escrowsPruned } = lab.state.control();
  const waitMs =
    quarantine === null ? null : Date.parse(quarantine.nextAttempt) - Date.parse(quarantine.seriesBegan);
  const actual = {
    quarantine: quarantine?.reason ?? null,
    nextAttempt: waitMs,
    seriesCount: quarantine?.seriesCount ?? 0,
    paused: isPaused,
    disabled: isDisabled,
    escrowsPruned,
  };
  const { nextAttempt, ...others } = expected;
  const wanted =
    nextAttempt === undefined ? others : { ...others, nextAttempt: parseDurationMs(nextAttempt) };
  expect(actual, `${where}: how the job stands`).toMatchObject(wanted);
}
