/**
 * The part of HTTP Archive 1.2 that is written here. A name that begins with an underscore is an extension, which
 * readers pass by unless they know it.
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
  /** The source object for whose sake it was. */
  readonly _sourceId?: string;
  /** The cycle, or the provisioning on demand, in which it took place. */
  readonly _cycleId?: string;
  /** The change ids of the provisioning log's entries of that object in that cycle. */
  readonly _changeIds?: readonly string[];
}

/** A header or a parameter of a query. */
export interface HarPair {
  readonly name: string;
  readonly value: string;
}

/** A request; sizes are bytes, -1: not known. */
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
  /** Why no answer came, where the network tab of a browser looks for it. */
  readonly _error?: string;
}

/** Milliseconds; -1: that part did not happen, or is not told apart. */
export interface HarTimings {
  readonly blocked: number;
  readonly dns: -1;
  readonly connect: number;
  readonly ssl: -1;
  readonly send: 0;
  readonly wait: number;
  readonly receive: number;
}
