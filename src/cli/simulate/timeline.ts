import type { CycleRecord } from '../../model/cycle.ts';
import type { Instant } from '../../model/identifiers.ts';
import type { ReportItem } from '../report/plan/item.ts';

/** Something that a simulation tells, at an instant. */
export type TimelineEntry =
  | { readonly kind: 'event'; readonly at: Instant; readonly text: string }
  | {
      readonly kind: 'cycle';
      readonly at: Instant;
      readonly record: CycleRecord;
      /** What was done about objects, up to the limit. */
      readonly items: readonly ReportItem[];
      readonly itemsLeftOut: number;
    }
  /** Cycles in which nothing happened, one after the other. */
  | { readonly kind: 'idle'; readonly at: Instant; readonly until: Instant; readonly count: number }
  | {
      readonly kind: 'expectation';
      readonly at: Instant;
      /** What differs; empty: all is as expected. */
      readonly mismatches: readonly string[];
    };

/** Takes down what happens, and folds the cycles in which nothing does. */
export interface Timeline {
  event(at: Instant, text: string): void;
  items(items: readonly ReportItem[]): void;
  cycle(record: CycleRecord): void;
  expectation(at: Instant, mismatches: readonly string[]): void;
  /** Tells what was folded last. */
  finish(): void;
}

/** Objects of one cycle that are shown; the rest is counted. */
const ITEMS_KEPT = 1_000;

/** Makes a timeline that tells its entries as they come. */
export function openTimeline(tell: (entry: TimelineEntry) => void): Timeline {
  let idle: Extract<TimelineEntry, { kind: 'idle' }> | null = null;
  let items: ReportItem[] = [];
  let itemsLeftOut = 0;
  const finish = (): void => {
    if (idle !== null) tell(idle);
    idle = null;
  };
  const tellNext = (entry: TimelineEntry): void => {
    finish();
    tell(entry);
  };
  return {
    event: (at, text) => tellNext({ kind: 'event', at, text }),
    items: (more) => {
      for (const item of more.filter(isShown)) {
        if (items.length < ITEMS_KEPT) items.push(item);
        else itemsLeftOut += 1;
      }
    },
    cycle: (record) => {
      const at = record.startedAt;
      if (isIdle(record))
        idle = { kind: 'idle', at: idle?.at ?? at, until: at, count: (idle?.count ?? 0) + 1 };
      else tellNext({ kind: 'cycle', at, record, items, itemsLeftOut });
      items = [];
      itemsLeftOut = 0;
    },
    expectation: (at, mismatches) => tellNext({ kind: 'expectation', at, mismatches }),
    finish,
  };
}

const isShown = (item: ReportItem): boolean => item.kind === 'change' || item.planned.kind === 'failure';

/** Whether a cycle had nothing to do: it may have looked at objects, and left them alone. */
export const isIdle = ({ counts, error, kind, endedAt }: CycleRecord): boolean =>
  error === null &&
  endedAt !== null &&
  kind === 'incremental' &&
  counts.create + counts.update + counts.disable + counts.delete + counts.stagedDelete + counts.failed === 0;
