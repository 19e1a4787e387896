import type Database from 'better-sqlite3';
import { INITIAL_CONTROL, type JobControl } from '../../../../model/control.ts';
import type { JobReader, JobWriter } from '../../../../model/ports.ts';
import type { Synchronous } from '../../asynchronous.ts';

/** Prepares the reading and changing of what was decided about the running of the job. */
export function prepareControl(
  db: Database.Database,
): Pick<Synchronous<JobReader>, 'control'> & Pick<Synchronous<JobWriter>, 'updateControl'> {
  const read = db.prepare<[], string>('SELECT document FROM control').pluck();
  const save = db.prepare(
    'INSERT INTO control (only, document) VALUES (1, ?) ON CONFLICT (only) DO UPDATE SET document = excluded.document',
  );
  const control = (): JobControl => {
    const document = read.get();
    // What an older entrain did not know of is as in the beginning.
    return document === undefined
      ? INITIAL_CONTROL
      : { ...INITIAL_CONTROL, ...(JSON.parse(document) as JobControl) };
  };
  const update = db.transaction((change: (control: JobControl) => JobControl) => {
    save.run(JSON.stringify(change(control())));
  });
  return {
    control,
    updateControl: (change) => {
      update.immediate(change);
    },
  };
}
