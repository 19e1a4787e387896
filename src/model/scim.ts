import type { Json, JsonObject } from './json.ts';

/** What stands in place of a secret, in whatever is printed, logged or stored. */
export const MASK = '***';

/** A request of the target, described before it is sent. */
export interface ScimRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Relative to the base URL, with a leading slash and escaped segments: `/Users/u-7f31`. */
  readonly path: string;
  /** Exactly what stands after `?` on the wire; empty when there is no query. */
  readonly query: string;
  readonly body: JsonObject | null;
}

/** A request that reads. */
export type ReadRequest = ScimRequest & { readonly method: 'GET' };

/** A request that writes. */
export type WriteRequest = ScimRequest & {
  readonly method: 'POST' | 'PATCH' | 'DELETE';
};

/** The target answered. */
export interface ScimAnswer {
  readonly kind: 'answer';
  readonly status: number;
  /** The parsed body; null when it is empty; undefined when it is not JSON. */
  readonly body: Json | undefined;
  /** The first 1,000 characters of a body that is not JSON. */
  readonly text: string | null;
  readonly contentType: string | null;
  readonly retryAfterMs: number | null;
  readonly durationMs: number;
  /** Host and port that a redirect points to; absent when the answer is none. Redirects are never followed. */
  readonly redirectHost?: string;
  /** Its body is longer than 64 KiB: nobody keeps it. */
  readonly isLong?: true;
}

/** No usable answer came. */
export interface NoAnswer {
  readonly kind: 'noAnswer';
  /**
   * `token`: the target was not asked, because there was no access token to ask it with; `local`: nor because this machine
   * has no file descriptor or memory left for a connection; `proxy`: nor because a proxy did not let it through.
   */
  readonly cause:
    | 'timeout'
    | 'refused'
    | 'unknownHost'
    | 'reset'
    | 'tls'
    | 'tooLarge'
    | 'protocol'
    | 'token'
    | 'local'
    | 'proxy';
  /** What the HTTP client reported; free of secrets. */
  readonly message: string;
  readonly durationMs: number;
  /** The connection was closed while it stood idle, which says nothing about the host. */
  readonly isStale?: true;
}

/** What came of a request. Requests never throw for what the network or the target does. */
export type ScimResponse = ScimAnswer | NoAnswer;

/** A request with what came of it. */
export interface ScimExchange {
  readonly request: ScimRequest;
  readonly response: ScimResponse;
}
