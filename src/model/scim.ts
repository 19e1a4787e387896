import type { Json, JsonObject } from './json.ts';

/** Replaces secrets in output, logs and stores. */
export const MASK = '***';

/** What stands for a value that the mappings redact, and for the words of an answer that may repeat it. */
export const REDACTED = '[Redact]';

/** A request to the target, before it is sent. */
export interface ScimRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Relative to the base URL, with a leading slash and escaped segments: `/Users/u-7f31`. */
  readonly path: string;
  /** The query, byte for byte; empty: none. */
  readonly query: string;
  /** Of a PUT null until the resource was read. */
  readonly body: JsonObject | null;
}

/** A request that reads. */
export type ReadRequest = ScimRequest & { readonly method: 'GET' };

/** A request that writes. */
export type WriteRequest = ScimRequest & {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
};

/** The target answered. */
export interface ScimAnswer {
  readonly kind: 'answer';
  readonly status: number;
  /** The parsed body; null: empty; undefined: not JSON. */
  readonly body: Json | undefined;
  /** The first 1,000 characters of a body that is not JSON. */
  readonly text: string | null;
  readonly contentType: string | null;
  readonly retryAfterMs: number | null;
  readonly durationMs: number;
  /** Host and port of a redirect; absent: none. Redirects are never followed. */
  readonly redirectHost?: string;
  /** Its body exceeds 64 KiB and is not kept. */
  readonly isLong?: true;
  /** It may repeat values that the job redacts: none of its words are shown, and no body but a resource's or a list. */
  readonly isRedacted?: true;
}

/** There is no usable answer. */
export interface NoAnswer {
  readonly kind: 'noAnswer';
  /**
   * The target was not reached because of: `token`: no access token; `local`: no file descriptor or memory on this
   * machine; `proxy`: the proxy.
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
  /** Message of the HTTP client, free of secrets. */
  readonly message: string;
  readonly durationMs: number;
  /** An idle connection was closed, which does not concern the host. */
  readonly isStale?: true;
}

/** The result of a request. Network and target failures never throw. */
export type ScimResponse = ScimAnswer | NoAnswer;

/** A request and its result. */
export interface ScimExchange {
  readonly request: ScimRequest;
  readonly response: ScimResponse;
}

/** A request of a check: one of the engine, or one that the engine never sends. */
export interface ProbeRequest {
  readonly method: ScimRequest['method'];
  /** Relative to the base URL, with a leading slash and escaped segments. */
  readonly path: string;
  /** Byte for byte; empty: none. */
  readonly query: string;
  /** A text is sent as it is. */
  readonly body: JsonObject | string | null;
  /** Headers beside those of the engine, or in their place; null: without that header. */
  readonly headers?: Readonly<Record<string, string | null>>;
  /** Default: those of the job. `newest`: the token that was issued last. */
  readonly credentials?: 'none' | 'wrong' | 'newest';
  /** It is not repeated after 429 or 503. */
  readonly isOnce?: true;
}

/** What came of a request. */
export interface Probed<Response extends ScimResponse = ScimResponse> {
  readonly request: ProbeRequest;
  readonly response: Response;
  /** Headers of the answer; names in lower case, the first of repeated ones. */
  readonly headers: ReadonlyMap<string, string>;
  /** Its number among the exchanges of the run, from 0. */
  readonly exchange: number;
}

/** A request that was answered. */
export type Answered = Probed<ScimAnswer>;

/** What a token endpoint answered, without the token. */
export interface IssuedToken {
  readonly status: number;
  /** What it did instead, in words; null: it issued a token that a request can carry. */
  readonly refusal: string | null;
  /** As answered; undefined: it is not there. */
  readonly tokenType: Json | undefined;
  /** As answered, in seconds; undefined: it is not there. */
  readonly expiresIn: Json | undefined;
  /** Its number among the exchanges of the run. */
  readonly exchange: number;
}
