import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * When something happens to a request: before the target gets it, which it then never does; once it was carried out,
 * but is never answered; once it was answered; or while it is under way, and then goes on to its answer.
 */
export type Moment = 'beforeTheTarget' | 'beforeTheAnswer' | 'afterTheAnswer' | 'underWay';

/** A request as it came, whole. */
export interface StruckRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly body: string;
}

/** What is done at a request: the `nth` of those that come, at a moment of it. */
export interface Ambush {
  readonly nth: number;
  readonly moment: Moment;
  /** The request goes on once it is done. */
  strike(request: StruckRequest): void | Promise<void>;
}

/** Stands between a client and a target, counts the requests, and strikes at one of them. */
export interface DeadlyProxy {
  /** The tenant URL through the proxy. */
  readonly baseUrl: string;
  /** Starts the count again; null: nothing is done. */
  lieInWait(ambush: Ambush | null): void;
  /** The requests that came since it last began to count. */
  count(): number;
  stop(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

const bodyOf = async (message: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

const forward = (incoming: IncomingMessage, body: Buffer, origin: string): Promise<Answer> => {
  const { method, headers, url } = incoming;
  return new Promise((resolve, reject) => {
    // A connection of its own: one that is just being closed would be a failure that nobody has asked for.
    const outgoing = request(new URL(url ?? '/', origin), { method, headers, agent: false }, (message) => {
      bodyOf(message).then(
        (answer) => resolve({ status: message.statusCode ?? 502, headers: message.headers, body: answer }),
        reject,
      );
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
};

/** Starts a proxy in front of a target. */
export const startDeadlyProxy = async (targetUrl: string): Promise<DeadlyProxy> => {
  let ambush: Ambush | null = null;
  let count = 0;
  const pass = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    count += 1;
    const struck = ambush?.nth === count ? ambush : null;
    const body = await bodyOf(incoming);
    const { method = '', url = '' } = incoming;
    const strike = () => struck?.strike({ method, url, body: body.toString() });
    if (struck?.moment === 'beforeTheTarget' || struck?.moment === 'underWay') await strike();
    if (struck?.moment === 'beforeTheTarget') {
      response.destroy();
      return;
    }
    const answer = await forward(incoming, body, targetUrl);
    if (struck?.moment === 'beforeTheAnswer') {
      await strike();
      response.destroy();
      return;
    }
    response.writeHead(answer.status, answer.headers);
    response.end(answer.body, () => {
      if (struck?.moment === 'afterTheAnswer') void strike();
    });
  };
  const server: Server = createServer((incoming, response) => {
    // Whom the strike hits hangs up in the middle of a request: nothing is left to answer.
    pass(incoming, response).catch(() => response.destroy());
  });
  // However slow the machine is, no idle connection is closed just as a request comes.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}${new URL(targetUrl).pathname}`,
    lieInWait: (next) => {
      ambush = next;
      count = 0;
    },
    count: () => count,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
