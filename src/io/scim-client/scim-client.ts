import { Interruption } from '../../model/errors.ts';
import type { SourceId } from '../../model/identifiers.ts';
import type { TargetSettings } from '../../model/job.ts';
import type { TargetReader, TargetWriter, World } from '../../model/ports.ts';
import type { ScimRequest, ScimResponse } from '../../model/scim.ts';
import { isFit } from '../../scim/answer.ts';
import { createSecrets, knownSecrets, secretsOfAuthentication } from '../secrets/secrets.ts';
import { openAuthorization } from './auth/authorization.ts';
import { type ElapsedTime, realTime, timeUntil } from './flow/elapsed-time.ts';
import { createPace } from './flow/pace.ts';
import { createRateLimit } from './flow/rate-limit.ts';
import { askedWaitMs, isPutOff, retryDelayMs } from './flow/retry.ts';
import { createExchangeListeners, type ExchangeListener, type Heard } from './record/exchange-listeners.ts';
import { withFlag } from './wire/query-flag.ts';
import { headersOf } from './wire/request-headers.ts';
import { createSender, type Sent } from './wire/sender.ts';

/** Speaks with one target; nothing goes out but the requests it is given, and those for tokens. */
export interface ScimClient extends TargetReader, TargetWriter {
  /** Requests sent to the target so far, retries included. */
  requestCount(): number;
  /**
   * Tells a listener of exchanges when they are over, those for tokens included; returns what stops that.
   * @param heard which; all when not given
   */
  onExchange(listener: ExchangeListener, heard?: Heard): () => void;
  /** Closes the connections; requests under way break off and are not sent again. */
  close(): void;
}

/** A request on its way, with all that was said about it. @see TargetWriter */
interface Sending {
  readonly request: ScimRequest;
  readonly about: SourceId | undefined;
  readonly signal: AbortSignal | undefined;
}

const CLOSED: Sent = {
  response: { kind: 'noAnswer', cause: 'reset', message: 'the client was closed', durationMs: 0 },
  isStale: false,
};

const isAbort = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError';

/** Opens a client of a job's target. The connection is made with the first request. */
export const createScimClient = (
  settings: TargetSettings,
  world: World,
  given: ElapsedTime = realTime,
): ScimClient => {
  const { auth, dialect, requestsPerSecond, timeoutMs } = settings;
  const { honourRetryAfter } = dialect;
  const own = secretsOfAuthentication(auth);
  const secrets = createSecrets(own);
  knownSecrets.learn(own);
  const closing = new AbortController();
  const time = timeUntil(given, closing.signal);
  const listeners = createExchangeListeners();
  const sender = createSender(settings, {
    world,
    mask: secrets.mask,
    listeners,
    // What is asked for no object's sake is a probe.
    isFit: (message, response, about) => isFit(message, response, about === null),
  });
  const authorization = openAuthorization(auth, { timeoutMs, world, time, secrets, listeners });
  const rateLimit = requestsPerSecond > 0 ? createRateLimit(requestsPerSecond, closing.signal) : null;
  const pace = createPace(requestsPerSecond, time);
  let requestCount = 0;
  const isClosed = (): boolean => closing.signal.aborted;

  const turn = async (signal?: AbortSignal): Promise<void> => {
    do {
      await pace.turn(signal);
      await rateLimit?.(signal);
    } while (pace.isPaused());
  };

  /** Lets the target's answer to a request decide how fast the next ones follow. */
  const learn = (response: ScimResponse, sentAt: number): void => {
    if (response.kind === 'noAnswer') return;
    if (response.status === 429) pace.slowDown(sentAt);
    else if (!isPutOff(response)) pace.succeeded();
    pace.pause(askedWaitMs(response, honourRetryAfter) ?? 0);
  };

  const sendOnce = async ({ request, about, signal }: Sending, header: string): Promise<Sent> => {
    await turn(signal);
    if (isClosed()) return CLOSED;
    requestCount += 1;
    const sentAt = pace.noteSent();
    const message = {
      ...withFlag(request, dialect),
      headers: headersOf(header, dialect, request.body !== null),
      body: request.body === null ? null : JSON.stringify(request.body),
    };
    const sent = await sender.send(message, about);
    learn(sent.response, sentAt);
    return sent;
  };

  /** A connection that the target closed while it stood idle says nothing about the target: a read is sent anew. */
  const sendFresh = async (sending: Sending, header: string): Promise<ScimResponse> => {
    const first = await sendOnce(sending, header);
    const isSentAnew = first.isStale && sending.request.method === 'GET' && !isClosed();
    return isSentAnew ? (await sendOnce(sending, header)).response : first.response;
  };

  /** Sends with credentials, and once more with new ones where those are refused that can be renewed. */
  const sendAuthorized = async (sending: Sending, isAgain = false): Promise<ScimResponse> => {
    const header = await authorization.header(sending.signal);
    if (typeof header !== 'string') return header;
    const response = await sendFresh(sending, header);
    if (response.kind === 'noAnswer') return response;
    if (response.status !== 401) authorization.accepted(header);
    else if (authorization.refused(header) && !isAgain && !isClosed()) return sendAuthorized(sending, true);
    return response;
  };

  const sendUntilTaken = async (sending: Sending): Promise<ScimResponse> => {
    let response = await sendAuthorized(sending);
    for (let retries = 0; ; retries += 1) {
      const delayMs = retryDelayMs(response, retries, world.random, honourRetryAfter);
      if (delayMs === null) return response;
      await time.sleep(delayMs, sending.signal);
      if (isClosed()) return response;
      response = await sendAuthorized(sending);
    }
  };

  /** Only waits are cut short; what was sent is waited for. */
  const send = async (
    request: ScimRequest,
    about?: SourceId,
    signal?: AbortSignal,
  ): Promise<ScimResponse> => {
    try {
      return await sendUntilTaken({ request, about, signal });
    } catch (error) {
      if (signal?.aborted && isAbort(error)) throw new Interruption();
      if (isClosed()) return CLOSED.response;
      throw error;
    }
  };

  return {
    read: send,
    write: send,
    requestCount: () => requestCount,
    onExchange: (listener, heard = 'all') => listeners.add(listener, heard),
    close: () => {
      closing.abort();
      sender.close();
      authorization.close();
    },
  };
};
