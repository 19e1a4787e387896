import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe } from 'vitest';
import { openJobStore } from '../../../src/io/stores/sqlite/job/job-store.ts';
import { type CycleStore, fakeJobStore } from '../../support/fake-job-store.ts';

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

/** An engine of the job store. */
interface Engine {
  readonly name: string;
  /** Opens a new store. @param path names a file that is removed after the test */
  open(path: (name: string) => string): Promise<CycleStore>;
}

/** The engines that keep the contract; the fake is among them, so that tests that use it speak of the real ones. */
const ENGINES: readonly Engine[] = [
  { name: 'SQLite', open: async (path) => openJobStore(path('job.db')) },
  { name: 'fake', open: async () => fakeJobStore() },
];

/** Runs one suite of the job store's contract on every engine. */
export const describeStores = (name: string, tests: (store: () => CycleStore) => void): void => {
  describe.each(ENGINES)(`${name} ($name)`, ({ open }) => {
    const path = useDirectory();
    let store: CycleStore;
    beforeEach(async () => {
      store = await open(path);
    });
    afterEach(async () => {
      await store.close();
    });
    tests(() => store);
  });
};
