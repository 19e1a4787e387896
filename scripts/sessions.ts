import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { REPOSITORY } from './pages.ts';

/** A fenced block: its info string, such as `console` or `yaml entrain.yaml`, and its content. */
const BLOCK = /^```(\S+)(?: (\S+))?\n([\s\S]*?)^```$/gm;

/** The port that the page shows; each replay takes a free one. */
const SHOWN_PORT = '8080';

/** What differs from one replay to the next, and what the page shows instead. */
const VOLATILE: readonly (readonly [RegExp, string])[] = [
  [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '00000000-0000-4000-8000-000000000000'],
  [/\b20\d\d-\d\d-\d\dT(?!00:00:00)\d\d:\d\d:\d\d(\.\d+)?Z/g, '2026-01-01T09:00:00.000Z'],
  [/\bin \d+(\.\d+)? m?s \(\d+\/s\)/g, 'in 0.4 s (40/s)'],
  [/-e[0-9a-f]{6}\b/g, '-e7f31a2'],
  [/\b\d+(\.\d+)? ms\b/g, '7 ms'],
];

/** Where a session begins: with the files of a folder of fixtures, and copies of others under names of their own. */
const BEGINNING = /^<!-- session: (\S+)(?:; (\S+) = (\S+))? -->$/m;

/**
 * Plays the sessions of a page again: under each heading of the second level a new folder with the files that its
 * comment names, the blocks with a file name as files, and the commands of the `console` blocks. A command that ends
 * with `&` goes on until the next one or the end of the session.
 * @returns the page with what was printed now
 */
export async function replayed(page: string): Promise<string> {
  const sections = page.split(/^(?=## )/m);
  const played: string[] = [];
  for (const section of sections) played.push(await replaySection(section));
  return played.join('');
}

async function replaySection(section: string): Promise<string> {
  const [, fixtures, copy, original] = BEGINNING.exec(section) ?? [];
  if (fixtures === undefined) return section;
  const folder = mkdtempSync(join(tmpdir(), 'entrain-session-'));
  const cwd = join(folder, 'work');
  cpSync(join(REPOSITORY, 'fixtures/sessions', fixtures), cwd, { recursive: true });
  if (copy !== undefined && original !== undefined) copyFileSync(join(REPOSITORY, original), join(cwd, copy));
  const shell = openShell(cwd, binFolder(folder), await freePort());
  try {
    const parts: string[] = [];
    let end = 0;
    for (const match of section.matchAll(BLOCK)) {
      const [whole, language, name, content = ''] = match;
      parts.push(section.slice(end, match.index));
      end = match.index + whole.length;
      if (language === 'console') parts.push(`\`\`\`console\n${await shell.play(content)}\n\`\`\``);
      else {
        if (name !== undefined) shell.write(name, content);
        parts.push(whole);
      }
    }
    return parts.join('') + section.slice(end);
  } finally {
    await shell.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Shell {
  /** Carries out the commands of a block. @returns the block with what they printed */
  play(block: string): Promise<string>;
  write(name: string, content: string): void;
  close(): Promise<void>;
}

function openShell(cwd: string, bin: string, port: string): Shell {
  const env = { ...process.env, NO_COLOR: '1', PORT: port, PATH: `${bin}${delimiter}${process.env.PATH}` };
  let behind: ChildProcess | null = null;
  const endBehind = async (): Promise<void> => {
    if (behind !== null) await ended(behind);
    behind = null;
  };
  const carryOut = async (command: string): Promise<readonly string[]> => {
    const call = command.replaceAll(SHOWN_PORT, port);
    if (!call.endsWith('&')) return shown(await output(call, cwd, env), cwd, port);
    await endBehind();
    behind = spawn('sh', ['-c', `exec ${call.slice(0, -1)}`], { cwd, env, stdio: 'ignore' });
    await listening(Number(port));
    return [];
  };
  return {
    play: async (block) => {
      const lines: string[] = [];
      for (const line of block.split('\n').filter((one) => one.startsWith('$ ')))
        lines.push(line, ...(await carryOut(line.slice(2))));
      return lines.join('\n');
    },
    write: (name, content) => writeFileSync(join(cwd, name), content.replaceAll(SHOWN_PORT, port)),
    close: endBehind,
  };
}

async function ended(child: ChildProcess): Promise<void> {
  const end = once(child, 'close');
  child.kill('SIGKILL');
  await end;
}

/** A folder with the program under its name. */
function binFolder(folder: string): string {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const file = join(bin, 'entrain');
  writeFileSync(
    file,
    `#!/bin/sh\nexec "${process.execPath}" "${join(REPOSITORY, 'dist/cli/main.js')}" "$@"\n`,
  );
  chmodSync(file, 0o755);
  return bin;
}

/** What a command prints on either stream, in the order of its writes, and its exit code where it is not 0. */
function output(call: string, cwd: string, env: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('sh', ['-c', `${call} 2>&1`], { cwd, env, stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.on('data', (data: Buffer) => {
      text += data.toString();
    });
    child.on('error', reject);
    child.on('close', (code) => resolve(code === 0 ? text : `${text.trimEnd()}\n(exit code ${code})`));
  });
}

function shown(text: string, cwd: string, port: string): readonly string[] {
  const settled = VOLATILE.reduce(
    (now, [pattern, instead]) => now.replace(pattern, instead),
    text.replaceAll(cwd, '.').replaceAll(port, SHOWN_PORT),
  );
  return settled.trim() === '' ? [] : settled.trimEnd().split('\n');
}

function freePort(): Promise<string> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(String(typeof address === 'object' ? address?.port : '')));
    });
  });
}

/** Waits until something listens. */
async function listening(port: number): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt += 1) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (isOpen) return;
    await sleep(50);
  }
  throw new Error(`nothing listens on port ${port}`);
}
