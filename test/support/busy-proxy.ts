import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands before a target, and puts off its writes while it is busy. */
export interface BusyProxy {
  /** The tenant URL through the proxy. */
  readonly baseUrl: string;
  /** From now on writes are put off with 429, after so many that still pass; null: all pass. */
  busyAfter(writes: number | null): void;
  /** Waits until so many writes have been put off since it was last made busy. */
  hasPutOff(count: number): Promise<void>;
  /** How many writes were put off. */
  putOffCount(): number;
  stop(): Promise<void>;
}

/**
 * Starts a proxy in front of a target.
 * @param retryAfterSeconds what it asks those to wait whom it puts off
 */
export const startBusyProxy = async (targetUrl: string, retryAfterSeconds: number): Promise<BusyProxy> => {
  let passing = Number.POSITIVE_INFINITY;
  let putOff = 0;
  let heard = (): void => {};
  const server = createServer(async (incoming, response) => {
    const body: Buffer[] = [];
    for await (const chunk of incoming) body.push(chunk as Buffer);
    const { method = 'GET', url = '/', headers } = incoming;
    if (method !== 'GET' && passing-- <= 0) {
      response.writeHead(429, { 'retry-after': String(retryAfterSeconds) }).end(() => {
        putOff += 1;
        heard();
      });
      return;
    }
    const answer = await fetch(new URL(url, targetUrl), {
      method,
      headers: {
        authorization: headers.authorization ?? '',
        'content-type': headers['content-type'] ?? 'application/scim+json',
      },
      body: method === 'GET' || body.length === 0 ? null : Buffer.concat(body),
    });
    const text = await answer.text();
    response.writeHead(answer.status, { 'content-type': 'application/scim+json' }).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}${new URL(targetUrl).pathname}`,
    busyAfter: (writes) => {
      passing = writes ?? Number.POSITIVE_INFINITY;
      putOff = 0;
    },
    hasPutOff: (count) =>
      new Promise((resolve) => {
        heard = () => {
          if (putOff >= count) resolve();
        };
        heard();
      }),
    putOffCount: () => putOff,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
