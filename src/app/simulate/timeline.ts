import type { CycleRecord } from '../../model/cycle.ts';
import type { Instant } from '../../model/identifiers.ts';
import type { Outcome, Phase, PlannedFailure, Skip } from '../../model/pipeline.ts';
import type { RecordedExchange } from '../../target/http/recorder.ts';
import type { Names } from '../events.ts';

/** What came of a change of an object in a phase, or why there was none. */
export type PlayedItem =
  | { readonly phase: Phase; readonly outcome: Outcome }
  | { readonly phase: Phase; readonly planned: Skip | PlannedFailure };

/** What a plan does about an object, and why. */
export interface ExplainedObject {
  readonly name: string;
  /** What is special about it, in the words of the scenario. */
  readonly oddity: string;
  readonly verdict: string;
}

/** An event that a simulation reports, at an instant. */
export type TimelineEntry =
  | {
      readonly kind: 'story';
      readonly at: Instant;
      /** Null: the chapter continues. */
      readonly chapter: string | null;
      readonly text: string | null;
    }
  | { readonly kind: 'event'; readonly at: Instant; readonly text: string }
  | {
      readonly kind: 'cycle';
      readonly at: Instant;
      readonly record: CycleRecord;
      /** What was done about objects, up to the limit. */
      readonly items: readonly PlayedItem[];
      readonly names: Names;
      readonly itemsLeftOut: number;
    }
  /** Cycles in which nothing happened, one after the other. */
  | { readonly kind: 'idle'; readonly at: Instant; readonly until: Instant; readonly count: number }
  | {
      readonly kind: 'provision';
      readonly at: Instant;
      readonly items: readonly PlayedItem[];
      readonly names: Names;
    }
  | {
      readonly kind: 'plan';
      readonly at: Instant;
      /** Changes and failures, in lines. */
      readonly changes: readonly string[];
      readonly explained: readonly ExplainedObject[];
    }
  | { readonly kind: 'exchange'; readonly at: Instant; readonly exchange: RecordedExchange }
  | {
      readonly kind: 'expectation';
      readonly at: Instant;
      /** What differs; empty: all is as expected. */
      readonly mismatches: readonly string[];
    };

/** Takes down what happens, and folds the cycles in which nothing does. */
export interface Timeline {
  /** Tells what is not folded. */
  tell(entry: Exclude<TimelineEntry, { kind: 'cycle' | 'idle' }>): void;
  /** @param named the names of the objects that the items refer to */
  items(items: readonly PlayedItem[], named: Names): void;
  cycle(record: CycleRecord): void;
  /** Tells what was folded last. */
  finish(): void;
}

/** Objects of one cycle that are shown; the rest is counted. */
const ITEMS_KEPT = 1_000;

/** Makes a timeline that reports its entries as they come. */
export function openTimeline(tell: (entry: TimelineEntry) => void): Timeline {
  let idle: Extract<TimelineEntry, { kind: 'idle' }> | null = null;
  let items: PlayedItem[] = [];
  let names: Names = {};
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
    tell: tellNext,
    items: (more, named) => {
      if (items.length < ITEMS_KEPT) names = { ...names, ...named };
      for (const item of more.filter(isShown)) {
        if (items.length < ITEMS_KEPT) items.push(withoutExchanges(item));
        else itemsLeftOut += 1;
      }
    },
    cycle: (record) => {
      const at = record.startedAt;
      if (isIdle(record))
        idle = { kind: 'idle', at: idle?.at ?? at, until: at, count: (idle?.count ?? 0) + 1 };
      else tellNext({ kind: 'cycle', at, record, items, names, itemsLeftOut });
      items = [];
      names = {};
      itemsLeftOut = 0;
    },
    finish,
  };
}

const isShown = (item: PlayedItem): boolean => 'outcome' in item || item.planned.kind === 'failure';

/** Exchanges are large. */
const withoutExchanges = (item: PlayedItem): PlayedItem =>
  'outcome' in item ? { ...item, outcome: { ...item.outcome, exchanges: [] } } : item;

/** Whether a cycle had nothing to do: every object it evaluated was skipped. */
const isIdle = ({ counts, error, kind, endedAt }: CycleRecord): boolean =>
  error === null &&
  endedAt !== null &&
  kind === 'incremental' &&
  counts.create + counts.update + counts.disable + counts.delete + counts.stagedDelete + counts.failed === 0;
