import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Scenario } from '../../io/scenario-file/read-scenario.ts';
import { openDirectory } from '../../io/stores/sqlite/directory/directory.ts';
import { readFault } from '../../target/faults/faults.ts';
import { changeDirectory } from './change-directory.ts';
import { importDirectory } from './import-directory.ts';
import { placed } from './placed.ts';
import { changedJob, compileWritten, type Endpoint, firstJob } from './simulated-settings.ts';

/** Stands for the endpoint while nothing is sent. */
const NOWHERE: Endpoint = {
  tenantUrl: 'http://127.0.0.1:9',
  auth: { type: 'bearer', secretToken: 'preflight' },
};

/** What a preflight reports about a scenario. */
export interface Preflight {
  /** The longest interval that the job has between two cycles, and the shortest. */
  readonly longestIntervalMs: number;
  readonly shortestIntervalMs: number;
}

/**
 * Goes through the directory changes, faults and configuration changes of a scenario without a target, so that what is
 * wrong with them is reported before anything is sent.
 * @throws {ConfigurationError} with the first thing that cannot happen
 */
export async function preflight(scenario: Scenario): Promise<Preflight> {
  const folder = mkdtempSync(join(tmpdir(), 'entrain-preflight-'));
  const store = join(folder, 'directory.db');
  const began = Date.parse(scenario.startsAt);
  try {
    let written = firstJob(scenario);
    const { settings } = compileWritten(written, NOWHERE, folder, scenario.environment);
    const intervals = [settings.intervalMs];
    if (scenario.directory !== null)
      await importDirectory(scenario.directory, scenario, {
        store,
        folder,
        job: settings.id,
        now: scenario.startsAt,
        path: ['directory'],
      });
    const directory = openDirectory(store);
    try {
      for (const event of scenario.events) {
        const now = new Date(began + event.atMs).toISOString();
        await changeDirectory(event, { scenario, directory, store, folder, job: settings.id, now }, () => {});
        const { fault } = event.written;
        if (typeof fault === 'string' || typeof fault === 'number')
          await placed(scenario, ['events', event.index, 'fault'], () => readFault(String(fault)));
        if (event.job === null && event.written.schema === undefined) continue;
        written = changedJob(written, event.job ?? {}, event.written.schema ?? []);
        const path = ['events', event.index, event.job === null ? 'schema' : 'job'];
        await placed(scenario, path, () => {
          const changed = compileWritten(written, NOWHERE, folder, scenario.environment);
          intervals.push(changed.settings.intervalMs);
        });
      }
    } finally {
      await directory.close();
    }
    return { longestIntervalMs: Math.max(...intervals), shortestIntervalMs: Math.min(...intervals) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
