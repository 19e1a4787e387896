import type { Line } from '../../io/scenario-file/expectation-shape.ts';
import type { CycleRecord } from '../../model/cycle.ts';
import type { ScimRequest } from '../../model/scim.ts';

/** Requests, and log entries, that are kept between two expectations; what is more is only counted. */
export const MOST_KEPT = 10_000;

/** What happened since the expectation before, or since the beginning. */
export interface Window {
  noteRequest(request: ScimRequest): void;
  /** @param entries what the cycle logged, in lines */
  noteCycle(record: CycleRecord, entries: readonly Line[]): void;
  /** @param entries what was logged beside the cycles */
  noteLog(entries: readonly Line[]): void;
  /** The requests in their order, probes left out. */
  readonly requests: Kept<ScimRequest>;
  /** The entries of the provisioning log in their order. */
  readonly log: Kept<Line>;
  /** The sums over the cycles, with their number and that of the failed ones. */
  counts(): Readonly<Record<string, number>>;
  /** Empties the window. */
  clear(): void;
}

/** The first of many things, and how many there were. */
export interface Kept<Item> {
  items(): readonly Item[];
  count(): number;
}

interface Keeping<Item> extends Kept<Item> {
  note(item: Item): void;
  clear(): void;
}

function keeping<Item>(): Keeping<Item> {
  let items: Item[] = [];
  let count = 0;
  return {
    items: () => items,
    count: () => count,
    note: (item) => {
      count += 1;
      if (items.length < MOST_KEPT) items.push(item);
    },
    clear: () => {
      items = [];
      count = 0;
    },
  };
}

/** Makes a window in which nothing has happened. */
export function openWindow(): Window {
  const requests = keeping<ScimRequest>();
  const log = keeping<Line>();
  let sums: Record<string, number> = {};
  const noteLog = (entries: readonly Line[]): void => {
    for (const entry of entries) log.note(entry);
  };
  const add = (name: string, count: number): void => {
    sums[name] = (sums[name] ?? 0) + count;
  };
  return {
    requests,
    log,
    noteRequest: requests.note,
    noteCycle: ({ counts, state }, entries) => {
      add('cycles', 1);
      if (state === 'Failed') add('failedCycles', 1);
      for (const [name, count] of Object.entries(counts)) add(name, count);
      noteLog(entries);
    },
    noteLog,
    counts: () => sums,
    clear: () => {
      requests.clear();
      log.clear();
      sums = {};
    },
  };
}
