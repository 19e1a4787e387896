/** The function a node of a profile stands for. @see https://chromedevtools.github.io/devtools-protocol/tot/Runtime/#type-CallFrame */
export interface CallFrame {
  readonly functionName: string;
  /** Empty for what is not JavaScript. */
  readonly url: string;
  /** From 0. */
  readonly lineNumber: number;
}

/** A call in a profile, with what it used itself and what it called. */
export interface Call {
  readonly frame: CallFrame;
  /** Microseconds of processor time, or bytes. */
  readonly self: number;
  readonly children: readonly Call[];
}

/** What `node --cpu-prof` writes. @see https://chromedevtools.github.io/devtools-protocol/tot/Profiler/#type-Profile */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: CallFrame;
    readonly children?: readonly number[];
  }[];
  /** The node that ran at each moment that was looked at. */
  readonly samples: readonly number[];
  /** Microseconds from each moment to the next. */
  readonly timeDeltas: readonly number[];
}

/** What `node --heap-prof` writes: bytes that are still held at the end, from a sample of allocations. */
export interface HeapProfile {
  readonly head: HeapNode;
}

interface HeapNode {
  readonly callFrame: CallFrame;
  readonly selfSize: number;
  readonly children: readonly HeapNode[];
}

/** Reads the tree of calls of a processor's profile, in microseconds. */
export function callsOfCpu({ nodes, samples, timeDeltas }: CpuProfile): Call {
  const selfOf = new Map<number, number>();
  for (const [index, id] of samples.entries())
    selfOf.set(id, (selfOf.get(id) ?? 0) + Math.max(0, timeDeltas[index + 1] ?? 0));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const called = new Set(nodes.flatMap(({ children = [] }) => children));
  const callOf = (id: number): Call => {
    const node = byId.get(id);
    if (node === undefined) throw new Error(`the profile names a node ${id} that it does not hold`);
    return {
      frame: node.callFrame,
      self: selfOf.get(id) ?? 0,
      children: (node.children ?? []).map(callOf),
    };
  };
  const root = nodes.find(({ id }) => !called.has(id));
  if (root === undefined) throw new Error('the profile holds no calls');
  return callOf(root.id);
}

/** Reads the tree of calls of a heap's profile, in bytes. */
export const callsOfHeap = ({ head }: HeapProfile): Call => {
  const callOf = ({ callFrame, selfSize, children }: HeapNode): Call => ({
    frame: callFrame,
    self: selfSize,
    children: children.map(callOf),
  });
  return callOf(head);
};
