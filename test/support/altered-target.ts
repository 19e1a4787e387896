import { createServer, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RunningTarget } from '../../src/target/start.ts';

/** A request as the server in front receives it. */
export interface AlteredRequest {
  readonly method: string;
  /** Below the base URL: `/Users`. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Path and query, byte for byte. */
  readonly url: string;
  readonly authorization: string | null;
  readonly body: string;
}

/** What is answered in its place. */
export interface AlteredAnswer {
  readonly status: number;
  /** Default: that of SCIM. */
  readonly headers?: OutgoingHttpHeaders;
  /** A text is sent as it is. */
  readonly body: unknown;
}

/** Answers a request; `pass` asks the target behind, perhaps with another body. Its JSON body is an object, or null. */
export type Alter = (
  request: AlteredRequest,
  pass: (body?: string) => Promise<AlteredAnswer>,
) => AlteredAnswer | Promise<AlteredAnswer>;

/** A server in front of a target, which answers some requests otherwise. */
export interface AlteredTarget {
  readonly baseUrl: string;
  stop(): Promise<void>;
}

/** A SCIM error. */
export const scimError = (status: number, detail = 'refused'): AlteredAnswer => ({
  status,
  body: { schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: String(status), detail },
});

/** An answer of a web framework. */
export const htmlPage = (status: number): AlteredAnswer => ({
  status,
  headers: { 'content-type': 'text/html' },
  body: '<!DOCTYPE html><html><body>Oops</body></html>',
});

/** Starts a server in front of a target. @param token is sent to the target in place of what a request carries */
export async function startAltered(
  target: RunningTarget,
  alter: Alter,
  token?: string,
): Promise<AlteredTarget> {
  const server = createServer(async (request, response) => {
    const { method = '', url = '', headers } = request;
    const text = await bodyOf(request);
    const pass = async (sent = text): Promise<AlteredAnswer> => {
      const passed = await fetch(`${target.baseUrl}${url}`, {
        method,
        headers: {
          ...Object.fromEntries(
            Object.entries(headers).filter(([name]) => PASSED.has(name)) as [string, string][],
          ),
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
        ...(sent === '' ? {} : { body: sent }),
      });
      const body = await passed.text();
      return { status: passed.status, body: body === '' ? null : JSON.parse(body) };
    };
    const { pathname, searchParams } = new URL(`http://front.example${url}`);
    const asked = {
      method,
      path: pathname,
      query: searchParams,
      url,
      authorization: headers.authorization ?? null,
      body: text,
    };
    const answer = await alter(asked, pass);
    response.writeHead(answer.status, { 'content-type': 'application/scim+json', ...answer.headers });
    response.end(textOf(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const PASSED: ReadonlySet<string> = new Set(['authorization', 'content-type', 'accept']);

const textOf = (body: unknown): string =>
  body === null ? '' : typeof body === 'string' ? body : JSON.stringify(body);

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}
