import { type CycleNotes, cycleNotes } from '../../src/job/phases/cycle-notes.ts';
import type { Json } from '../../src/model/json.ts';
import type { Scratch } from '../../src/model/ports.ts';

/** Makes a scratch in memory, which keeps the contract of the real one. */
export const fakeScratch = (): Scratch => {
  const queues = new Map<string, Json[]>();
  const holders = new Map<string, string>();
  const queueOf = (queue: string): readonly Json[] => queues.get(queue) ?? [];
  return {
    append: (queue, items) => {
      queues.set(queue, [...queueOf(queue), ...items.map((item) => structuredClone(item))]);
    },
    pages: function* (queue, limit) {
      for (let start = 0; start < queueOf(queue).length; start += limit) {
        yield queueOf(queue).slice(start, start + limit);
      }
    },
    size: (queue) => queueOf(queue).length,
    claim: (key, holder) => {
      if (!holders.has(key)) holders.set(key, holder);
      return holders.get(key) as string;
    },
    mark: (key) => {
      const isFree = !holders.has(key);
      if (isFree) holders.set(key, '');
      return isFree;
    },
    holder: (key) => holders.get(key) ?? null,
    close: () => {
      queues.clear();
      holders.clear();
    },
  };
};

/** Makes the notes of a cycle in memory. */
export const fakeNotes = (): CycleNotes => cycleNotes(fakeScratch());
