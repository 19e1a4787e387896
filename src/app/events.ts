import type { ComparedObject } from '../job/saved-plan/compare.ts';
import type { CycleCounts, CycleKind, CycleRecord } from '../model/cycle.ts';
import { Interruption, type Issue } from '../model/errors.ts';
import type { JsonObject } from '../model/json.ts';
import type { Outcome, Phase, Planned } from '../model/pipeline.ts';
import type { TargetReader } from '../model/ports.ts';
import type { CheckResult } from '../verify/result.ts';
import type { ComparisonHead, PlanEnd, PlanHead, PlanPage } from './plan/output.ts';
import type { RedactedAttributes } from './session/hidden.ts';

/** Names of source objects by id: of those that an event refers to and that the directory knows. */
export type Names = Readonly<Record<string, string>>;

/** How much a line of the log of a daemon matters. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** An event that a use case emits while it works. */
export type AppEvent =
  /** What a user should know, and what did not change the result. */
  | { readonly kind: 'remark'; readonly job: string | null; readonly text: string }
  | { readonly kind: 'warning'; readonly job: string | null; readonly text: string }
  /** Exchanges are missing in an HTTP Archive, and why. */
  | { readonly kind: 'archiveIncomplete'; readonly job: string | null; readonly text: string }
  | { readonly kind: 'importProgress'; readonly bytes: number; readonly totalBytes: number }
  | { readonly kind: 'importWarning'; readonly issue: Issue }
  /** From here on an abort lets what is under way be finished and recorded. */
  | {
      readonly kind: 'cycleBegun';
      readonly job: string;
      readonly cycle: CycleKind;
      /** Users and groups that an initial cycle reads; null: not known before. */
      readonly objectCount: number | null;
    }
  /** A plan begins; nothing was asked of the target yet. */
  | (PlanHead & {
      readonly kind: 'planBegun';
      /** The attributes whose values are not to be shown. */
      readonly redacted: readonly RedactedAttributes[];
    })
  /** A page of a plan. */
  | { readonly kind: 'pagePlanned'; readonly job: string; readonly page: PlanPage; readonly names: Names }
  | { readonly kind: 'planEnded'; readonly job: string; readonly end: PlanEnd }
  | (ComparisonHead & { readonly kind: 'comparisonBegun' })
  /** An object, or what it refers to, about which another schema decides otherwise. */
  | {
      readonly kind: 'objectCompared';
      readonly job: string;
      readonly object: ComparedObject;
      /** Its number among those with the same action. */
      readonly nth: number;
      readonly names: Names;
    }
  /** From here on an abort lets what is under way be finished and recorded. */
  | { readonly kind: 'provisioningBegun'; readonly job: string }
  /** A page was exported and recorded. */
  | {
      readonly kind: 'pageExported';
      readonly job: string;
      readonly phase: Phase;
      /** What was planned, those left alone included. */
      readonly items: readonly Planned[];
      readonly outcomes: readonly Outcome[];
      /** Of the cycle so far. */
      readonly counts: CycleCounts;
      readonly names: Names;
    }
  /** The checks of an endpoint begin. */
  | {
      readonly kind: 'verificationBegun';
      readonly job: string | null;
      readonly target: string;
      /** What the names of its objects begin with. */
      readonly prefix: string;
      readonly checkCount: number;
    }
  /** A check of an endpoint is done. */
  | { readonly kind: 'checked'; readonly job: string | null; readonly result: CheckResult }
  /** How many requests of a cycle are sent or wait to be, and are not answered; whenever that changes. */
  | { readonly kind: 'requestsUnderWay'; readonly job: string; readonly count: number }
  /** What a daemon did, or what went wrong and is tried again. */
  | { readonly kind: 'log'; readonly level: LogLevel; readonly facts: JsonObject; readonly text: string }
  /** A cycle ended. The record is null where the cycle broke off: the error that the use case throws says why. */
  | { readonly kind: 'cycleEnded'; readonly job: string; readonly record: CycleRecord | null };

/** Receives events. It must not throw, and must return quickly: the emitter waits for it. */
export type OnEvent = (event: AppEvent) => void;

/**
 * What every use case takes besides its request.
 *
 * Events come by a callback and results by a promise, everywhere. A callback is called at the moment something happens,
 * before the next write, so that the order of events is the order of the work; a caller that wants none holds no
 * unread queue; and an iterator that its reader leaves would leave a cycle half done.
 */
export interface Call {
  /**
   * Once aborted, for whatever reason, nothing more is begun. What writes finishes and records what is under way, and
   * returns it; what only reads rejects with an {Interruption}.
   */
  readonly signal?: AbortSignal;
  readonly onEvent?: OnEvent;
}

/**
 * Does work whose signal aborts with an {Interruption}, whatever the reason of the caller's signal.
 * @param work with the call to pass on
 */
export async function interruptible<Result, Own extends Call = Call>(
  call: Own,
  work: (call: Own) => Promise<Result>,
): Promise<Result> {
  const { signal } = call;
  if (signal === undefined) return work(call);
  const stop = new AbortController();
  const abort = (): void => stop.abort(new Interruption());
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort);
  try {
    return await work({ ...call, signal: stop.signal });
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** A target that is read no more once the signal is aborted; the read then rejects with the reason of the signal. */
export function readUntil(target: TargetReader, signal: AbortSignal | undefined): TargetReader {
  if (signal === undefined) return target;
  return {
    read: async (request, about) => {
      signal.throwIfAborted();
      return target.read(request, about, signal);
    },
  };
}

/** Makes what emits remarks about a job; null: about the directory. */
export function remarksOf(job: string | null, { onEvent }: Call): (text: string) => void {
  return (text) => onEvent?.({ kind: 'remark', job, text });
}
