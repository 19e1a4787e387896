import type { TargetTls } from '../../../model/job.ts';
import type { HttpRequest } from '../send.ts';
import type { NoAnswerCause } from './no-answer.ts';

/** The head of an answer. */
export interface ResponseHead {
  readonly statusText: string;
  /** Names and values in turn, as they came. */
  readonly rawHeaders: readonly (Buffer | string)[];
}

/** What is seen of one request while it goes over the wire; instants are milliseconds of the monotonic clock. */
export interface Trace {
  readonly url: string;
  /** As it was sent, up to the empty line; null when nothing was. */
  readonly sentHead: string | null;
  /** The head of the answer; null when none came. */
  readonly head: ResponseHead | null;
  /** The request got its connection, new or not; null: it never did. */
  readonly socketAt: number | null;
  /** A new connection could be written to; null on one that had served before. */
  readonly connectedAt: number | null;
  readonly headAt: number | null;
  /** It went out on a connection that had served another request before. */
  readonly isReused: boolean;
}

/** What came of one request on the wire. */
export type WireResult = (WireReply | WireFailure) & {
  /** What was seen of it on its way; only where that was asked for. */
  readonly trace?: Trace;
};

/** What came over the wire, before it is understood. */
export interface WireReply {
  readonly kind: 'reply';
  readonly status: number;
  readonly contentType: string | null;
  readonly retryAfter: string | null;
  readonly location: string | null;
  /** Decompressed; what is not UTF-8 became U+FFFD. */
  readonly text: string;
  /** Of a long body: to be called once nobody holds it any more, as other answers wait for its room. */
  readonly release?: () => void;
}

/** Why nothing usable came. */
export interface WireFailure {
  readonly kind: 'failed';
  readonly cause: NoAnswerCause;
  readonly message: string;
  /** A connection that was used before was reset before anything of an answer came. */
  readonly isStale: boolean;
}

/** Carries requests to one host and replies back; never throws. */
export interface Transport {
  /** @param isObserved whether the result has a trace, which costs a little */
  send(request: HttpRequest, isObserved?: boolean): Promise<WireResult>;
  close(): void;
}

/** Where a transport leads to, and within what limits; plain data, as a thread gets a copy. */
export interface Destination {
  readonly baseUrl: string;
  /** Requests under way at once; at least 1. */
  readonly concurrency: number;
  readonly timeoutMs: number;
  /** URL of the HTTP proxy; absent: directly. */
  readonly proxy?: string | undefined;
  readonly tls?: TargetTls | undefined;
}
