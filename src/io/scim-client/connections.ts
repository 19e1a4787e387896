import http from 'node:http';
import https from 'node:https';
import type { ScimRequest } from '../../model/scim.ts';

/**
 * How long a connection may stand idle before it is closed: less than the 5 s after which servers made with Node
 * close theirs, so that a request seldom meets a connection that is just being taken away.
 */
const IDLE_SOCKET_MS = 4_000;

/** Makes the one native request that axios asks its transport for. */
export interface NativeTransport {
  request(options: unknown, onResponse: (response: http.IncomingMessage) => void): http.ClientRequest;
}

/** The request line: all that a connection has to know of a request besides headers and content. */
export type RequestLine = Pick<ScimRequest, 'method' | 'path' | 'query'>;

/** What is seen of one request while it goes over the wire; instants are milliseconds of the monotonic clock. */
export interface Trace {
  readonly url: string;
  /** As they were sent; empty when nothing was. */
  readonly requestHeaders: readonly Header[];
  /** The head of the answer; null when none came. */
  readonly head: http.IncomingMessage | null;
  readonly startedAt: number;
  /** A connection was there, new or not; null: it never was. */
  readonly socketAt: number | null;
  /** A new connection could be written to; null on one that had served before. */
  readonly connectedAt: number | null;
  readonly headAt: number | null;
}

/** Name and value of a header. */
export type Header = readonly [name: string, value: string];

/** One request under way, and what its connection knows of it. */
export interface Pending {
  readonly transport: NativeTransport;
  /** Its time was over before the answer was complete. */
  isExpired(): boolean;
  /** It went out on a connection that had served another request before. */
  isReused(): boolean;
  /** The head of an answer came. */
  hasAnswer(): boolean;
  /** Stops its clock. */
  settle(): void;
  trace(): Trace;
}

/** The connections to one target. */
export interface Connections {
  readonly origin: string;
  /** Prepares a request that goes out with exactly these headers, and `Host` and `Connection`. */
  prepare(line: RequestLine, headers: Readonly<Record<string, string | number>>): Pending;
  close(): void;
}

/** The headers as they went out, `Host` and `Connection` included, which Node adds. */
const sentHeaders = (sent: http.ClientRequest | undefined): readonly Header[] =>
  sent === undefined
    ? []
    : [
        ...sent.getRawHeaderNames().map((name): Header => [name, String(sent.getHeader(name))]),
        ['Connection', 'keep-alive'],
      ];

/**
 * Keeps connections to a target alive, as many as requests may be under way. The request line is written byte for
 * byte as the request describes it: an URL parser on the way would escape it anew.
 *
 * @param timeoutMs from the moment a request gets its connection, be it new or not, to the last byte of the answer.
 */
export const createConnections = (baseUrl: string, concurrency: number, timeoutMs: number): Connections => {
  const base = new URL(baseUrl);
  const native = base.protocol === 'https:' ? https : http;
  const agent = new native.Agent({ keepAlive: true, maxSockets: concurrency, timeout: IDLE_SOCKET_MS });
  const address = {
    protocol: base.protocol,
    hostname: base.hostname.replace(/^\[|\]$/g, ''),
    port: base.port === '' ? undefined : Number(base.port),
    agent,
  };
  const basePath = base.pathname.replace(/\/+$/, '');

  const prepare: Connections['prepare'] = ({ method, path, query }, headers) => {
    const target = `${basePath}${path}${query === '' ? '' : `?${query}`}`;
    let sent: http.ClientRequest | undefined;
    let clock: NodeJS.Timeout | undefined;
    let isExpired = false;
    let head: http.IncomingMessage | null = null;
    const startedAt = performance.now();
    let socketAt: number | null = null;
    let connectedAt: number | null = null;
    let headAt: number | null = null;
    const expire = (): void => {
      isExpired = true;
      sent?.destroy(new Error('timeout'));
    };
    return {
      transport: {
        request: (_options, onResponse) => {
          sent = native.request({ ...address, method, path: target, headers }, (response) => {
            head = response;
            headAt = performance.now();
            onResponse(response);
          });
          sent.once('socket', (socket) => {
            clock = setTimeout(expire, timeoutMs);
            socketAt = performance.now();
            if (socket.connecting)
              socket.once(base.protocol === 'https:' ? 'secureConnect' : 'connect', () => {
                connectedAt = performance.now();
              });
          });
          return sent;
        },
      },
      isExpired: () => isExpired,
      isReused: () => sent?.reusedSocket === true,
      hasAnswer: () => head !== null,
      settle: () => clearTimeout(clock),
      trace: () => ({
        url: `${base.origin}${target}`,
        requestHeaders: sentHeaders(sent),
        head,
        startedAt,
        socketAt,
        connectedAt,
        headAt,
      }),
    };
  };
  return { origin: base.origin, prepare, close: () => agent.destroy() };
};
