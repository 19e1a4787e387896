import { BlockList, isIP } from 'node:net';
import type { Environment } from '../environment.ts';
import { checkedText } from './text.ts';
import { isEncoded, isLoopbackHost } from './urls.ts';

/** The value of `target.proxy` that disables proxies. */
const NO_PROXY_AT_ALL = 'none';

/**
 * The problem of a proxy URL; null: none. Does not repeat the URL, which may hold a password.
 * @param name the key of the configuration, or the variable of the environment
 */
function proxyUrlProblem(text: string, name = 'proxy'): string | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol.startsWith('socks'))
    return `${name} is a SOCKS proxy, which is not supported; give an HTTP proxy such as http://proxy.example.com:3128`;
  if (url === null || !['http:', 'https:'].includes(url.protocol) || url.hostname === '')
    return `${name} is no http or https URL with a host; write for instance http://proxy.example.com:3128, or none`;
  if (url.search !== '' || url.hash !== '' || url.pathname !== '/')
    return `${name} has more than a user name, a password, a host and a port; leave the rest out`;
  return [url.username, url.password].every(isEncoded)
    ? null
    : `${name} has a user name or password with a % that encodes nothing; write %25 for a percent sign`;
}

/** The proxy of a target, as written. */
export const PROXY = checkedText((text) => (text === NO_PROXY_AT_ALL ? null : proxyUrlProblem(text)))
  .optional()
  .describe(
    'the HTTP proxy for SCIM requests and for tokens, such as http://proxy.example.com:3128, or none; when not given, HTTPS_PROXY, HTTP_PROXY and NO_PROXY of the environment decide, and this machine is reached directly',
  );

/** The proxy for a URL, and its problem. */
interface ChosenProxy {
  /** Null: direct. */
  readonly url: string | null;
  readonly problem: string | null;
}

const DIRECT: ChosenProxy = { url: null, problem: null };

/**
 * Chooses the proxy for a URL: `target.proxy`, else the variables that curl, Go and Python read, lower-case names
 * first. Hosts on this machine use a proxy only where `target.proxy` names one. Not by a package: those read the
 * environment of the process, and not `.env`.
 * @param written `target.proxy`; undefined: not given
 * @see https://everything.curl.dev/usingcurl/proxies/env.html
 */
export function proxyFor(url: string, written: string | undefined, environment: Environment): ChosenProxy {
  if (written !== undefined) return { url: written === NO_PROXY_AT_ALL ? null : written, problem: null };
  const { protocol, hostname, port } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  if (isLoopbackHost(host)) return DIRECT;
  const [name, value] = variable(environment, protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY');
  if (value === '') return DIRECT;
  const exceptions = variable(environment, 'NO_PROXY')[1].split(/[\s,]+/);
  const at = Number(port) || (protocol === 'https:' ? 443 : 80);
  if (exceptions.some((exception) => isException(exception.toLowerCase(), host, at))) return DIRECT;
  const proxy = value.includes('://') ? value : `http://${value}`;
  const problem = proxyUrlProblem(proxy, `${name} of the environment`);
  return { url: proxy, problem: problem && `${problem}, or target.proxy: none` };
}

function variable(environment: Environment, name: string): readonly [name: string, value: string] {
  const given = [name.toLowerCase(), name].find((one) => (environment[one] ?? '').trim() !== '');
  return [given ?? name, (environment[given ?? name] ?? '').trim()];
}

/**
 * Whether an entry of NO_PROXY matches a host: `*`, a domain and its subdomains, an address or a network, with or
 * without port.
 */
function isException(entry: string, host: string, port: number): boolean {
  if (entry === '') return false;
  if (entry === '*') return true;
  const [, name = entry, entryPort] = /^(\[.+\]|[^:]+):(\d+)$/.exec(entry) ?? [];
  if (entryPort !== undefined && Number(entryPort) !== port) return false;
  const bare = name.replace(/^\[|\]$/g, '').replace(/^\*?\./, '');
  const family = isIP(host);
  if (family === 0) return host === bare || host.endsWith(`.${bare}`);
  return isInNetwork(host, family, bare);
}

function isInNetwork(host: string, family: number, entry: string): boolean {
  const [address = '', prefix] = entry.split('/');
  if (isIP(address) !== family) return false;
  const type = family === 6 ? 'ipv6' : 'ipv4';
  const bits = prefix === undefined ? (family === 6 ? 128 : 32) : Number(prefix);
  if (!Number.isInteger(bits) || bits < 0 || bits > (family === 6 ? 128 : 32)) return false;
  const network = new BlockList();
  network.addSubnet(address, bits, type);
  return network.check(host, type);
}
