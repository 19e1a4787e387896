import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JobStore } from '../../src/io/stores/job-store.ts';
import { openJobStore } from '../../src/io/stores/sqlite/job/job-store.ts';
import { type RunningTarget, startTarget } from '../../src/target/start.ts';
import {
  type DeadlyProxy,
  type Moment,
  type StruckRequest,
  startDeadlyProxy,
} from '../support/deadly-proxy.ts';
import { type SpawnedJob, setUpJob } from '../support/spawned-job.ts';
import { COMPANY } from './company.ts';

/** A job, its target, and a proxy between them that can kill. */
export interface Trial {
  readonly job: SpawnedJob;
  readonly target: RunningTarget;
  readonly proxy: DeadlyProxy;
  /** Keeps the directory, the state and what the target holds in a folder, for others to begin from. */
  keep(folder: string): void;
  close(): Promise<void>;
}

const TOKEN = 'kills';
const DIRECTORY = 'directory.db';
const STATE = 'it.state.db';
const TARGET = 'target.jsonl';

/**
 * Sets up a trial.
 * @param from a folder that another trial was kept in; null: the company, and nothing in the target
 * @param concurrency requests under way at once
 */
export const openTrial = async (from: string | null, concurrency: number): Promise<Trial> => {
  const folder = mkdtempSync(join(tmpdir(), 'entrain-kills-'));
  const targetFile = join(folder, TARGET);
  if (from !== null) cpSync(join(from, TARGET), targetFile);
  const target = await startTarget({ file: targetFile, token: TOKEN });
  const proxy = await startDeadlyProxy(target.baseUrl);
  const job = await setUpJob({
    tenantUrl: proxy.baseUrl,
    token: TOKEN,
    target: { concurrency },
    // The daemon that is started again need not wait long for its next cycle.
    job: { interval: '1s' },
    ...(from === null ? { directory: COMPANY } : {}),
  });
  const copies = [DIRECTORY, STATE].flatMap((file) => [file, `${file}-wal`]);
  const copy = (source: string, destination: string): void => {
    for (const file of copies)
      if (existsSync(join(source, file))) cpSync(join(source, file), join(destination, file));
  };
  if (from !== null) {
    copy(from, job.folder);
    // The target of the copy listens elsewhere.
    const { code, stderr } = await job.entrain('state', 'adopt');
    if (code !== 0) throw new Error(`the state could not be adopted: ${stderr}`);
  }
  return {
    job,
    target,
    proxy,
    keep: (destination) => {
      copy(job.folder, destination);
      cpSync(targetFile, join(destination, TARGET));
    },
    close: async () => {
      await proxy.stop();
      await target.stop();
      job.remove();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

/** What came of a run that was to be killed. */
export interface Kill {
  /** The run was over before it could be killed. */
  readonly isTooLate: boolean;
  /** The request at which it was killed; null: it sent fewer. */
  readonly struck: StruckRequest | null;
}

/**
 * Runs a cycle and kills its process at its nth request.
 * @param command `start` runs the cycle in the daemon, which is stopped where it comes to the end of the cycle
 */
export const killAt = async (
  { job, proxy }: Trial,
  nth: number,
  moment: Moment,
  command: 'run' | 'start',
): Promise<Kill> => {
  const { child, ended, says } = job.start(command, ...(command === 'run' ? ['--quiet'] : []));
  if (command === 'start') void says(CYCLE_ENDED).then(() => child.kill('SIGTERM'));
  let struck: StruckRequest | null = null;
  proxy.lieInWait({
    nth,
    moment,
    strike: (request) => {
      struck = request;
      child.kill('SIGKILL');
    },
  });
  const { code } = await ended;
  proxy.lieInWait(null);
  return { isTooLate: code !== null, struck };
};

/** What the daemon logs once a cycle came to its end. */
const CYCLE_ENDED = 'the cycle ended';

/** Starts the daemon, lets it run a cycle to its end, and stops it. */
export const runDaemonOnce = async ({ job }: Trial): Promise<void> => {
  const { child, ended, says } = job.start('start');
  await Promise.race([says(CYCLE_ENDED), ended]);
  child.kill('SIGTERM');
  await ended;
};

/** Reads the state of a trial's job. */
export const withState = async <Result>(
  { job }: Trial,
  read: (state: JobStore) => Promise<Result>,
): Promise<Result> => {
  const state = openJobStore(job.stateFile, { readonly: true });
  try {
    return await read(state);
  } finally {
    await state.close();
  }
};
