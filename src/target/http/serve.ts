import { createHash, timingSafeEqual } from 'node:crypto';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Json } from '../../model/json.ts';
import type { TargetClock } from '../clock.ts';
import { DEEPEST_BODY, isDeeperThan } from '../resource/normalise-value.ts';
import { bodyText, deliver } from './deliver.ts';
import type { Respond, TargetAnswer, TargetRequest } from './message.ts';
import type { Recorder } from './recorder.ts';
import { badRequest, errorAnswer, ScimError } from './scim-error.ts';

/** The path of the target's endpoints. */
export const BASE_PATH = '/scim/v2';

/** What the HTTP server needs. */
interface ServeSettings {
  readonly token: string;
  readonly respond: Respond;
  readonly recorder: Recorder;
  readonly clock: TargetClock;
  readonly largestBodyBytes: number;
  /** Base URL of the target, known once it listens. */
  baseUrl(): string;
}

const REQUEST_TIMEOUT_MS = 60_000;
const ENDPOINTS = ['Users', 'Groups', 'ServiceProviderConfig', 'ResourceTypes', 'Schemas'] as const;
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

const hash = (text: string): Buffer => createHash('sha256').update(text).digest();

const isAuthorized = (header: string | undefined, token: string): boolean => {
  const given = /^bearer +(.*)$/i.exec(header ?? '')?.[1];
  return given !== undefined && timingSafeEqual(hash(given), hash(token));
};

/** Converts an error to a SCIM error; the framework's refusals keep their status. */
const toScimError = (error: unknown, largestBodyBytes: number): ScimError => {
  if (error instanceof ScimError) return error;
  const { statusCode, status } = error as { statusCode?: unknown; status?: unknown };
  const refused = [statusCode, status].find((code) => typeof code === 'number' && code >= 400 && code < 500);
  const reason = error instanceof Error ? error.message : String(error);
  if (refused === 413)
    return new ScimError(413, null, `the body is larger than ${largestBodyBytes} bytes; send less at once`);
  if (refused === 415)
    return new ScimError(415, null, 'a body is sent as application/scim+json or application/json');
  if (typeof refused === 'number')
    return badRequest('invalidSyntax', `the request cannot be read: ${reason}`);
  return new ScimError(500, null, `the target failed: ${reason}`);
};

const record = (request: FastifyRequest, answer: TargetAnswer, recorder: Recorder): void => {
  const mark = request.url.indexOf('?');
  const path = mark < 0 ? request.url : request.url.slice(0, mark);
  recorder.record(
    {
      at: new Date().toISOString(),
      method: request.method,
      path: path.startsWith(`${BASE_PATH}/`) ? path.slice(BASE_PATH.length) : path,
      query: mark < 0 ? '' : request.url.slice(mark + 1),
      requestBody: (request.body ?? null) as Json,
      status: answer.status,
      responseBody: answer.wire?.text ?? answer.body,
      delivery: answer.wire?.delivery ?? null,
    },
    bodyText(answer).length + Number(request.headers['content-length'] ?? 0) + request.url.length,
  );
};

const toTargetRequest = (
  request: FastifyRequest,
  endpoint: TargetRequest['endpoint'],
  baseUrl: string,
): TargetRequest => {
  const { id } = request.params as { id?: string };
  return {
    method: request.method as TargetRequest['method'],
    endpoint,
    id: id ?? null,
    query: request.query as TargetRequest['query'],
    body: (request.body ?? null) as Json,
    baseUrl,
  };
};

const addBodyParser = (app: FastifyInstance): void => {
  // Refuses keys that would reach the prototype of objects.
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<string>(
    ['application/scim+json', 'application/json'],
    { parseAs: 'string' },
    (request, text, done) =>
      parse(request, text, (error, body) => {
        if (error === null && isDeeperThan(body as Json, DEEPEST_BODY))
          done(badRequest('invalidSyntax', `the body nests deeper than ${DEEPEST_BODY} levels`));
        else done(error, body);
      }),
  );
};

/** Makes the HTTP server of a target, not yet listening. */
export function createServer(settings: ServeSettings): FastifyInstance {
  const { token, respond, recorder, clock, largestBodyBytes, baseUrl } = settings;
  const send = (
    request: FastifyRequest,
    reply: FastifyReply,
    answer: TargetAnswer,
  ): Promise<FastifyReply> => {
    record(request, answer, recorder);
    return deliver(reply, answer, clock);
  };
  const refuse = (error: unknown, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> =>
    send(request, reply, errorAnswer(toScimError(error, largestBodyBytes)));

  const app = fastify({
    bodyLimit: largestBodyBytes,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 1000, ignoreTrailingSlash: true, ignoreDuplicateSlashes: true },
    frameworkErrors: refuse,
  });
  addBodyParser(app);
  app.addHook('onRequest', async (request) => {
    if (isAuthorized(request.headers.authorization, token)) return;
    throw new ScimError(
      401,
      null,
      'the bearer token is missing or wrong; send the one the target was started with',
    );
  });
  app.setErrorHandler(refuse);
  app.setNotFoundHandler((request, reply) =>
    refuse(
      new ScimError(404, null, `there is no ${request.method} ${request.url.split('?')[0]} here`),
      request,
      reply,
    ),
  );
  for (const endpoint of ENDPOINTS)
    for (const url of [`${BASE_PATH}/${endpoint}`, `${BASE_PATH}/${endpoint}/:id`])
      app.route({
        method: [...METHODS],
        url,
        handler: async (request, reply) =>
          send(request, reply, await respond(toTargetRequest(request, endpoint, baseUrl()))),
      });
  return app;
}
