import type Database from 'better-sqlite3';
import { INITIAL_CONTROL, type JobControl } from '../../../../model/control.ts';

/** Prepares the reading of what was decided about the running of the job. */
export const prepareControlReader = (db: Database.Database): (() => JobControl) => {
  const read = db.prepare<[], string>('SELECT document FROM control').pluck();
  return () => {
    const document = read.get();
    // What an older entrain did not know of is as in the beginning.
    return document === undefined
      ? INITIAL_CONTROL
      : { ...INITIAL_CONTROL, ...(JSON.parse(document) as JobControl) };
  };
};

/** Prepares the writing of what was decided about the running of the job. */
export const prepareControlWriter = (db: Database.Database): ((control: JobControl) => void) => {
  const save = db.prepare(
    'INSERT INTO control (only, document) VALUES (1, ?) ON CONFLICT (only) DO UPDATE SET document = excluded.document',
  );
  return (control) => {
    save.run(JSON.stringify(control));
  };
};
