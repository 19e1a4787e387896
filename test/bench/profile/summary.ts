import type { Call, CallFrame } from './call-tree.ts';

/** What one part of the program used. */
export interface Share {
  readonly name: string;
  /** In the unit of the profile, without what it called. */
  readonly self: number;
  /** With what it called; a function that calls itself counts once. */
  readonly total: number;
}

/** A profile by folders and packages, and by functions; the most expensive first. */
export interface Summary {
  /** Everything but waiting, in the unit of the profile. */
  readonly used: number;
  /** What passed while there was nothing to do. */
  readonly idle: number;
  readonly areas: readonly Share[];
  readonly functions: readonly Share[];
}

const IDLE = '(idle)';
const OWN = /\/dist\/(.+)\/[^/]+\.js$/;
const PACKAGE = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//;

/**
 * The folder of ours, the package, or the part of Node that a function belongs to. What the engine does by itself, such
 * as collecting memory, goes by the name it gives it.
 */
export function areaOf({ url, functionName }: CallFrame): string {
  if (url === '') return functionName.startsWith('(') ? functionName : '(native)';
  if (url.startsWith('node:')) return 'node';
  return PACKAGE.exec(url)?.[1] ?? OWN.exec(url)?.[1] ?? 'entrain';
}

/** A function with its place in the source. */
export function functionOf(frame: CallFrame): string {
  const name = frame.functionName === '' ? '(anonymous)' : frame.functionName;
  if (frame.url === '') return name;
  const file = frame.url.startsWith('node:')
    ? frame.url
    : frame.url.replace(/.*\/(?:node_modules|dist)\//, '');
  return `${name} ${file}:${frame.lineNumber + 1}`;
}

/** Sums up a profile. */
export function summarise(root: Call): Summary {
  const areas = new Sums();
  const functions = new Sums();
  const idle = sumOf(root, ({ functionName }) => functionName === IDLE);
  const visit = (call: Call, above: { area: readonly string[]; name: readonly string[] }): number => {
    const area = areaOf(call.frame);
    const name = functionOf(call.frame);
    const below = { area: [...above.area, area], name: [...above.name, name] };
    const total = call.children.reduce((sum, child) => sum + visit(child, below), call.self);
    areas.add(area, call.self, above.area.includes(area) ? 0 : total);
    functions.add(name, call.self, above.name.includes(name) ? 0 : total);
    return total;
  };
  const used = root.children.reduce((sum, child) => sum + visit(child, { area: [], name: [] }), 0) - idle;
  return { used, idle, areas: areas.shares(), functions: functions.shares() };
}

const sumOf = (call: Call, belongs: (frame: CallFrame) => boolean): number =>
  call.children.reduce((sum, child) => sum + sumOf(child, belongs), belongs(call.frame) ? call.self : 0);

class Sums {
  readonly #sums = new Map<string, { self: number; total: number }>();

  add(name: string, self: number, total: number): void {
    const sum = this.#sums.get(name) ?? { self: 0, total: 0 };
    this.#sums.set(name, { self: sum.self + self, total: sum.total + total });
  }

  shares(): readonly Share[] {
    return [...this.#sums]
      .filter(([name]) => name !== IDLE)
      .map(([name, sum]) => ({ name, ...sum }))
      .sort((a, b) => b.self - a.self);
  }
}
