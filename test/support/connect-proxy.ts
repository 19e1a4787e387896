import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import net from 'node:net';
import type { ServerCertificate } from './certificates.ts';

/** What a proxy was asked for, in the order it came. */
export interface ProxyRequest {
  readonly authority: string;
  readonly authorization: string | undefined;
}

/** An HTTP proxy on loopback that opens tunnels. */
export interface ConnectProxy {
  readonly url: string;
  readonly port: number;
  readonly requests: readonly ProxyRequest[];
  stop(): Promise<void>;
}

/** What a proxy answers to a request for a tunnel; null: it opens one. */
export type Verdict = (request: ProxyRequest, nth: number) => number | null | 'silence';

/**
 * Starts a proxy.
 * @param to where every tunnel leads, whatever host was asked for; null: to the host that was asked for
 */
export const startConnectProxy = async (
  verdict: Verdict = () => null,
  to: number | null = null,
  certificate?: ServerCertificate,
): Promise<ConnectProxy> => {
  const requests: ProxyRequest[] = [];
  const sockets = new Set<net.Socket>();
  const server: Server =
    certificate === undefined ? createServer() : (createTlsServer({ ...certificate }) as unknown as Server);
  server.on('connection', (socket: net.Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('connect', (request: IncomingMessage, socket: net.Socket) => {
    const asked = {
      authority: request.url ?? '',
      authorization: request.headers['proxy-authorization'],
    };
    const status = verdict(asked, requests.push(asked) - 1);
    socket.on('error', () => {});
    if (status === 'silence') return;
    if (status !== null) return void socket.end(`HTTP/1.1 ${status} No\r\nContent-Length: 2\r\n\r\nno`);
    const port = to ?? Number(asked.authority.split(':').at(-1));
    const onward = net.connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
    sockets.add(onward);
    onward.on('error', () => socket.destroy());
    socket.on('close', () => onward.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const { port } = server.address() as net.AddressInfo;
  return {
    url: `${certificate === undefined ? 'http' : 'https'}://localhost:${port}`,
    port,
    requests,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
