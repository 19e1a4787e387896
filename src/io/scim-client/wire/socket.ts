import { readFileSync } from 'node:fs';
import { STATUS_CODES } from 'node:http';
import net from 'node:net';
import tls from 'node:tls';
import { Client } from 'undici';
import type { TargetTls } from '../../../model/job.ts';
import type { Destination } from './transport.ts';

/** Host, port and scheme. */
export interface Address {
  readonly isTls: boolean;
  readonly host: string;
  readonly port: number;
}

/** Reads the address of a URL. */
export function addressOf({ protocol, hostname, port }: URL): Address {
  const isTls = protocol === 'https:';
  return {
    isTls,
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (isTls ? 443 : 80) : Number(port),
  };
}

/** A host, and how it is reached. */
export interface Route extends Address {
  /** Null: direct. */
  readonly proxy: ProxyAddress | null;
  /** CA certificates and client certificate for the host; undefined: Node's, and none. */
  readonly context: tls.SecureContext | undefined;
}

interface ProxyAddress extends Address {
  /** The value of `Proxy-Authorization`; null: none. */
  readonly authorization: string | null;
  /** The same CA certificates, without the client certificate of the host. */
  readonly context: tls.SecureContext | undefined;
}

/** Reads the route of a destination. @throws when TLS rejects its certificates */
export function routeOf({ baseUrl, proxy, tls: given }: Destination): Route {
  return {
    ...addressOf(new URL(baseUrl)),
    proxy: proxy === undefined ? null : proxyOf(new URL(proxy), given),
    context: given && contextOf(given),
  };
}

function proxyOf(url: URL, given: TargetTls | undefined): ProxyAddress {
  const [name, password] = [url.username, url.password].map(decodeURIComponent);
  const credentials = Buffer.from(`${name}:${password}`).toString('base64');
  return {
    ...addressOf(url),
    authorization: url.username === '' && url.password === '' ? null : `Basic ${credentials}`,
    context: given?.ca === undefined ? undefined : contextOf({ ca: given.ca }),
  };
}

/**
 * Adds CA certificates to those that Node trusts: `ca` alone would replace them.
 * @param more versions and cipher suites; default: those of Node
 */
export function contextOf(
  { ca, cert, key }: TargetTls,
  more: Pick<tls.SecureContextOptions, 'minVersion' | 'maxVersion' | 'ciphers'> = {},
): tls.SecureContext {
  return tls.createSecureContext({
    ...more,
    ...(ca === undefined ? {} : { ca: [...trustedByNode(), ca] }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  });
}

/** Node before 22.15 does not expose NODE_EXTRA_CA_CERTS. */
function trustedByNode(): readonly string[] {
  const { getCACertificates } = tls as { getCACertificates?: (type: 'default') => readonly string[] };
  if (getCACertificates !== undefined) return getCACertificates('default');
  const extra = process.env.NODE_EXTRA_CA_CERTS ?? '';
  return extra === '' ? tls.rootCertificates : [...tls.rootCertificates, readFileSync(extra, 'utf8')];
}

/** A socket that is opening or open. */
export interface Opening {
  destroy(reason: Error): void;
}

/** Called once, with the open socket or the error. */
type Done = (...outcome: [error: null, socket: net.Socket] | [error: Error, socket: null]) => void;

/**
 * Opens a socket to a host, through a proxy where there is one. Always verifies the server certificate, also under
 * NODE_TLS_REJECT_UNAUTHORIZED=0: the host receives a token. undici's ProxyAgent is not used: it hides a socket until
 * it is open, so that a time limit could not abort it, and does not tell a proxy's refusal from a failure of the
 * host.
 */
export function openSocket(route: Route, done: Done): Opening {
  return route.proxy === null ? connect(route, null, done) : openTunnel(route, route.proxy, done);
}

/** The name for Server Name Indication, which excludes IP addresses. @see RFC 6066 §3 */
export function serverNameOf(host: string): { readonly servername?: string } {
  return net.isIP(host) === 0 ? { servername: host } : {};
}

function connect(
  { isTls, host, port, context }: Address & Pick<Route, 'context'>,
  tunnel: net.Socket | null,
  done: Done,
): net.Socket {
  const socket = isTls
    ? tls.connect({
        host,
        ...(tunnel === null ? { port } : { socket: tunnel }),
        ALPNProtocols: ['http/1.1'],
        rejectUnauthorized: true,
        ...(context === undefined ? {} : { secureContext: context }),
        ...serverNameOf(host),
      })
    : net.connect({ host, port });
  const fail = (error: Error): void => done(error, null);
  socket.setNoDelay(true).setKeepAlive(true, 60_000);
  socket.once('error', fail);
  return socket.once(isTls ? 'secureConnect' : 'connect', () => {
    socket.off('error', fail);
    done(null, socket);
  });
}

/** A proxy failed before the host was reached. */
class ProxyError extends Error {
  readonly code = 'ERR_PROXY';
}

const authorityOf = ({ host, port }: Address): string =>
  net.isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;

/** Opens a CONNECT tunnel through a proxy, and TLS to the host over it. @see RFC 9110 §9.3.6 */
function openTunnel(route: Route, proxy: ProxyAddress, done: Done): Opening {
  const to = authorityOf(route);
  let opening: Opening | null = null;
  const client = new Client(`${proxy.isTls ? 'https' : 'http'}://${authorityOf(proxy)}`, {
    headersTimeout: 0,
    connect: (_options, connected) => {
      opening = connect(proxy, null, connected as Done);
    },
  });
  const headers = proxy.authorization === null ? {} : { 'proxy-authorization': proxy.authorization };
  client.connect({ path: to, headers }, (error, answer) => {
    if (error !== null || answer === undefined) return done(unreachable(proxy, error), null);
    const { statusCode, socket } = answer;
    const tunnel = socket as net.Socket;
    if (statusCode < 200 || statusCode >= 300) {
      tunnel.on('error', () => {}).destroy();
      return done(refusal(proxy, to, statusCode), null);
    }
    opening = tunnel;
    if (!route.isTls) return done(null, tunnel);
    // The TLS socket over it reports the error.
    tunnel.on('error', () => {});
    opening = connect(route, tunnel, done);
  });
  return {
    destroy: (reason) => {
      opening?.destroy(reason);
      void client.destroy(reason);
    },
  };
}

const unreachable = (proxy: ProxyAddress, error: Error | null): ProxyError =>
  new ProxyError(`the proxy ${authorityOf(proxy)} cannot be reached: ${error?.message || 'no answer'}`);

function refusal(proxy: ProxyAddress, to: string, status: number): ProxyError {
  const said = `the proxy ${authorityOf(proxy)} answered CONNECT ${to} with ${status} ${STATUS_CODES[status] ?? ''}`;
  if (status !== 407) return new ProxyError(said.trimEnd());
  return new ProxyError(
    proxy.authorization === null
      ? `${said}: it asks for a user name and a password, and none are given`
      : `${said}: it does not accept the user name and the password given`,
  );
}

/** Capitalizes the three header names that undici adds, for servers that compare them case-sensitively. */
export function capitalizeHead(head: string): string {
  return head
    .replace(/\r\nhost: (.*)\r\nconnection: /, '\r\nHost: $1\r\nConnection: ')
    .replace(/\r\ncontent-length: (\d+)\r\n\r\n$/, '\r\nContent-Length: $1\r\n\r\n');
}

/** Rewrites the request heads written to a socket. @param told receives each head as sent */
export function capitalizeHeads(socket: net.Socket, told: (head: string) => void): void {
  const write = socket.write.bind(socket) as (chunk: unknown, ...rest: unknown[]) => boolean;
  // undici writes only heads as strings.
  const rewrite = (chunk: unknown, ...rest: unknown[]): boolean => {
    if (typeof chunk !== 'string') return write(chunk, ...rest);
    const head = capitalizeHead(chunk);
    told(head);
    return write(head, ...rest);
  };
  socket.write = rewrite as typeof socket.write;
}
