import { spawn } from 'node:child_process';

/** What a spawned command said, and how it ended. */
export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a command is spawned. */
export interface RunOptions {
  /** Folder it runs in; the repository when absent. */
  readonly cwd?: string;
  /** Added to the environment; undefined removes a name. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Written to its stdin, which is then closed. */
  readonly input?: string;
}

const MAIN = new URL('../../dist/cli/main.js', import.meta.url).pathname;

/** Runs the built `entrain` to its end in a process of its own. */
export const runEntrain = (args: readonly string[], options: RunOptions = {}): Promise<Run> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [MAIN, ...args], {
      cwd: options.cwd ?? new URL('../..', import.meta.url).pathname,
      env: { ...process.env, NO_COLOR: '1', ...options.env },
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.on('error', reject);
    child.on('close', (code) =>
      resolve({ code, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() }),
    );
    child.stdin.on('error', () => {});
    child.stdin.end(options.input ?? '');
  });
