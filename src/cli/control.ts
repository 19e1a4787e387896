import { openJobStore } from '../io/job-store/job-store.ts';
import type { JobControl } from '../model/control.ts';
import type { RestartScope } from '../model/ports.ts';
import type { Cli } from './cli.ts';

/** A job whose running was decided about. */
export interface ChangedControl {
  readonly job: string;
  /** How it was before. */
  readonly before: JobControl;
}

/**
 * Decides about the running of the job that the command is about; a daemon that runs it sees it before its next cycle.
 * @param forgotten what is forgotten along with it
 */
export function changeControl(
  cli: Cli,
  change: (control: JobControl) => JobControl,
  forgotten: readonly RestartScope[] = [],
): ChangedControl {
  cli.configuration();
  const { id, stateFile } = cli.job();
  const state = openJobStore(stateFile);
  try {
    if (forgotten.length > 0) state.reset(forgotten);
    const before = state.control();
    state.saveControl({ ...change(before), ...(forgotten.length > 0 ? { forgotten } : {}) });
    return { job: id, before };
  } finally {
    state.close();
  }
}
