/**
 * The subset of HTTP Archive 1.2 that is written. Names with an underscore are extensions, which readers ignore.
 * @see http://www.softwareishard.com/blog/har-12-spec/
 */
export interface HarEntry {
  readonly startedDateTime: string;
  /** Milliseconds: the sum of the timings that happened. */
  readonly time: number;
  readonly request: HarRequest;
  readonly response: HarResponse;
  readonly cache: Readonly<Record<string, never>>;
  readonly timings: HarTimings;
  /** The source object that was provisioned. */
  readonly _sourceId?: string;
  /** The cycle, or provisioning on demand, of the request. */
  readonly _cycleId?: string;
  /** The change ids of the object's provisioning log entries in that cycle. */
  readonly _changeIds?: readonly string[];
}

/** A header or a parameter of a query. */
export interface HarPair {
  readonly name: string;
  readonly value: string;
}

/** A request; sizes in bytes, -1: unknown. */
export interface HarRequest {
  readonly method: string;
  readonly url: string;
  readonly httpVersion: string;
  readonly cookies: readonly [];
  readonly headers: readonly HarPair[];
  readonly queryString: readonly HarPair[];
  readonly postData?: { readonly mimeType: string; readonly text: string; readonly comment?: string };
  readonly headersSize: -1;
  readonly bodySize: number;
}

/** An answer; status 0: none came. */
export interface HarResponse {
  readonly status: number;
  readonly statusText: string;
  readonly httpVersion: string;
  readonly cookies: readonly [];
  readonly headers: readonly HarPair[];
  readonly content: {
    readonly size: number;
    readonly mimeType: string;
    readonly text?: string;
    readonly comment?: string;
  };
  readonly redirectURL: string;
  readonly headersSize: -1;
  readonly bodySize: number;
  /** Why there is no answer; browsers show this field in their network tab. */
  readonly _error?: string;
}

/** Milliseconds; -1: did not happen, or not measured. */
export interface HarTimings {
  readonly blocked: number;
  readonly dns: -1;
  readonly connect: number;
  readonly ssl: -1;
  readonly send: 0;
  readonly wait: number;
  readonly receive: number;
}
