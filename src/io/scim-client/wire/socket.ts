import net from 'node:net';
import tls from 'node:tls';

/** Where a host listens, and whether what it hears is to be encrypted. */
export interface Address {
  readonly isTls: boolean;
  readonly host: string;
  readonly port: number;
}

/** Reads where the host of an URL listens. */
export const addressOf = ({ protocol, hostname, port }: URL): Address => {
  const isTls = protocol === 'https:';
  return {
    isTls,
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (isTls ? 443 : 80) : Number(port),
  };
};

/** TLS names no host that is an address. @see RFC 6066 §3 */
const connectTls = (host: string, port: number): tls.TLSSocket =>
  tls.connect({
    host,
    port,
    ALPNProtocols: ['http/1.1'],
    // Whatever the environment says (NODE_TLS_REJECT_UNAUTHORIZED): a token goes to nobody but its host.
    rejectUnauthorized: true,
    ...(net.isIP(host) === 0 ? { servername: host } : {}),
  });

/**
 * Opens a socket to an address; over TLS, to nobody but a host whose certificate is vouched for.
 * @param done is told once that it can be written to, or why it cannot.
 */
export const openSocket = (
  { isTls, host, port }: Address,
  done: (failure: Error | null) => void,
): net.Socket => {
  const socket = isTls ? connectTls(host, port) : net.connect({ host, port });
  const fail = (error: Error): void => done(error);
  socket.setNoDelay(true).setKeepAlive(true, 60_000);
  socket.once('error', fail);
  return socket.once(isTls ? 'secureConnect' : 'connect', () => {
    socket.off('error', fail);
    done(null);
  });
};

/**
 * Writes the three header names that the HTTP client adds as the service and most others write them, for the sake of
 * servers that know them in no other way.
 */
export const capitalizeHead = (head: string): string =>
  head
    .replace(/\r\nhost: (.*)\r\nconnection: /, '\r\nHost: $1\r\nConnection: ')
    .replace(/\r\ncontent-length: (\d+)\r\n\r\n$/, '\r\nContent-Length: $1\r\n\r\n');

/** Lets heads of requests go out as they should look; whoever listens is told each. */
export const capitalizeHeads = (socket: net.Socket, told: (head: string) => void): void => {
  const write = socket.write.bind(socket) as (chunk: unknown, ...rest: unknown[]) => boolean;
  // The client writes heads, and nothing else, as text.
  const rewrite = (chunk: unknown, ...rest: unknown[]): boolean => {
    if (typeof chunk !== 'string') return write(chunk, ...rest);
    const head = capitalizeHead(chunk);
    told(head);
    return write(head, ...rest);
  };
  socket.write = rewrite as typeof socket.write;
};
