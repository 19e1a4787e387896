// Prints what the start of commands costs: processor time (user and system) as a multiple of `node -e 0`, the least of the
// runs, which alternate. `npm run bench:start -- 15` makes 15 runs of each; 9 when not given.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MAIN = new URL('../../dist/cli/main.js', import.meta.url).pathname;
const RUNS = Number(process.argv[2] ?? 9);

/** The most that a command may cost, as a multiple; null: shown only. */
const LIMITS: readonly (readonly [command: string, limit: number | null])[] = [
  ['--version', 2],
  ['--help', 2],
  ['status', 5],
  ['logs', null],
  ['pause', null],
  ['directory list users', null],
  ['plan --offline', null],
  ['run --help', null],
];

const cwd = mkdtempSync(join(tmpdir(), 'entrain-start-'));
for (const args of [['init'], ['directory', 'import', 'directory.json'], ['resume']])
  execFileSync(process.execPath, [MAIN, ...args], { cwd, stdio: 'ignore' });

/** The processor time of one process, in milliseconds: bash asks the system for that of its children. */
function cpuMs(args: readonly string[]): number {
  const script = `TIMEFORMAT='%U %S'; time "$0" "$@" > /dev/null 2>&1`;
  const { stderr } = spawnSync('bash', ['-c', script, process.execPath, ...args], { cwd, encoding: 'utf8' });
  const [user = Number.NaN, system = Number.NaN] = stderr.trim().split(' ').map(Number);
  return (user + system) * 1_000;
}

const commands = [['-e', '0'], ...LIMITS.map(([command]) => [MAIN, ...command.split(' ')])];
const least = commands.map(() => Number.POSITIVE_INFINITY);
for (let run = 0; run < RUNS; run += 1)
  for (const [index, args] of commands.entries()) least[index] = Math.min(least[index] ?? 0, cpuMs(args));

const [bare = Number.NaN, ...costs] = least;
console.log(`node -e 0: ${bare.toFixed(0)} ms of processor time, the least of ${RUNS} runs\n`);
for (const [index, [command, limit]] of LIMITS.entries()) {
  const cost = costs[index] ?? Number.NaN;
  const times = cost / bare;
  const verdict = limit === null ? '' : times <= limit ? `  (limit ${limit})` : `  OVER THE LIMIT ${limit}`;
  console.log(
    `${command.padEnd(22)} ${times.toFixed(2).padStart(5)} ×  ${cost.toFixed(0).padStart(5)} ms${verdict}`,
  );
  if (limit !== null && times > limit) process.exitCode = 1;
}
