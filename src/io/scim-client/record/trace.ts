/** Name and value of a header. */
export type Header = readonly [name: string, value: string];

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
  readonly startedAt: number;
  /** The request got its connection, new or not; null: it never did. */
  readonly socketAt: number | null;
  /** A new connection could be written to; null on one that had served before. */
  readonly connectedAt: number | null;
  readonly headAt: number | null;
  /** Its time was over before the answer was complete. */
  readonly isExpired: boolean;
  /** It went out on a connection that had served another request before. */
  readonly isReused: boolean;
}

/** A trace while it is written. */
export type OpenTrace = { -readonly [Field in keyof Trace]: Trace[Field] };

/** Begins the trace of a request that goes to this address. */
export const openTrace = (url: string): OpenTrace => ({
  url,
  sentHead: null,
  head: null,
  startedAt: performance.now(),
  socketAt: null,
  connectedAt: null,
  headAt: null,
  isExpired: false,
  isReused: false,
});
