import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type CallFrame, type CpuProfile, callsOfCpu, callsOfHeap } from './call-tree.ts';
import { areaOf, functionOf, summarise } from './summary.ts';

const frame = (functionName: string, url = '', lineNumber = 0): CallFrame => ({
  functionName,
  url,
  lineNumber,
});

const MAP = frame('mapAttributes', 'file:///somewhere/dist/mapping/map.js', 7);
const PATH = frame('upper', 'file:///somewhere/dist/mapping/path.js', 3);
const SQLITE = frame('run', 'file:///somewhere/node_modules/better-sqlite3/lib/database.js', 1);

/** A profile in which `mapAttributes` calls itself once, then a function of its folder and one of a package. */
const PROFILE: CpuProfile = {
  nodes: [
    { id: 1, callFrame: frame('(root)'), children: [2, 6] },
    { id: 2, callFrame: MAP, children: [3, 4, 5] },
    { id: 3, callFrame: MAP },
    { id: 4, callFrame: PATH },
    { id: 5, callFrame: SQLITE },
    { id: 6, callFrame: frame('(idle)') },
  ],
  samples: [2, 3, 4, 5, 6, 2],
  timeDeltas: [0, 10, 20, 30, 40, 1_000],
};

describe('the summary of a profile', () => {
  const { used, idle, areas, functions } = summarise(callsOfCpu(PROFILE));

  test('tells work from waiting', () => {
    expect({ used, idle }).toEqual({ used: 100, idle: 1_000 });
  });

  test('gives each folder and package what it used itself, and what it used with its calls, once', () => {
    expect(areas.filter(({ self }) => self > 0)).toEqual([
      { name: 'mapping', self: 60, total: 100 },
      { name: 'better-sqlite3', self: 40, total: 40 },
    ]);
  });

  test('gives each function the same, with its place, the most expensive first', () => {
    expect(functions.filter(({ self }) => self > 0)).toEqual([
      { name: 'run better-sqlite3/lib/database.js:2', self: 40, total: 40 },
      { name: 'mapAttributes mapping/map.js:8', self: 30, total: 100 },
      { name: 'upper mapping/path.js:4', self: 30, total: 30 },
    ]);
  });

  test('knows what is not a file', () => {
    expect(
      [frame('(garbage collector)'), frame('writev'), frame('emit', 'node:events', 4)].map(areaOf),
    ).toEqual(['(garbage collector)', '(native)', 'node']);
    expect(functionOf(frame('', 'node:events', 4))).toBe('(anonymous) node:events:5');
  });

  test('sums up what a heap holds in the same way', () => {
    const head = {
      callFrame: frame('(root)'),
      selfSize: 0,
      children: [
        { callFrame: MAP, selfSize: 64, children: [{ callFrame: SQLITE, selfSize: 16, children: [] }] },
      ],
    };
    expect(summarise(callsOfHeap({ head })).areas.slice(0, 2)).toEqual([
      { name: 'mapping', self: 64, total: 80 },
      { name: 'better-sqlite3', self: 16, total: 16 },
    ]);
  });
});

test('what this Node writes down is understood', () => {
  const folder = mkdtempSync(join(tmpdir(), 'entrain-profile-'));
  try {
    // Called once, so that no optimisation makes it a part of its caller.
    writeFileSync(
      join(folder, 'work.cjs'),
      'function work() { const end = process.cpuUsage().user + 2e5; while (process.cpuUsage().user < end) JSON.stringify({}); }\nwork();\n',
    );
    execFileSync(process.execPath, ['--cpu-prof', `--cpu-prof-dir=${folder}`, join(folder, 'work.cjs')]);
    const name = readdirSync(folder).find((one) => one.endsWith('.cpuprofile')) ?? '';
    const { used, functions } = summarise(callsOfCpu(JSON.parse(readFileSync(join(folder, name), 'utf8'))));
    expect(functions.reduce((sum, { self }) => sum + self, 0)).toBe(used);
    const work = functions.find(({ name: one }) => one.startsWith('work ') && one.endsWith('work.cjs:1'));
    expect(work?.total).toBeGreaterThan(0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
