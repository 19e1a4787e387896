/**
 * Shows where a command of the built program spends its processor time, or what holds its memory: by folder of the
 * source and by package, then by function. It looks at the main thread, and not at the one that sends once a job sends
 * fast. The command runs in a process of its own, in a generated company against an endpoint without logic, or in a
 * folder of one's own. The profile is kept, for a browser's developer tools.
 * @example npm run profile -- initial                        # an initial cycle of 20,000 creations
 * @example npm run profile -- plan --users 100000 --top 40
 * @example npm run profile -- initial --heap                 # bytes that are held at the end
 * @example npm run profile -- --in ./my-company -- run --full
 */
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Ended, profileEntrain } from './child.ts';
import { callsOfCpu, callsOfHeap } from './profile/call-tree.ts';
import { type Company, PROFILED } from './profile/commands.ts';
import { type Share, type Summary, summarise } from './profile/summary.ts';
import { openWorkplace } from './workplace.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    users: { type: 'string', default: '20000' },
    concurrency: { type: 'string', default: '32' },
    delay: { type: 'string', default: '0' },
    rate: { type: 'string', default: '0' },
    groups: { type: 'boolean', default: false },
    heap: { type: 'boolean', default: false },
    in: { type: 'string' },
    out: { type: 'string', default: join(tmpdir(), 'entrain-profile') },
    top: { type: 'string', default: '25' },
    json: { type: 'boolean', default: false },
  },
});

const kind = values.heap ? 'heap' : 'cpu';
const out = resolve(values.out);
const top = Number(values.top);

async function profileCompany(): Promise<Ended> {
  const [name = ''] = positionals;
  const profiled = PROFILED[name];
  if (profiled === undefined) {
    const known = Object.entries(PROFILED).map(([one, { what }]) => `  ${one.padEnd(8)} ${what}`);
    throw new Error(`name what is to be looked into, or a folder with --in:\n${known.join('\n')}`);
  }
  const company: Company = {
    users: Number(values.users),
    hasGroups: values.groups,
    concurrency: Number(values.concurrency),
    requestsPerSecond: Number(values.rate),
    delayMs: Number(values.delay),
  };
  const place = await openWorkplace(company);
  try {
    await profiled.prepare(place, company);
    return await profileEntrain(profiled.args, place.folder, { kind, out, baseUrl: place.endpoint.baseUrl });
  } finally {
    place.close();
  }
}

function profileFolder(folder: string): Promise<Ended> {
  return profileEntrain(positionals, resolve(folder), { kind, out });
}

/** Names of profiles are the kind, the day, the time, the process, its thread (the main one is 0), and a number. */
function newestProfile(): string {
  mkdirSync(out, { recursive: true });
  const name = readdirSync(out)
    .filter((one) => one.endsWith(`.${kind}profile`) && one.split('.')[4] === '0')
    .sort()
    .at(-1);
  if (name === undefined) throw new Error(`no profile was written into ${out}`);
  return join(out, name);
}

function measured({ seconds, cpuSeconds, peakMegabytes }: Ended) {
  return { seconds, cpuSeconds, peakMegabytes };
}

function printSummary(
  { used, idle, areas, functions }: Summary,
  { seconds, cpuSeconds, peakMegabytes }: Ended,
  file: string,
): void {
  console.log(
    `${seconds.toFixed(2)} s, ${cpuSeconds.toFixed(2)} s processor time of all threads, peak memory ${Math.round(peakMegabytes)} MB`,
  );
  console.log(
    values.heap
      ? `${shown(used)} held at the end`
      : `${shown(used)} in the main thread, ${shown(idle)} waiting`,
  );
  printShares('folder or package', areas.slice(0, top), used);
  printShares('function', functions.slice(0, top), used);
  console.log(`\n${file} (open it in the developer tools of a browser, or in speedscope)`);
}

function printShares(title: string, shares: readonly Share[], used: number): void {
  console.log(`\n${'self'.padStart(10)}        ${'with calls'.padStart(10)}         ${title}`);
  const percent = (value: number): string => `${((100 * value) / used).toFixed(1)} %`.padStart(7);
  for (const { name, self, total } of shares)
    console.log(
      `${shown(self).padStart(10)} ${percent(self)} ${shown(total).padStart(10)} ${percent(total)}  ${name}`,
    );
}

function shown(value: number): string {
  return values.heap ? `${(value / 1024).toFixed(0)} KB` : `${(value / 1000).toFixed(0)} ms`;
}

const ended = values.in === undefined ? await profileCompany() : await profileFolder(values.in);
const file = newestProfile();
const parsed = JSON.parse(readFileSync(file, 'utf8'));
const summary = summarise(values.heap ? callsOfHeap(parsed) : callsOfCpu(parsed));
if (values.json) console.log(JSON.stringify({ file, ...measured(ended), ...summary }, null, 2));
else printSummary(summary, ended, file);
