import type { TargetTls } from '../../../model/job.ts';
import type { HttpRequest } from '../send.ts';
import type { NoAnswerCause } from './no-answer.ts';

/** The head of an answer. */
interface ResponseHead {
  readonly statusText: string;
  /** Alternating names and values. */
  readonly rawHeaders: readonly (Buffer | string)[];
}

/** What is observed of one request; instants are milliseconds of the monotonic clock. */
export interface Trace {
  readonly url: string;
  /** As sent, up to the empty line; null: nothing was sent. */
  readonly sentHead: string | null;
  /** Null: no answer. */
  readonly head: ResponseHead | null;
  /** When the request got a connection; null: never. */
  readonly socketAt: number | null;
  /** When a new connection was open; null: it was reused. */
  readonly connectedAt: number | null;
  readonly headAt: number | null;
  /** Whether the connection had served another request. */
  readonly isReused: boolean;
}

/** The result of one request. */
export type WireResult = (WireReply | WireFailure) & {
  /** Present where it was requested. */
  readonly trace?: Trace;
};

/** A reply before it is read as SCIM. */
export interface WireReply {
  readonly kind: 'reply';
  readonly status: number;
  readonly contentType: string | null;
  readonly retryAfter: string | null;
  readonly location: string | null;
  /** Decompressed; invalid UTF-8 became U+FFFD. */
  readonly text: string;
  /** Releases the room of a long body, for which other answers wait. */
  readonly release?: () => void;
}

/** Why there is no reply. */
interface WireFailure {
  readonly kind: 'failed';
  readonly cause: NoAnswerCause;
  readonly message: string;
  /** A reused connection was reset before any byte of the answer. */
  readonly isStale: boolean;
}

/** Sends requests to one host; never throws. */
export interface Transport {
  /**  @param isObserved whether the result has a trace, at a small cost */
  send(request: HttpRequest, isObserved?: boolean): Promise<WireResult>;
  close(): void;
}

/** The host of a transport, and its limits; plain data, as a thread gets a copy. */
export interface Destination {
  readonly baseUrl: string;
  /** Concurrent requests; at least 1. */
  readonly concurrency: number;
  readonly timeoutMs: number;
  /** URL of the HTTP proxy; absent: direct. */
  readonly proxy?: string | undefined;
  readonly tls?: TargetTls | undefined;
}
