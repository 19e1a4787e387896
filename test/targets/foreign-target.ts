import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JsonObject } from '../../src/model/json.ts';

/** A running SCIM server that this project did not write. */
export interface ForeignTarget {
  /** The npm package that serves. */
  readonly name: string;
  /** Base URL without trailing slash: `/Users` and `/Groups` stand under it. */
  readonly baseUrl: string;
  /** The bearer token the server accepts. */
  readonly token: string;
  /** Whether it knows groups at all. */
  readonly hasGroups: boolean;
  /** Reads every user resource as the server holds it, whatever its lists would show. */
  users(): Promise<readonly JsonObject[]>;
  /** Reads every group resource as the server holds it, members included. */
  groups(): Promise<readonly JsonObject[]>;
  /** Ends the server; its resources are gone. */
  stop(): Promise<void>;
}

/** A server that listens on a port of its own. */
export interface ListeningServer {
  /** Scheme, host and port, without a path. */
  readonly origin: string;
  /** Ends open connections and the server. */
  close(): Promise<void>;
}

/** Serves HTTP on a free loopback port. */
export const listenOnLoopback = (listener: RequestListener): Promise<ListeningServer> =>
  new Promise((resolve, reject) => {
    const server = createServer(listener);
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      resolve({
        origin: `http://127.0.0.1:${port}`,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            server.closeAllConnections();
          }),
      });
    });
  });
