import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe } from 'vitest';
import { openJobStore } from '../../../../../src/io/stores/sqlite/job/job-store.ts';
import { type CycleStore, fakeJobStore } from '../../../../support/fake-job-store.ts';

/** Gives each test of the current suite a directory of its own, removed after it. */
export const useDirectory = (): ((name: string) => string) => {
  let directory = '';
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'entrain-job-store-'));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });
  return (name) => join(directory, name);
};

const suite = (open: () => CycleStore, tests: (store: () => CycleStore) => void): void => {
  let store: CycleStore;
  beforeEach(() => {
    store = open();
  });
  afterEach(() => {
    store.close();
  });
  tests(() => store);
};

/** Runs one suite of the job store's contract on the store that is used and on the fake of other tests. */
export const describeBothStores = (name: string, tests: (store: () => CycleStore) => void): void => {
  describe(`${name} (SQLite)`, () => {
    const path = useDirectory();
    suite(() => openJobStore(path('job.db')), tests);
  });
  describe(`${name} (fake)`, () => {
    suite(fakeJobStore, tests);
  });
};
