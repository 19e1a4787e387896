import { spawn } from 'node:child_process';

/** What a spawned command said, and how it ended. */
export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a command is run. */
export interface RunOptions {
  /** Folder it runs in; the repository when absent. */
  readonly cwd?: string;
  /** Added to the environment; undefined removes a name. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Written to its stdin, which is then closed. */
  readonly input?: string;
}

const DIST = new URL('../../dist/cli/', import.meta.url);
const REPOSITORY = new URL('../..', import.meta.url).pathname;

/**
 * Runs the built `entrain` to its end: in this process, which saves the start of another one, and in a process of its own
 * where that is the point. @see needsProcess
 */
export const runEntrain = (args: readonly string[], options: RunOptions = {}): Promise<Run> =>
  isRunning || needsProcess(args, options) ? spawnEntrain(args, options) : runHere(args, options);

/** Standard input, the environment of Node itself, and commands that run until a signal ends them are those of a process. */
const needsProcess = (args: readonly string[], { input, env = {} }: RunOptions): boolean =>
  input !== undefined ||
  Object.keys(env).some((name) => /^(NODE_|TMPDIR|SQLITE_|.*PROXY)/i.test(name)) ||
  args.some((arg) => ['start', 'target', '--watch', '--follow', '--batch'].includes(arg));

/** The folder and the environment are those of the whole process, so one command at a time runs in it. */
let isRunning = false;

async function runHere(args: readonly string[], options: RunOptions): Promise<Run> {
  isRunning = true;
  const { exitCode } = process;
  const folder = process.cwd();
  const environment = { ...process.env };
  const said = { stdout: '', stderr: '' };
  const into = (name: keyof typeof said) => ({
    write: (text: string) => {
      said[name] += text;
    },
  });
  try {
    const { runProgram } = (await import(/* @vite-ignore */ new URL('program.js', DIST).href)) as Pick<
      typeof import('../../src/cli/program.ts'),
      'runProgram'
    >;
    process.exitCode = undefined;
    process.chdir(options.cwd ?? REPOSITORY);
    setEnvironment({ ...environment, NO_COLOR: '1', ...options.env });
    const code = await runProgram(args, {
      stdout: into('stdout'),
      stderr: into('stderr'),
      environment: process.env,
    });
    return { code, ...said };
  } finally {
    process.exitCode = exitCode;
    process.chdir(folder);
    setEnvironment(environment);
    isRunning = false;
  }
}

function setEnvironment(environment: Readonly<Record<string, string | undefined>>): void {
  for (const name of Object.keys(process.env)) if (environment[name] === undefined) delete process.env[name];
  for (const [name, value] of Object.entries(environment)) if (value !== undefined) process.env[name] = value;
}

/** Runs the built `entrain` to its end in a process of its own. */
export const spawnEntrain = (args: readonly string[], options: RunOptions = {}): Promise<Run> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [new URL('main.js', DIST).pathname, ...args], {
      cwd: options.cwd ?? REPOSITORY,
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
