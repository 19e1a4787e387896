import type { TargetSettings } from '../../model/job.ts';
import { isJsonObject } from '../../model/json.ts';
import type { Prober, World } from '../../model/ports.ts';
import type { NoAnswer, Probed, ProbeRequest, ScimResponse } from '../../model/scim.ts';
import { copyOf } from '../../scim/kept-value.ts';
import { createSecrets, knownSecrets, secretsInUrl, secretsOfAuthentication } from '../secrets/secrets.ts';
import { openAuthorization } from './auth/authorized.ts';
import { basic, bearer, SCIM_JSON } from './auth/http-request.ts';
import { readTokenAnswer } from './auth/token-answer.ts';
import { openTokenEndpoint } from './auth/token-endpoint.ts';
import { type ElapsedTime, realTime, unlessAborted } from './flow/elapsed-time.ts';
import { interruptible } from './flow/interruptible.ts';
import { paced } from './flow/paced.ts';
import { retrying } from './flow/retrying.ts';
import { type HttpExchange, httpExchangeOf } from './record/http-exchange.ts';
import { createExchangeListeners } from './record/recorded.ts';
import type { HttpRequest, Send } from './send.ts';
import { answerOf } from './wire/answer.ts';
import { shakeHands } from './wire/handshake.ts';
import { createTransport } from './wire/switching-transport.ts';
import type { WireResult } from './wire/transport.ts';

/** A prober of one endpoint, which keeps every exchange. */
export interface ProbeClient extends Prober {
  /** All exchanges in their order, without secrets. */
  exchanges(): readonly HttpExchange[];
  /** Closes the connections. */
  close(): void;
}

/** What a prober needs besides the settings of its target. */
export interface ProberOptions {
  readonly world: World;
  /** Once aborted, nothing more is sent. */
  readonly signal: AbortSignal;
  readonly time?: ElapsedTime;
}

/** Opens a prober. The first request connects. */
export function createProber(
  settings: TargetSettings,
  { world, signal, time = realTime }: ProberOptions,
): ProbeClient {
  const { baseUrl, auth, proxy, tokenProxy, tls, requestsPerSecond, concurrency, timeoutMs } = settings;
  const proxies = [proxy, tokenProxy].filter((url) => url !== undefined);
  const own = [...secretsOfAuthentication(auth), ...proxies.flatMap(secretsInUrl)];
  const secrets = createSecrets(own);
  knownSecrets.learn(own);
  const { mask } = secrets;
  const controller = new AbortController();
  const closing = controller.signal;
  const exchanges: HttpExchange[] = [];
  const listeners = createExchangeListeners();
  listeners.add((exchange) => void exchanges.push(exchange), 'all');
  const onResponse: ((probed: Probed) => void)[] = [];
  const transport = createTransport({ baseUrl, concurrency, timeoutMs, proxy, tls });
  const tokenOptions = { timeoutMs, proxy: tokenProxy, tls, world, time, secrets, listeners, closing };
  const authorization = openAuthorization(auth, tokenOptions);
  const tokenEndpoint = auth.type === 'oauth2' ? openTokenEndpoint(auth, tokenOptions) : null;
  let newest: string | null = null;
  /** What came of each response; a response is one object from here to the check. */
  const facts = new WeakMap<ScimResponse, Pick<Probed, 'headers' | 'exchange'>>();

  const responseOf = (result: WireResult, durationMs: number): ScimResponse =>
    result.kind === 'reply'
      ? answerOf(result, { durationMs, now: world.now, mask, baseUrl })
      : { kind: 'noAnswer', cause: result.cause, message: mask(result.message), durationMs };

  const sendOnce: Send<HttpRequest> = async (request) => {
    const startedAt = world.now();
    const from = performance.now();
    const result = await transport.send(request, true);
    const to = performance.now();
    const response = responseOf(result, Math.round(to - from));
    const { trace } = result;
    if (trace !== undefined)
      exchanges.push(
        shortened(
          httpExchangeOf(request, trace, result, {
            about: null,
            startedAt,
            span: [from, to],
            mask,
            redacts: 'nothing',
          }),
        ),
      );
    const { answer } = exchanges.at(-1) ?? {};
    const headers = new Map(
      (answer?.headers ?? []).map(([name, value]) => [name.toLowerCase(), value]).reverse() as [
        string,
        string,
      ][],
    );
    facts.set(response, { headers, exchange: exchanges.length - 1 });
    if (result.kind === 'reply') result.release?.();
    return response;
  };

  const wrong =
    auth.type === 'basic' ? basic(auth.username, `wrong-${world.guid()}`) : bearer(`wrong-${world.guid()}`);

  const headerOf = async (credentials: ProbeRequest['credentials']): Promise<string | null | NoAnswer> => {
    if (credentials === 'none') return null;
    if (credentials === 'wrong') return wrong;
    return credentials === 'newest' && newest !== null ? newest : authorization.header(closing);
  };

  const headersOf = async ({
    body,
    headers = {},
    credentials,
  }: ProbeRequest): Promise<HttpRequest['headers'] | ScimResponse> => {
    const header = await headerOf(credentials);
    if (header !== null && typeof header !== 'string') return header;
    const all: Record<string, string | null> = {
      Authorization: header,
      'Content-Type': body === null ? null : SCIM_JSON,
      ...headers,
    };
    return Object.fromEntries(Object.entries(all).filter((one): one is [string, string] => one[1] !== null));
  };

  const sendPaced = paced(sendOnce, { requestsPerSecond, honourRetryAfter: true, time, closing });
  const probedOf = (request: ProbeRequest, response: ScimResponse): Probed => ({
    request,
    response,
    ...(facts.get(response) ?? { headers: new Map(), exchange: Math.max(0, exchanges.length - 1) }),
  });

  const sendUnasked = async (request: ProbeRequest, until: AbortSignal): Promise<Probed> => {
    const headers = await headersOf(request);
    if ('kind' in headers) return probedOf(request, headers as ScimResponse);
    const { method, path, query, body, isOnce } = request;
    const text = body === null || typeof body === 'string' ? body : JSON.stringify(body);
    const heard: Send<HttpRequest> = async (...sending) => {
      const response = await sendPaced(...sending);
      for (const listener of onResponse) listener(probedOf(request, response));
      return response;
    };
    const send = isOnce
      ? heard
      : retrying(heard, { time, random: world.random, honourRetryAfter: true, closing });
    const stoppable = interruptible(send, closing);
    return probedOf(request, await stoppable({ method, path, query, headers, body: text }, null, until));
  };

  return {
    send: async (request) => {
      signal.throwIfAborted();
      return sendUnasked(request, signal);
    },
    sendLast: async (request) => (await sendUnasked(request, closing)).response,
    issueToken: async () => {
      signal.throwIfAborted();
      if (tokenEndpoint === null) return null;
      const response = await tokenEndpoint.ask();
      if (response.kind === 'noAnswer') return response;
      const token = readTokenAnswer(response);
      if (typeof token !== 'string') newest = bearer(token.value);
      const body = isJsonObject(response.body) ? response.body : {};
      return {
        status: response.status,
        refusal: typeof token === 'string' ? mask(token) : null,
        tokenType: typeof body.token_type === 'string' ? mask(body.token_type) : body.token_type,
        expiresIn: body.expires_in,
        exchange: exchanges.length - 1,
      };
    },
    handshake: async (offer) => {
      signal.throwIfAborted();
      const destination = { baseUrl, concurrency, timeoutMs, proxy, tls };
      const shaken = await shakeHands(destination, offer, signal);
      return shaken.kind === 'noAnswer' ? { ...shaken, message: mask(shaken.message) } : shaken;
    },
    onResponse: (listener) => void onResponse.push(listener),
    now: () => performance.now(),
    wait: (milliseconds) => unlessAborted(async () => void (await time.sleep(milliseconds, signal)), signal),
    exchanges: () => exchanges,
    close: () => {
      controller.abort();
      transport.close();
      authorization.close();
      tokenEndpoint?.close();
    },
  };
}

/** Bodies are kept in part: a run keeps all of its exchanges. */
const shortened = (exchange: HttpExchange): HttpExchange => ({
  ...exchange,
  requestBody: exchange.requestBody === null ? null : copyOf(exchange.requestBody.slice(0, BODY_LIMIT)),
  answer:
    exchange.answer === null
      ? null
      : { ...exchange.answer, body: copyOf(exchange.answer.body.slice(0, BODY_LIMIT)) },
});

/** Characters kept of a body. */
const BODY_LIMIT = 16 * 1024;
