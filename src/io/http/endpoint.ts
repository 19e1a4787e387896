import { createHash, timingSafeEqual } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import fastify, { type FastifyInstance } from 'fastify';
import { ConfigurationError, issueOf } from '../../model/errors.ts';
import type { EndpointSettings } from '../../model/job.ts';
import type { Metrics } from './metrics.ts';

/** What the endpoint reports about the daemon. */
export interface EndpointSource {
  /** Why the daemon cannot run cycles; null: it can. Public, so it names nothing. */
  readonly notReady: () => string | null;
  readonly metrics: Pick<Metrics, 'contentType' | 'text'>;
}

/** An endpoint that listens. */
export interface Endpoint {
  /** Without trailing slash. */
  readonly url: string;
  stop(): Promise<void>;
}

const REQUEST_TIMEOUT_MS = 10_000;

/**
 * Starts the endpoint of a daemon: `/health` succeeds while the process lives, `/ready` while it can run cycles,
 * `/metrics` serves Prometheus text. `/metrics` requires the token where there is one.
 * @throws {ConfigurationError} when it cannot listen there
 */
export async function startEndpoint(settings: EndpointSettings, source: EndpointSource): Promise<Endpoint> {
  const app = createApp(settings.token, source);
  const { host, port } = settings;
  try {
    await app.listen({ host, port });
  } catch (error) {
    await app.close();
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === 'EADDRINUSE' ? `port ${port} is in use; name another` : message;
    throw new ConfigurationError([issueOf('endpoint', `the endpoint cannot listen on ${host}: ${reason}`)]);
  }
  const { address, port: actual } = app.server.address() as AddressInfo;
  return {
    url: `http://${address.includes(':') ? `[${address}]` : address}:${actual}`,
    stop: () => app.close(),
  };
}

function createApp(token: string | null, { notReady, metrics }: EndpointSource): FastifyInstance {
  const app = fastify({
    bodyLimit: 1_024,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: true,
  });
  app.addHook('onSend', async (_request, reply) => {
    reply.headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
  });
  app.get('/health', async () => ({ status: 'ok' }));
  app.get('/ready', async (_request, reply) => {
    const reason = notReady();
    return reason === null ? { status: 'ready' } : reply.code(503).send({ status: 'not ready', reason });
  });
  app.get('/metrics', async (request, reply) => {
    if (!isAuthorized(request.headers.authorization, token))
      return reply
        .code(401)
        .header('www-authenticate', 'Bearer')
        .send({ error: 'the bearer token is missing or wrong; send the one of endpoint.token' });
    return reply.type(metrics.contentType).send(await metrics.text());
  });
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).send({ error: 'there is /health, /ready and /metrics here, to be read with GET' }),
  );
  app.setErrorHandler((error, _request, reply) => {
    const { statusCode = 500 } = error as { statusCode?: number };
    // Messages of internal errors are not public.
    return reply.code(statusCode).send({ error: statusCode < 500 ? 'the request cannot be read' : 'failed' });
  });
  return app;
}

const hash = (text: string): Buffer => createHash('sha256').update(text).digest();

const isAuthorized = (header: string | undefined, token: string | null): boolean => {
  if (token === null) return true;
  const given = /^bearer +(.*)$/i.exec(header ?? '')?.[1];
  return given !== undefined && timingSafeEqual(hash(given), hash(token));
};
