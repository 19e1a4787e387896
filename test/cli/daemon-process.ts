import type { ChildProcess } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../../src/model/json.ts';
import type { Run } from '../support/run-entrain.ts';
import type { SpawnedJob } from '../support/spawned-job.ts';

/** A daemon that runs as a process of its own. */
export interface DaemonProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<Run>;
  /** What it has logged so far. */
  readonly log: readonly JsonObject[];
  /** Waits until so many of its log lines have some words in their message; returns the last of them. */
  logs(words: string, times?: number): Promise<JsonObject>;
  /** Tells it to stop; returns how it ended. */
  stop(signal?: NodeJS.Signals): Promise<Run>;
}

const messageOf = (line: JsonObject): string => String(line.msg);

/** Starts the daemon in the folder of a job. */
export const startDaemon = (job: SpawnedJob, ...args: readonly string[]): DaemonProcess => {
  const { child, ended } = job.start('start', ...args);
  const log: JsonObject[] = [];
  const listeners = new Set<() => void>();
  let rest = '';
  child.stderr?.on('data', (text: string) => {
    const lines = `${rest}${text}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.startsWith('{')) log.push(JSON.parse(line) as JsonObject);
    for (const listen of listeners) listen();
  });
  return {
    child,
    ended,
    log,
    logs: (words, times = 1) =>
      new Promise((resolve, reject) => {
        const listen = (): void => {
          const line = log.filter((one) => messageOf(one).includes(words))[times - 1];
          if (line === undefined) return;
          listeners.delete(listen);
          resolve(line);
        };
        listeners.add(listen);
        listen();
        void ended.then(({ stderr }) => reject(new Error(`it ended without "${words}":\n${stderr}`)));
      }),
    stop: (signal = 'SIGTERM') => {
      child.kill(signal);
      return ended;
    },
  };
};

/** Changes the configuration of a job. */
export const configure = (job: SpawnedJob, change: (configuration: JsonObject) => JsonObject): void => {
  const file = join(job.folder, 'entrain.yaml');
  writeFileSync(file, JSON.stringify(change(JSON.parse(readFileSync(file, 'utf8')) as JsonObject)));
};

/** A directory of some assigned users in the import format. */
export const usersUpTo = (count: number): JsonObject => {
  const names = Array.from({ length: count }, (_, n) => `user${n}@contoso.com`);
  return {
    users: names.map((name, n) => ({
      userPrincipalName: name,
      displayName: `User ${n}`,
      mailNickname: `user${n}`,
      accountEnabled: true,
    })),
    assignments: names.map((principal) => ({ principal })),
  };
};
